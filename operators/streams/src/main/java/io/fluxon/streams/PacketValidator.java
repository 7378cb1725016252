package io.fluxon.streams;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Passes the records that are packets as the pipeline expects them, whole and decodable; the others leave as dead
 * letters. It stands before the sequencer, so an unusable record never takes the place of a good one with its number.
 */
public final class PacketValidator extends ProcessFunction<KafkaRecord, KafkaRecord> {

    private static final long serialVersionUID = 1;

    private final Topic deadLetterTopic;
    private final PacketCheck packetCheck;

    private transient AvroCodec<SensorPacket> codec;
    private transient DeadLetters deadLetters;
    private transient Counter passed;

    public PacketValidator(Topic deadLetterTopic, PacketCheck packetCheck) {
        this.deadLetterTopic = deadLetterTopic;
        this.packetCheck = packetCheck;
    }

    @Override
    public void open(OpenContext context) {
        codec = new AvroCodec<>(SensorPacket.class);
        deadLetters = new DeadLetters(deadLetterTopic, getRuntimeContext().getMetricGroup());
        passed = getRuntimeContext().getMetricGroup().counter("validPackets");
    }

    @Override
    public void processElement(KafkaRecord in, Context context, Collector<KafkaRecord> out) {
        try {
            check(in);
        } catch (MalformedPacketException e) {
            OutgoingRecord letter = deadLetters.letter(in, e);
            context.output(SideOutputs.DEAD_LETTERS, letter);
            return;
        }
        passed.inc();
        out.collect(in);
    }

    private void check(KafkaRecord in) throws MalformedPacketException {
        SensorPacket packet;
        try {
            packet = in.packet(codec);
        } catch (BadRecordException e) {
            throw new MalformedPacketException(Rule.BAD_AVRO, e.getMessage());
        }
        byte[] key = PacketEnvelope.key(packet).getBytes(StandardCharsets.UTF_8);
        if (in.key == null || !Arrays.equals(in.key, key)) {
            throw new MalformedPacketException(
                    Rule.KEY_MISMATCH, "the key is not the packet's sensorId, or of a motion sensor its deviceId");
        }
        packetCheck.check(packet);
    }
}
