package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.words.Aedat2Decoder;
import io.fluxon.connectors.camera.words.InivationChip;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * AEDAT 2.0 of jAER: a header of lines that start with '#', then the words of {@link Aedat2Decoder}. The chip is named in a
 * line {@code # AEChip: CLASS}; without one it is the chip of the size that the options give, and without that a DVS128.
 */
final class Aedat2File {

    private static final String FIRST_LINE = "#!AER-DAT2";
    private static final String CHIP_LINE = "AEChip:";

    private Aedat2File() {}

    static CameraReader open(Path file, ReadOptions options) throws IOException {
        String origin = file.toString();
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file));
        try {
            AedatHeader header = AedatHeader.read(in, AedatHeader.AEDAT_2_END, origin);
            if (header.lines().isEmpty() || !header.lines().get(0).startsWith(FIRST_LINE)) {
                throw new RecordingException(origin + ": byte 0: the first line is not that of AEDAT 2");
            }
            InivationChip chip = chip(origin, header, options.layout());
            Aedat2Decoder decoder = new Aedat2Decoder(chip, options.damage());
            decoder.startAt(header.bytes());
            CameraLayout layout = new CameraLayout(chip.width(), chip.height());
            return new DecodedReader(
                    origin,
                    CameraFormat.AEDAT2.formatName(),
                    layout,
                    CameraFormat.AEDAT2.rowsFromBottom(),
                    in,
                    decoder);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static InivationChip chip(String origin, AedatHeader header, Optional<CameraLayout> given)
            throws RecordingException {
        for (String line : header.lines()) {
            if (line.contains(CHIP_LINE)) {
                return InivationChip.namedIn(line)
                        .filter(Aedat2Decoder::hasMap)
                        .orElseThrow(() -> new RecordingException(
                                origin + ": no addresses are known of the chip in the header's line " + line));
            }
        }
        if (given.isEmpty()) {
            return InivationChip.DVS128;
        }
        CameraLayout size = given.get();
        return InivationChip.ofSize(size.getWidth(), size.getHeight())
                .filter(Aedat2Decoder::hasMap)
                .orElseThrow(() -> new RecordingException(origin + ": no chip with addresses in AEDAT 2.0 has "
                        + size.getWidth() + "x" + size.getHeight() + " pixels"));
    }
}
