package io.fluxon.connectors.replay;

import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.Control;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes sensor packets, commands about their keys, and truth. Idempotent, so that a retry neither repeats nor reorders; blocks while the broker
 * is slower than the sensor. The first failed send is thrown by the next call.
 */
public final class PacketPublisher implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroCodec<SensorPacket> packetCodec = new AvroCodec<>(SensorPacket.class);
    private final AvroCodec<Control> controlCodec = new AvroCodec<>(Control.class);
    private final Map<Class<?>, AvroCodec<?>> truthCodecs = new HashMap<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    public PacketPublisher(String bootstrap) {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        properties.setProperty(ProducerConfig.ACKS_CONFIG, "all");
        properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "0");
        properties.setProperty(ProducerConfig.MAX_BLOCK_MS_CONFIG, "15000");
        producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    public void publish(Topic topic, SensorPacket packet) throws IOException {
        send(topic.topicName(), PacketEnvelope.key(packet), packetCodec.encode(packet));
    }

    /**
     * Publishes a command about a key among the key's packets.
     *
     * @param topicName a topic of packets
     */
    public void publish(String topicName, Control control) throws IOException {
        send(topicName, control.getKey(), controlCodec.encode(control));
    }

    /** @param truth a record with a field sensorId, which is its key */
    public <T extends SpecificRecordBase> void publishTruth(Topic topic, T truth) throws IOException {
        @SuppressWarnings("unchecked") // filled by class on the next line
        AvroCodec<T> codec = (AvroCodec<T>)
                truthCodecs.computeIfAbsent(truth.getClass(), contract -> new AvroCodec<>((Class<T>) contract));
        send(topic.topicName(), truth.get("sensorId").toString(), codec.encode(truth));
    }

    /** Waits until the broker has everything. */
    public void flush() throws IOException {
        producer.flush();
        throwFailure();
    }

    private void send(String topicName, String key, byte[] value) throws IOException {
        throwFailure();
        producer.send(new ProducerRecord<>(topicName, key.getBytes(StandardCharsets.UTF_8), value), (metadata, e) -> {
            if (e != null) {
                failure.compareAndSet(null, e);
            }
        });
    }

    private void throwFailure() throws IOException {
        Exception e = failure.get();
        if (e != null) {
            throw new IOException("the broker refused a packet: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
