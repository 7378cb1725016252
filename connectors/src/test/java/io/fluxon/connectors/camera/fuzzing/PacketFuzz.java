package io.fluxon.connectors.camera.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The border of camera packets. An input is {@value #SETTINGS_BYTES} bytes of settings, little-endian, and the payload:
 *
 * <pre>
 *   u8 flags      bits 0 and 1: kind; bit 2: the encoding's name are 4 bytes of the payload's start
 *   u8 encoding   which one, modulo their number
 *   i32 width, i32 height, i64 firstOffset
 *   i64 lastOffset, i32 eventCount   less what the payload gives if it is decoded near firstOffset
 * </pre>
 */
final class PacketFuzz implements FuzzTarget {

    private static final int SETTINGS_BYTES = 30;
    private static final int NAME_BYTES = 4;
    private static final int STRANGE_NAME = 4;

    @Override
    public String name() {
        return "packets";
    }

    @Override
    public boolean accepts(byte[] input) {
        if (input.length < SETTINGS_BYTES + NAME_BYTES) {
            return false;
        }
        SensorPacket packet = packet(ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN));
        CameraBatch batch = new CameraBatch();
        batch.add(1, 1, 1, 1);
        try {
            CameraPackets.decode(packet, batch);
        } catch (MalformedPacketException e) {
            assertThat(e.getMessage()).isNotBlank().doesNotContain("\n", "\r");
            return false;
        }
        assertThat(batch.sizeOfAll()).isEqualTo(packet.getEventCount());
        if (packet.getKind() != PacketKind.DATA) {
            return false;
        }
        CameraLayout layout = (CameraLayout) packet.getLayout();
        DecoderFuzz.assertInside(batch, layout.getWidth(), layout.getHeight());
        long[] micros = sortedMicros(batch);
        assertThat(packet.getFirstOffset()).isEqualTo(micros[0]);
        assertThat(packet.getLastOffset()).isEqualTo(micros[micros.length - 1]);
        return true;
    }

    private static long[] sortedMicros(CameraBatch batch) {
        return LongStream.concat(
                        LongStream.of(batch.timeMicros()).limit(batch.size()),
                        LongStream.range(0, batch.markers().size())
                                .map(i -> batch.markers().timeMicros((int) i)))
                .sorted()
                .toArray();
    }

    private static SensorPacket packet(ByteBuffer input) {
        int flags = input.get();
        WordEncoding[] encodings = WordEncoding.values();
        WordEncoding encoding = encodings[(input.get() & 0xFF) % encodings.length];
        int width = input.getInt();
        int height = input.getInt();
        long firstOffset = input.getLong();
        long lastOffset = input.getLong();
        int eventCount = input.getInt();
        String encodingName = encoding.encodingName();
        if ((flags & STRANGE_NAME) != 0) {
            byte[] name = new byte[NAME_BYTES];
            input.get(name);
            encodingName = new String(name, StandardCharsets.ISO_8859_1);
        }
        PacketKind kind = PacketKind.values()[(flags & 3) % PacketKind.values().length];
        ByteBuffer payload = input.slice();
        CameraBatch batch = decoded(encoding, width, height, firstOffset, payload);
        if (batch.sizeOfAll() > 0) {
            lastOffset += sortedMicros(batch)[batch.sizeOfAll() - 1];
        }
        return SensorPacket.newBuilder()
                .setSensorId("camera")
                .setEpoch(1)
                .setSequence(kind == PacketKind.START ? 0 : 1)
                .setKind(kind)
                .setRecordingId(null)
                .setOrigin("fuzzing")
                .setEncoding(encodingName)
                .setLayout(new CameraLayout(width, height))
                .setClockDomain("fuzzing")
                .setBaseUnixNanos(0)
                .setOffsetUnitPicoseconds(CameraPackets.PICOSECONDS_PER_MICROSECOND)
                .setFirstOffset(firstOffset)
                .setLastOffset(lastOffset)
                .setEventCount(eventCount + batch.sizeOfAll())
                .setReceivedUnixNanos(0)
                .setPayload(payload)
                .build();
    }

    /** What the payload holds, so that not every packet fails for its count; empty if that cannot be told. */
    private static CameraBatch decoded(
            WordEncoding encoding, int width, int height, long firstOffset, ByteBuffer payload) {
        CameraBatch batch = new CameraBatch();
        if (width < 1 || width > CameraBatch.MAX_SIDE || height < 1 || height > CameraBatch.MAX_SIDE) {
            return batch;
        }
        try {
            CameraDecoder decoder = encoding.decoder(width, height, Damage.REFUSE);
            decoder.startNear(firstOffset);
            int from = payload.arrayOffset();
            decoder.decode(payload.array(), from, from + payload.remaining(), batch);
        } catch (MalformedPacketException e) {
            batch.clear();
        }
        return batch;
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        WordEncoding[] encodings = WordEncoding.values();
        for (int number = 0; number < encodings.length; number++) {
            byte[] words = TestingSeeds.words(encodings[number]);
            seeds.add(ByteBuffer.allocate(SETTINGS_BYTES + words.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put((byte) PacketKind.DATA.ordinal())
                    .put((byte) number)
                    .putInt(TestingSeeds.SIDE)
                    .putInt(TestingSeeds.SIDE)
                    .putLong(1000)
                    .putLong(0)
                    .putInt(0)
                    .put(words)
                    .array());
        }
        return seeds;
    }
}
