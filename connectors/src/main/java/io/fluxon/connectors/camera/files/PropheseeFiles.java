package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraEncoder;
import io.fluxon.connectors.camera.words.DatEncoder;
import io.fluxon.connectors.camera.words.Evt2Encoder;
import io.fluxon.connectors.camera.words.Evt3Encoder;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Prophesee's files: RAW, a header and words of EVT 2.0, 2.1 or 3.0; and DAT, a header, a byte for the type and one for the
 * size of records, and the records. Both are also read without the header, DAT then without the two bytes too.
 */
final class PropheseeFiles {

    /** Where neither the file nor the options tell: the sensor of most cameras in use. */
    private static final CameraLayout ASSUMED = new CameraLayout(1280, 720);

    private static final int DAT_EVENT_2D = 0;
    private static final int DAT_EVENT_CD = 12;
    private static final int DAT_RECORD_BYTES = 8;
    private static final int PART_BYTES = 1 << 16;

    private PropheseeFiles() {}

    /** Which format a file is that begins with a percent sign or is called .raw; empty if its header does not tell. */
    static Optional<CameraFormat> detect(Path file) throws IOException {
        String name = Objects.toString(file.getFileName(), "").toLowerCase(Locale.ROOT);
        try (BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            PropheseeHeader header = PropheseeHeader.read(file.toString(), in);
            Optional<CameraFormat> words = header.words();
            if (words.isEmpty() && name.endsWith(".raw")) {
                throw new RecordingException(
                        file + ": no header tells which words it holds; name them with --format evt2, evt2.1 or evt3");
            }
            return words;
        }
    }

    /** @param format of the words, whatever the header says */
    static CameraReader openRaw(Path file, CameraFormat format, ReadOptions options) throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file));
        try {
            PropheseeHeader header = PropheseeHeader.read(file.toString(), in);
            CameraLayout layout = header.layout().or(options::layout).orElse(ASSUMED);
            WordEncoding encoding =
                    switch (format) {
                        case EVT2 -> WordEncoding.EVT2;
                        case EVT3 -> WordEncoding.EVT3;
                        default -> header.evt21();
                    };
            return reader(file, encoding, layout, options.damage(), in, header.bytes());
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** Without a word on the sensor it is taken to be as large as the events need; they are read once for that. */
    static CameraReader openDat(Path file, ReadOptions options) throws IOException {
        BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file));
        try {
            PropheseeHeader header = PropheseeHeader.read(file.toString(), in);
            int start = header.bytes();
            if (start > 0) {
                checkRecords(file, start, in.read(), in.read());
                start += 2;
            }
            Optional<CameraLayout> told = header.layoutOfDat().or(options::layout);
            CameraLayout layout = told.isPresent() ? told.get() : boundingBox(file, start);
            return reader(file, WordEncoding.DAT, layout, options.damage(), in, start);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static void checkRecords(Path file, int at, int type, int size) throws RecordingException {
        if (size < 0) {
            throw new RecordingException(file + ": byte " + at + ": ends before the type and size of its records");
        }
        if (type != DAT_EVENT_2D && type != DAT_EVENT_CD || size != DAT_RECORD_BYTES) {
            throw new RecordingException(file + ": byte " + at + ": records of type " + type + " and " + size
                    + " bytes; only pixel events, type " + DAT_EVENT_2D + " or " + DAT_EVENT_CD + " of "
                    + DAT_RECORD_BYTES + " bytes, can be read");
        }
    }

    private static CameraReader reader(
            Path file, WordEncoding encoding, CameraLayout layout, Damage damage, InputStream words, int start) {
        CameraDecoder decoder = encoding.decoder(layout.getWidth(), layout.getHeight(), damage);
        decoder.startAt(start);
        return new WordReader(file.toString(), encoding.encodingName(), encoding, layout, words, decoder);
    }

    private static CameraLayout boundingBox(Path file, int start) throws IOException {
        CameraDecoder decoder = WordEncoding.DAT.decoder(CameraBatch.MAX_SIDE, CameraBatch.MAX_SIDE, Damage.COUNT);
        CameraBatch batch = new CameraBatch();
        byte[] part = new byte[PART_BYTES];
        int width = 1;
        int height = 1;
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(start);
            int bytes = in.readNBytes(part, 0, part.length);
            while (bytes > 0) {
                batch.clear();
                decoder.decode(part, 0, bytes, batch);
                for (int i = 0; i < batch.size(); i++) {
                    width = Math.max(width, batch.x(i) + 1);
                    height = Math.max(height, batch.y(i) + 1);
                }
                bytes = in.readNBytes(part, 0, part.length);
            }
        } catch (MalformedPacketException e) {
            throw new IllegalStateException("damage was to be counted", e);
        }
        return new CameraLayout(width, height);
    }

    /** Makes a file of the format, one of EVT2, EVT3 and DAT. */
    static CameraWriter create(Path file, CameraFormat format, CameraLayout layout) throws IOException {
        int width = layout.getWidth();
        int height = layout.getHeight();
        String geometry =
                ";height=" + height + ";width=" + width + "\n% geometry " + width + "x" + height + "\n% end\n";
        return switch (format) {
            case EVT2 -> writer(file, "% evt 2.0\n% format EVT2" + geometry, new Evt2Encoder());
            case EVT3 -> writer(file, "% evt 3.0\n% format EVT3" + geometry, new Evt3Encoder());
            case DAT ->
                writer(
                        file,
                        "% Data file containing CD events\n% Version 2\n% Width " + width + "\n% Height " + height
                                + "\n" + (char) DAT_EVENT_CD + (char) DAT_RECORD_BYTES,
                        new DatEncoder());
            default -> throw new RecordingException(file + ": " + format.formatName() + " cannot be written");
        };
    }

    private static CameraWriter writer(Path file, String header, CameraEncoder encoder) throws IOException {
        return new WordWriter(Files.newOutputStream(file), header.getBytes(StandardCharsets.ISO_8859_1), encoder);
    }
}
