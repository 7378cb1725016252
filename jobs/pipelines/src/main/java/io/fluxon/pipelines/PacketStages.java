package io.fluxon.pipelines;

import io.fluxon.connectors.kafka.KafkaEnds;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.schemas.SensorKind;
import io.fluxon.streams.PacketCheck;
import io.fluxon.streams.PacketValidator;
import io.fluxon.streams.Sequencer;
import io.fluxon.streams.SideOutputs;
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

/**
 * The stages that all pipelines share: packets are keyed, validated and put in order; results, reports and dead letters
 * go to one exactly-once sink, live results to an at-least-once sink.
 *
 * <pre>
 *   packets -&gt; (by key) validate -&gt; sequence -&gt; [the pipeline's own operator] -&gt; results ------+-&gt; exactly-once sink
 *                          |           |                 +-&gt; live results -&gt; at-least-once sink |
 *                          |           +-&gt; sequence reports, dead letters ---------------------+
 *                          +-&gt; dead letters ---------------------------------------------------+
 * </pre>
 */
final class PacketStages {

    private final String name;
    private final SingleOutputStreamOperator<KafkaRecord> valid;
    private final SingleOutputStreamOperator<KafkaRecord> ordered;

    PacketStages(DataStream<KafkaRecord> packets, SensorKind kind, PacketCheck check) {
        name = kind.lowerCaseName();
        Configuration configuration = new Configuration();
        // No type may fall back to Kryo; a stream without a serializer of its own fails when the job is built.
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        // No operator keeps or changes what it passes on, so a packet is decoded once and copied never.
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        packets.getExecutionEnvironment().configure(configuration);

        // Keyed before anything else: packets of one key keep their order whatever the source's parallelism.
        valid = packets.keyBy(KafkaRecord::keyText, Types.STRING)
                .process(new PacketValidator(kind.deadLetters(), check), KafkaRecord.typeInformation())
                .name(name + " validate")
                .uid(name + "-validate");
        ordered = stillKeyed(valid)
                .process(new Sequencer(kind), KafkaRecord.typeInformation())
                .name(name + " sequence")
                .uid(name + "-sequence");
    }

    /** The packets that can be used, in order by key. */
    KeyedStream<KafkaRecord, String> ordered() {
        return stillKeyed(ordered);
    }

    /** Sends everything that has to leave to the two sinks. */
    void sink(
            SingleOutputStreamOperator<OutgoingRecord> results,
            Sink<OutgoingRecord> exactlyOnce,
            Sink<OutgoingRecord> atLeastOnce) {
        results.union(
                        results.getSideOutput(SideOutputs.SEQUENCE_REPORTS),
                        valid.getSideOutput(SideOutputs.DEAD_LETTERS),
                        ordered.getSideOutput(SideOutputs.DEAD_LETTERS),
                        ordered.getSideOutput(SideOutputs.SEQUENCE_REPORTS))
                .sinkTo(exactlyOnce)
                .name(name + " exactly-once")
                .uid(name + "-exactly-once");
        results.getSideOutput(SideOutputs.LIVE)
                .sinkTo(atLeastOnce)
                .name(name + " at-least-once")
                .uid(name + "-at-least-once");
    }

    /** The operators pass records on under the key they came with, so all three share a task and one shuffle. */
    private static KeyedStream<KafkaRecord, String> stillKeyed(DataStream<KafkaRecord> stream) {
        return DataStreamUtils.reinterpretAsKeyedStream(stream, KafkaRecord::keyText, Types.STRING);
    }

    /** The packets of one kind of sensor on a broker. */
    static DataStream<KafkaRecord> source(
            StreamExecutionEnvironment environment, String bootstrap, SensorKind kind, String groupId) {
        String name = kind.lowerCaseName();
        return environment
                .fromSource(
                        KafkaEnds.source(bootstrap, kind.packets(), groupId),
                        WatermarkStrategy.noWatermarks(),
                        name + " packets",
                        KafkaRecord.typeInformation())
                .uid(name + "-packets");
    }

    /** The environment of a job of its own. */
    static StreamExecutionEnvironment jobEnvironment() {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        if (!environment.getCheckpointConfig().isCheckpointingEnabled()) {
            throw new IllegalArgumentException(
                    "results are committed with checkpoints: set " + CheckpointingOptions.CHECKPOINTING_INTERVAL.key());
        }
        return environment;
    }
}
