package io.fluxon.pipelines;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A pipeline between ends in memory. */
final class TestingPipeline {

    /** Adds the pipeline between a source and two sinks. */
    interface Builder {

        void build(DataStream<KafkaRecord> packets, Sink<OutgoingRecord> exactlyOnce, Sink<OutgoingRecord> atLeastOnce);
    }

    private final SensorKind kind;
    private final Builder builder;
    private final TestingSink exactlyOnce = new TestingSink();
    private final TestingSink atLeastOnce = new TestingSink();
    private final AvroCodec<SensorPacket> packetCodec = new AvroCodec<>(SensorPacket.class);

    TestingPipeline(SensorKind kind, Builder builder) {
        this.kind = kind;
        this.builder = builder;
    }

    /** Runs until all records are processed. */
    void run(List<KafkaRecord> records, int parallelism, String backend) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, backend);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(parallelism);
        builder.build(environment.fromData(records, KafkaRecord.typeInformation()), exactlyOnce, atLeastOnce);
        environment.execute();
    }

    List<KafkaRecord> records(List<SensorPacket> packets) {
        List<KafkaRecord> records = new ArrayList<>();
        for (SensorPacket packet : packets) {
            records.add(record(packet));
        }
        return records;
    }

    KafkaRecord record(SensorPacket packet) {
        byte[] key = PacketEnvelope.key(packet).getBytes(StandardCharsets.UTF_8);
        return new KafkaRecord(kind.packets().topicName(), 0, 0, 0, key, packetCodec.encode(packet));
    }

    /** What the pipeline wrote to a topic, in the order in which its sink got it. */
    <T extends SpecificRecordBase> List<T> read(Topic topic, Class<T> contract) throws BadRecordException {
        AvroCodec<T> codec = new AvroCodec<>(contract);
        List<T> messages = new ArrayList<>();
        TestingSink sink = topic.delivery() == Topic.Delivery.EXACTLY_ONCE ? exactlyOnce : atLeastOnce;
        for (OutgoingRecord record : sink.records()) {
            if (record.topic.equals(topic.topicName())) {
                messages.add(codec.decode(record.value));
            }
        }
        return messages;
    }
}
