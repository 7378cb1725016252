package io.fluxon.pipelines;

import io.fluxon.connectors.kafka.KafkaEnds;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.schemas.SensorKind;
import io.fluxon.streams.camera.CameraClassifierFunction;
import io.fluxon.streams.camera.CameraPacketCheck;
import io.fluxon.streams.camera.EpochClassifier;
import java.nio.file.Path;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/**
 * Camera packets in, decisions out; {@link PacketStages} draws what surrounds the classifier.
 *
 * <p>Parallelism, checkpoints, state backend and buffer timeout are Flink's own configuration.
 */
public final class CameraPipeline {

    /** Name of a pipeline that is given no other. */
    public static final String DEFAULT_NAME = "fluxon-camera";

    private CameraPipeline() {}

    /** Adds the pipeline between a stream of records and its two sinks, which the caller chooses. */
    public static void build(
            DataStream<KafkaRecord> packets,
            Sink<OutgoingRecord> exactlyOnce,
            Sink<OutgoingRecord> atLeastOnce,
            ModelFile modelFile) {
        EpochClassifier classifier = new EpochClassifier(NetworkPlan.compile(modelFile.open()));
        PacketStages stages = new PacketStages(
                packets, SensorKind.CAMERA, new CameraPacketCheck(classifier.width(), classifier.height()));
        SingleOutputStreamOperator<OutgoingRecord> decisions = stages.ordered()
                .process(new CameraClassifierFunction(modelFile), OutgoingRecord.typeInformation())
                .name("camera classify")
                .uid("camera-classify");
        stages.sink(decisions, exactlyOnce, atLeastOnce);
    }

    /**
     * The pipeline between the topics of a broker.
     *
     * @param name consumer group, and prefix of the transactional ids: unique among the jobs that share the broker
     */
    public static void build(
            StreamExecutionEnvironment environment, String bootstrap, String name, ModelFile modelFile) {
        build(
                PacketStages.source(environment, bootstrap, SensorKind.CAMERA, name),
                KafkaEnds.exactlyOnceSink(bootstrap, name),
                KafkaEnds.atLeastOnceSink(bootstrap),
                modelFile);
    }

    /** Main class of a job: {@code --bootstrap HOST:PORT [--name NAME] [--model FILE]}. */
    public static void main(String[] arguments) throws Exception {
        ParameterTool parameters = ParameterTool.fromArgs(arguments);
        String bootstrap = parameters.getRequired("bootstrap");
        ModelFile modelFile =
                parameters.has("model") ? ModelFile.of(Path.of(parameters.get("model"))) : ShippedModels.nmnist();
        StreamExecutionEnvironment environment = PacketStages.jobEnvironment();
        build(environment, bootstrap, parameters.get("name", DEFAULT_NAME), modelFile);
        environment.execute("fluxon camera");
    }
}
