package io.fluxon.pipelines;

import io.fluxon.connectors.kafka.KafkaEnds;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.PacketOperator;
import io.fluxon.streams.SideOutputs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Packets of one kind of sensor in, results out, as {@link PipelineSettings} say.
 *
 * <pre>
 *   packets -&gt; (by key) {@link PacketOperator} -+-&gt; results, sequence reports, dead letters -&gt; durable sink
 *                                           +-&gt; live results -----------------------------&gt; at-least-once sink
 * </pre>
 */
public final class Pipeline {

    /** A partition without records for so long does not hold up the log's time. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    private Pipeline() {}

    /**
     * Adds the pipeline between a stream of records, whose times are the log's, and its sinks, which the caller chooses.
     *
     * @param live takes the live results; null where the settings ask for none
     */
    public static void build(
            DataStream<KafkaRecord> packets,
            Sink<OutgoingRecord> durable,
            Sink<OutgoingRecord> live,
            PipelineSettings settings) {
        Configuration configuration = new Configuration();
        // No type may fall back to Kryo; a stream without a serializer of its own fails when the job is built.
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        // No operator keeps or changes what it passes on, so a packet is decoded once and copied never.
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        packets.getExecutionEnvironment().configure(configuration);

        String sensor = settings.sensor().lowerCaseName();
        // Keyed before anything else: packets of one key keep their order whatever the source's parallelism.
        SingleOutputStreamOperator<OutgoingRecord> results = packets.keyBy(KafkaRecord::keyText, Types.STRING)
                .transform(sensor + " packets to results", OutgoingRecord.typeInformation(), settings.operator())
                .uid(operatorUid(settings));
        results.union(
                        results.getSideOutput(SideOutputs.SEQUENCE_REPORTS),
                        results.getSideOutput(SideOutputs.DEAD_LETTERS))
                .sinkTo(durable)
                .name(sensor + " durable")
                .uid(sensor + "-durable");
        if (live != null) {
            results.getSideOutput(SideOutputs.LIVE)
                    .sinkTo(live)
                    .name(sensor + " live")
                    .uid(sensor + "-live");
        }
    }

    /** What names the operator with the keyed state in a savepoint. */
    public static String operatorUid(PipelineSettings settings) {
        return settings.sensor().lowerCaseName() + "-keys";
    }

    /** The pipeline between the topics of the settings' broker. */
    public static void build(StreamExecutionEnvironment environment, PipelineSettings settings) {
        String sensor = settings.sensor().lowerCaseName();
        DataStream<KafkaRecord> packets = environment
                .fromSource(
                        KafkaEnds.source(
                                settings.bootstrap(),
                                settings.topics().get(settings.sensor().packets()),
                                settings.name()),
                        WatermarkStrategy.<KafkaRecord>forMonotonousTimestamps().withIdleness(IDLE),
                        sensor + " packets",
                        KafkaRecord.typeInformation())
                .uid(sensor + "-packets");
        Map<String, String> topicNames = new TreeMap<>();
        settings.topics().forEach((topic, topicName) -> topicNames.put(topic.topicName(), topicName));
        build(
                packets,
                settings.delivery() == Topic.Delivery.EXACTLY_ONCE
                        ? KafkaEnds.exactlyOnceSink(settings.bootstrap(), settings.name(), topicNames)
                        : KafkaEnds.atLeastOnceSink(settings.bootstrap(), topicNames),
                settings.live() ? KafkaEnds.atLeastOnceSink(settings.bootstrap(), topicNames) : null,
                settings);
    }

    /** Main class of a job: {@code FILE}, which {@link PipelineFile} reads. What it says wins over the cluster's own options. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 1) {
            throw new IllegalArgumentException(
                    "one argument is needed, the pipeline's YAML file, not " + arguments.length);
        }
        PipelineSettings settings = PipelineFile.read(Path.of(arguments[0]));
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(settings.flinkConfiguration());
        build(environment, settings);
        environment.execute("fluxon " + settings.name());
    }
}
