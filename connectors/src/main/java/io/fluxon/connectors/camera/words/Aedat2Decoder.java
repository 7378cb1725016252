package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;

/**
 * The words of AEDAT 2.0, big-endian: u32 address as the chip sent it, then i32 microseconds. Addresses of
 *
 * <ul>
 *   <li>a DVS128: bit 0 is 0 for ON; 127 - column in bits 1 to 7; row in bits 8 to 14; bit 15 set marks a falling edge on the
 *       input pin, bit 31 another special event
 *   <li>a DAVIS: polarity in bit 11, column in bits 12 to 21, row in bits 22 to 30; bit 31 set marks a word of a frame or of
 *       the inertial unit; bit 10 set marks an event of the input pin: 2 falling, 3 rising, 4 pulse in bits 0 to 2; nothing
 *       else set, as older recordings have it, is an edge of unknown direction and given as a pulse
 * </ul>
 *
 * Columns and rows are those of the address, as AEDAT 2.0 has no other. Times are signed; the counter starts again after
 * 2<sup>32</sup> us, and of the times that a word may mean, the one nearest to the word before it is taken, the first word's
 * nearest to 0. So small steps back stay such.
 */
public final class Aedat2Decoder extends CameraDecoder {

    static final int WORD_BYTES = 8;

    private static final int DAVIS_INPUT = 1 << 10;

    private final InivationChip chip;
    private long timeMicros;

    /** @param chip a DVS128 or a DAVIS */
    public Aedat2Decoder(InivationChip chip, Damage damage) {
        super(WORD_BYTES, chip.width(), chip.height(), damage);
        if (!hasMap(chip)) {
            throw new IllegalArgumentException("AEDAT 2.0 has no addresses of a " + chip);
        }
        this.chip = chip;
    }

    /** Whether the chip's addresses are known. */
    public static boolean hasMap(InivationChip chip) {
        return chip != InivationChip.DVXPLORER && chip != InivationChip.DVXPLORER_LITE;
    }

    @Override
    public void startNear(long micros) {
        timeMicros = micros;
    }

    @Override
    protected void decodeWords(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        if (chip == InivationChip.DVS128) {
            decodeDvs128(bytes, from, to, batch);
        } else {
            decodeDavis(bytes, from, to, batch);
        }
    }

    private void decodeDvs128(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        for (int at = from; at < to; at += WORD_BYTES) {
            int address = Integer.reverseBytes(LittleEndian.getInt(bytes, at));
            advanceTo(Integer.reverseBytes(LittleEndian.getInt(bytes, at + 4)));
            if (address >>> 15 == 0) {
                batch.add(timeMicros, 127 - (address >>> 1 & 0x7F), address >>> 8 & 0x7F, ~address & 1);
            } else if (address < 0) {
                batch.markers().add(timeMicros, Kind.OTHER, 0, address);
            } else if (address >>> 16 == 0) {
                batch.markers().add(timeMicros, Kind.TRIGGER, 0, 0);
            } else {
                refuseOr(
                        Warning.EVENTS_OUTSIDE_GEOMETRY,
                        Rule.OUTSIDE_GEOMETRY,
                        from,
                        at,
                        String.format("address 0x%08x is none of a DVS128", address));
            }
        }
    }

    private void decodeDavis(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        for (int at = from; at < to; at += WORD_BYTES) {
            int address = Integer.reverseBytes(LittleEndian.getInt(bytes, at));
            advanceTo(Integer.reverseBytes(LittleEndian.getInt(bytes, at + 4)));
            int x = address >>> 12 & 0x3FF;
            int y = address >>> 22;
            if (address < 0) {
                warn(Warning.OTHER_ITEMS);
            } else if ((address & DAVIS_INPUT) != 0) {
                addInput(address, batch);
            } else if (x >= width || y >= height) {
                outside(from, at, x, y);
            } else {
                batch.add(timeMicros, x, y, address >>> 11 & 1);
            }
        }
    }

    /** Steps to the time nearest to the last one that ends in these 32 bits. */
    private void advanceTo(int rawMicros) {
        timeMicros += rawMicros - (int) timeMicros;
    }

    private void addInput(int address, CameraBatch batch) {
        switch (address & 7) {
            case 2 -> batch.markers().add(timeMicros, Kind.TRIGGER, 0, 0);
            case 3 -> batch.markers().add(timeMicros, Kind.TRIGGER, 0, 1);
            case 4 -> batch.markers().add(timeMicros, Kind.PULSE, 0, 1);
            default -> {
                if (address == DAVIS_INPUT) {
                    batch.markers().add(timeMicros, Kind.PULSE, 0, 1);
                } else {
                    batch.markers().add(timeMicros, Kind.OTHER, 0, address);
                }
            }
        }
    }
}
