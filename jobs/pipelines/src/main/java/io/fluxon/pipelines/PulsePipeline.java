package io.fluxon.pipelines;

import io.fluxon.connectors.kafka.KafkaEnds;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.schemas.SensorKind;
import io.fluxon.signals.pulses.FrontEnds;
import io.fluxon.signals.pulses.PulseSettings;
import io.fluxon.streams.pulses.PulseFunction;
import io.fluxon.streams.pulses.PulsePacketCheck;
import io.fluxon.streams.pulses.PulseProcessor;
import io.fluxon.streams.pulses.PulseWindows;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/**
 * Packets of digitised detector pulses in; hits, coincidences and spectra out; {@link PacketStages} draws what surrounds
 * the analysis.
 *
 * <p>Parallelism, checkpoints, state backend and buffer timeout are Flink's own configuration.
 */
public final class PulsePipeline {

    /** Name of a pipeline that is given no other. */
    public static final String DEFAULT_NAME = "fluxon-pulses";

    private PulsePipeline() {}

    /**
     * How pulses are analysed.
     *
     * @param settings by front end
     * @param modelFile a network for one of the front ends; null for none
     */
    public record Analysis(Map<String, PulseSettings> settings, PulseWindows windows, ModelFile modelFile) {

        /** The settings and the network that ship, default windows. */
        public static Analysis shipped() {
            return new Analysis(FrontEnds.settings(), PulseWindows.DEFAULT, ShippedModels.pulseV1());
        }
    }

    /** Adds the pipeline between a stream of records and its two sinks, which the caller chooses. */
    public static void build(
            DataStream<KafkaRecord> packets,
            Sink<OutgoingRecord> exactlyOnce,
            Sink<OutgoingRecord> atLeastOnce,
            Analysis analysis) {
        // Settings or a model that cannot be used are refused here rather than by a task.
        new PulseProcessor(
                analysis.settings(),
                analysis.windows(),
                analysis.modelFile() == null ? null : analysis.modelFile().openPulses());
        Map<String, Long> samplePeriods = new TreeMap<>();
        analysis.settings().forEach((name, own) -> samplePeriods.put(name, own.samplePeriodPicoseconds()));
        PacketStages stages = new PacketStages(packets, SensorKind.PULSES, new PulsePacketCheck(samplePeriods));
        SingleOutputStreamOperator<OutgoingRecord> results = stages.ordered()
                .process(
                        new PulseFunction(analysis.settings(), analysis.windows(), analysis.modelFile()),
                        OutgoingRecord.typeInformation())
                .name("pulses analyse")
                .uid("pulses-analyse");
        stages.sink(results, exactlyOnce, atLeastOnce);
    }

    /**
     * The pipeline between the topics of a broker.
     *
     * @param name consumer group, and prefix of the transactional ids: unique among the jobs that share the broker
     */
    public static void build(StreamExecutionEnvironment environment, String bootstrap, String name, Analysis analysis) {
        build(
                PacketStages.source(environment, bootstrap, SensorKind.PULSES, name),
                KafkaEnds.exactlyOnceSink(bootstrap, name),
                KafkaEnds.atLeastOnceSink(bootstrap),
                analysis);
    }

    /**
     * Main class of a job: {@code --bootstrap HOST:PORT [--name NAME] [--settings FILE] [--model FILE]
     * [--spectrum-seconds S] [--channels A,B] [--coincidence-nanoseconds N]}.
     */
    public static void main(String[] arguments) throws Exception {
        ParameterTool parameters = ParameterTool.fromArgs(arguments);
        String bootstrap = parameters.getRequired("bootstrap");
        Map<String, PulseSettings> settings = new TreeMap<>(FrontEnds.settings());
        if (parameters.has("settings")) {
            settings.putAll(PulseSettingsFile.read(Path.of(parameters.get("settings"))));
        }
        ModelFile modelFile =
                parameters.has("model") ? ModelFile.of(Path.of(parameters.get("model"))) : ShippedModels.pulseV1();
        StreamExecutionEnvironment environment = PacketStages.jobEnvironment();
        build(
                environment,
                bootstrap,
                parameters.get("name", DEFAULT_NAME),
                new Analysis(settings, windows(parameters), modelFile));
        environment.execute("fluxon pulses");
    }

    private static PulseWindows windows(ParameterTool parameters) {
        PulseWindows defaults = PulseWindows.DEFAULT;
        String[] channels = parameters
                .get("channels", defaults.firstChannel() + "," + defaults.secondChannel())
                .split(",", -1);
        if (channels.length != 2) {
            throw new IllegalArgumentException("--channels is not of the form A,B");
        }
        return new PulseWindows(
                parameters.has("spectrum-seconds")
                        ? Math.multiplyExact(parameters.getLong("spectrum-seconds"), 1_000_000_000_000L)
                        : defaults.spectrumPicos(),
                Integer.parseInt(channels[0].strip()),
                Integer.parseInt(channels[1].strip()),
                parameters.has("coincidence-nanoseconds")
                        ? Math.multiplyExact(parameters.getLong("coincidence-nanoseconds"), 1_000L)
                        : defaults.coincidencePicos());
    }
}
