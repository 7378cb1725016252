package io.fluxon.streams;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraPackets;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.SensorPacket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Passes the records that are camera packets of the expected geometry, whole and decodable; the others leave as dead
 * letters. It stands before the sequencer, so an unusable record never takes the place of a good one with its number.
 */
public final class CameraPacketValidator extends ProcessFunction<KafkaRecord, KafkaRecord> {

    private static final long serialVersionUID = 1;

    private final int width;
    private final int height;

    private transient AvroCodec<SensorPacket> codec;
    private transient DeadLetters deadLetters;
    private transient CameraBatch batch;
    private transient Counter passed;

    public CameraPacketValidator(int width, int height) {
        this.width = width;
        this.height = height;
    }

    @Override
    public void open(OpenContext context) {
        codec = new AvroCodec<>(SensorPacket.class);
        deadLetters = new DeadLetters(getRuntimeContext().getMetricGroup());
        batch = new CameraBatch();
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
        if (in.key == null || !Arrays.equals(in.key, packet.getSensorId().getBytes(StandardCharsets.UTF_8))) {
            throw new MalformedPacketException(Rule.KEY_MISMATCH, "the key is not the packet's sensorId");
        }
        CameraPackets.decode(packet, batch);
        CameraLayout layout = (CameraLayout) packet.getLayout();
        if (layout.getWidth() != width || layout.getHeight() != height) {
            throw new MalformedPacketException(
                    Rule.UNEXPECTED_GEOMETRY,
                    "the sensor has " + layout.getWidth() + "x" + layout.getHeight() + " pixels, the model takes "
                            + width + "x" + height);
        }
    }
}
