package io.fluxon.pipelines;

import io.fluxon.connectors.kafka.KafkaEnds;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.CameraClassifierFunction;
import io.fluxon.streams.CameraPacketValidator;
import io.fluxon.streams.EpochClassifier;
import io.fluxon.streams.Sequencer;
import io.fluxon.streams.SideOutputs;
import java.nio.file.Path;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/**
 * Camera packets in, decisions out:
 *
 * <pre>
 *   packets -&gt; (by sensor) validate -&gt; sequence -&gt; classify -&gt; final decisions -------+-&gt; exactly-once sink
 *                             |           |           +-&gt; all decisions -&gt; at-least-once sink
 *                             |           +-&gt; sequence reports, dead letters ----------+
 *                             +-&gt; dead letters ----------------------------------------+
 * </pre>
 *
 * Parallelism, checkpoints, state backend and buffer timeout are Flink's own configuration.
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
        Configuration configuration = new Configuration();
        // No type may fall back to Kryo; a stream without a serializer of its own fails when the job is built.
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        // No operator keeps or changes what it passes on, so a packet is decoded once and copied never.
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        packets.getExecutionEnvironment().configure(configuration);

        // Keyed before anything else: a sensor's packets keep their order whatever the source's parallelism.
        SingleOutputStreamOperator<KafkaRecord> valid = packets.keyBy(KafkaRecord::keyText, Types.STRING)
                .process(
                        new CameraPacketValidator(classifier.width(), classifier.height()),
                        KafkaRecord.typeInformation())
                .name("validate")
                .uid("camera-validate");
        SingleOutputStreamOperator<KafkaRecord> ordered = stillKeyed(valid)
                .process(new Sequencer(), KafkaRecord.typeInformation())
                .name("sequence")
                .uid("camera-sequence");
        SingleOutputStreamOperator<OutgoingRecord> decisions = stillKeyed(ordered)
                .process(new CameraClassifierFunction(modelFile), OutgoingRecord.typeInformation())
                .name("classify")
                .uid("camera-classify");

        decisions
                .union(
                        valid.getSideOutput(SideOutputs.DEAD_LETTERS),
                        ordered.getSideOutput(SideOutputs.DEAD_LETTERS),
                        ordered.getSideOutput(SideOutputs.SEQUENCE_REPORTS))
                .sinkTo(exactlyOnce)
                .name("exactly-once")
                .uid("camera-exactly-once");
        decisions
                .getSideOutput(SideOutputs.LIVE_DECISIONS)
                .sinkTo(atLeastOnce)
                .name("at-least-once")
                .uid("camera-at-least-once");
    }

    /** The operators pass records on under the key they came with, so all three share a task and one shuffle. */
    private static KeyedStream<KafkaRecord, String> stillKeyed(DataStream<KafkaRecord> stream) {
        return DataStreamUtils.reinterpretAsKeyedStream(stream, KafkaRecord::keyText, Types.STRING);
    }

    /**
     * The pipeline between the topics of a broker.
     *
     * @param name consumer group, and prefix of the transactional ids: unique among the jobs that share the broker
     */
    public static void build(
            StreamExecutionEnvironment environment, String bootstrap, String name, ModelFile modelFile) {
        DataStream<KafkaRecord> packets = environment
                .fromSource(
                        KafkaEnds.source(bootstrap, Topic.CAMERA_PACKETS, name),
                        WatermarkStrategy.noWatermarks(),
                        "camera packets",
                        KafkaRecord.typeInformation())
                .uid("camera-packets");
        build(packets, KafkaEnds.exactlyOnceSink(bootstrap, name), KafkaEnds.atLeastOnceSink(bootstrap), modelFile);
    }

    /** Main class of a job: {@code --bootstrap HOST:PORT [--name NAME] [--model FILE]}. */
    public static void main(String[] arguments) throws Exception {
        ParameterTool parameters = ParameterTool.fromArgs(arguments);
        String bootstrap = parameters.getRequired("bootstrap");
        ModelFile modelFile =
                parameters.has("model") ? ModelFile.of(Path.of(parameters.get("model"))) : ShippedModels.nmnist();
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        if (!environment.getCheckpointConfig().isCheckpointingEnabled()) {
            throw new IllegalArgumentException("decisions are committed with checkpoints: set "
                    + CheckpointingOptions.CHECKPOINTING_INTERVAL.key());
        }
        build(environment, bootstrap, parameters.get("name", DEFAULT_NAME), modelFile);
        environment.execute("fluxon camera");
    }
}
