package io.fluxon.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.schemas.Topic;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** The records that travel between operators are Flink POJOs through and through: Kryo is never needed. */
class KafkaRecordTest {

    @Test
    void bothRecordsArePojosOfKnownTypes() {
        assertPojo(KafkaRecord.typeInformation(), 6);
        assertPojo(OutgoingRecord.typeInformation(), 4);
        assertPojo(TypeInformation.of(KafkaRecord.class), 6);
        assertPojo(TypeInformation.of(OutgoingRecord.class), 4);
    }

    @Test
    void aRecordCrossesTheNetworkWhole() throws IOException {
        KafkaRecord record = new KafkaRecord("t", 3, 1L << 40, 5, new byte[] {1, 2}, new byte[] {-1});

        KafkaRecord copy = overBytes(KafkaRecord.typeInformation(), record);

        assertThat(copy).usingRecursiveComparison().isEqualTo(record);
    }

    @Test
    void aRecordWithoutKeyAndValueCrossesToo() throws IOException {
        KafkaRecord record = new KafkaRecord("t", 0, 0, 0, null, null);

        KafkaRecord copy = overBytes(KafkaRecord.typeInformation(), record);

        assertThat(copy).usingRecursiveComparison().isEqualTo(record);
        assertThat(copy.key).isNull();
    }

    @Test
    void anOutgoingRecordCrossesTheNetworkWhole() throws IOException {
        OutgoingRecord record = new OutgoingRecord(Topic.CAMERA_DECISIONS, new byte[] {3}, new byte[] {4}, 7);

        OutgoingRecord copy = overBytes(OutgoingRecord.typeInformation(), record);

        assertThat(copy).usingRecursiveComparison().isEqualTo(record);
        assertThat(copy.topic).isEqualTo(Topic.CAMERA_DECISIONS.topicName());
        assertThat(copy.key).containsExactly(3);
    }

    private static void assertPojo(TypeInformation<?> type, int fields) {
        assertThat(type).isInstanceOf(PojoTypeInfo.class);
        PojoTypeInfo<?> pojo = (PojoTypeInfo<?>) type;
        assertThat(pojo.getArity()).isEqualTo(fields);
        for (int i = 0; i < fields; i++) {
            assertThat(pojo.getTypeAt(i))
                    .as(pojo.getPojoFieldAt(i).getField().getName())
                    .isNotInstanceOf(GenericTypeInfo.class);
        }
    }

    private static <T> T overBytes(TypeInformation<T> type, T value) throws IOException {
        TypeSerializer<T> serializer = type.createSerializer(new SerializerConfigImpl());
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(value, out);
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }
}
