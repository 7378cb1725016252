package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.words.EventStreamEncoder;
import io.fluxon.connectors.camera.words.LibcaerDecoder;
import io.fluxon.connectors.camera.words.NMnistDecoder;
import io.fluxon.connectors.camera.words.NMnistEncoder;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The file formats of event-camera recordings: how each is recognised, opened and created. */
public enum CameraFormat {
    EVT2("evt2", ".evt2"),
    EVT21("evt2.1", ".evt21"),
    EVT3("evt3", ".evt3"),
    DAT("dat", ".dat"),
    AEDAT2("aedat2", ".aedat"),
    AEDAT31("aedat3.1", ".aedat"),
    AEDAT4("aedat4", ".aedat4"),
    EVENT_STREAM("es", ".es"),
    NMNIST("nmnist", ".bin", ".bs2"),
    LIBCAER("libcaer", ".libcaer"),
    ROS2("ros2", ".db3", ".db3.gz"),
    CSV("csv", ".csv");

    /** Enough to see a format's first lines, or 1000 records of 8 bytes. */
    private static final int SNIFFED_BYTES = 8000;

    private static final CameraLayout N_CALTECH101 = new CameraLayout(240, 180);
    private static final CameraLayout DVXPLORER = new CameraLayout(640, 480);

    private final String formatName;
    private final List<String> endings;

    CameraFormat(String formatName, String... endings) {
        this.formatName = formatName;
        this.endings = List.of(endings);
    }

    /** The name that options and messages use. */
    public String formatName() {
        return formatName;
    }

    /** How names of such files end, lower case. Prophesee's .raw tells its format in its header only. */
    public List<String> endings() {
        return endings;
    }

    /** Whether rows count from the bottom of the scene. Events keep the rows of the file all the same. */
    public boolean rowsFromBottom() {
        return this == EVENT_STREAM || this == AEDAT2;
    }

    public static Optional<CameraFormat> named(String name) {
        return Arrays.stream(values())
                .filter(format -> format.formatName.equals(name))
                .findFirst();
    }

    /** All names, for messages. */
    public static String names() {
        return Arrays.stream(values()).map(CameraFormat::formatName).collect(Collectors.joining(", "));
    }

    /** Opens a recording, whose format is told by the options, its first bytes, or its name. */
    public static CameraReader open(Path file, ReadOptions options) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new RecordingException(file + ": " + (Files.exists(file) ? "not a file" : "no such file"));
        }
        try {
            CameraFormat format =
                    options.format().isPresent() ? options.format().get() : detect(file);
            return format.reader(file, options);
        } catch (AccessDeniedException e) {
            throw new RecordingException(file + ": permission denied");
        }
    }

    /** Makes a new file, or an existing one empty. */
    public CameraWriter create(Path file, CameraLayout layout) throws IOException {
        int width = layout.getWidth();
        int height = layout.getHeight();
        return switch (this) {
            case EVENT_STREAM -> {
                EventStreamEncoder encoder = new EventStreamEncoder(width, height);
                yield new WordWriter(Files.newOutputStream(file), encoder.header(), encoder);
            }
            case NMNIST -> {
                NMnistEncoder encoder = new NMnistEncoder(width, height);
                yield new WordWriter(Files.newOutputStream(file), new byte[0], encoder);
            }
            case CSV -> new CsvWriter(Files.newOutputStream(file), layout);
            case EVT2, EVT3, DAT -> PropheseeFiles.create(file, this, layout);
            case AEDAT4 -> new Aedat4Writer(file, layout);
            default ->
                throw new RecordingException(file + ": " + formatName
                        + " cannot be written; can be: evt2, evt3, dat, aedat4, es, nmnist, csv");
        };
    }

    private CameraReader reader(Path file, ReadOptions options) throws IOException {
        return switch (this) {
            case EVENT_STREAM -> EventStreamFile.open(file, options);
            case EVT2, EVT21, EVT3 -> PropheseeFiles.openRaw(file, this, options);
            case DAT -> PropheseeFiles.openDat(file, options);
            case AEDAT2 -> Aedat2File.open(file, options);
            case AEDAT31 -> new Aedat31Reader(file, options);
            case AEDAT4 -> new Aedat4Reader(file, options);
            case NMNIST -> nMnist(file, options);
            case LIBCAER -> libcaer(file, options);
            case ROS2 -> RosBagReader.open(file, options);
            case CSV -> CsvReader.open(file, options);
        };
    }

    private static CameraFormat detect(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(SNIFFED_BYTES);
        }
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("#!AER-DAT2")) {
            return AEDAT2;
        }
        if (text.startsWith("#!AER-DAT3")) {
            return AEDAT31;
        }
        if (text.startsWith("#!AER-DAT4")) {
            return AEDAT4;
        }
        if (text.startsWith("Event Stream")) {
            return EVENT_STREAM;
        }
        if (text.startsWith("SQLite format 3\0")) {
            return ROS2;
        }
        if (text.startsWith("%geometry:")) {
            return CSV;
        }
        String name = Objects.toString(file.getFileName(), "").toLowerCase(Locale.ROOT);
        if (name.endsWith(".bin") && LibcaerDecoder.isLikely(start, Files.size(file))) {
            return LIBCAER;
        }
        if (text.startsWith("%") || name.endsWith(".raw")) {
            Optional<CameraFormat> words = PropheseeFiles.detect(file);
            if (words.isPresent()) {
                return words.get();
            }
        }
        return Arrays.stream(values())
                .filter(format -> format.endings.stream().anyMatch(name::endsWith))
                .findFirst()
                .or(() -> text.startsWith("% ") ? Optional.of(DAT) : Optional.empty())
                .orElseThrow(() -> new RecordingException(
                        file + ": neither its first bytes nor its name are those of a recording; known formats: "
                                + names()));
    }

    private static CameraReader nMnist(Path file, ReadOptions options) throws IOException {
        CameraLayout layout = options.layout().isPresent() ? options.layout().get() : nMnistLayout(file);
        return words(file, NMNIST, WordEncoding.NMNIST, layout, options);
    }

    /** N-MNIST and N-Caltech101 share a layout of records and the ending .bin; their events tell which it is. */
    private static CameraLayout nMnistLayout(Path file) throws IOException {
        if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".bin")) {
            return CameraRecording.N_MNIST;
        }
        try (InputStream records = new BufferedInputStream(Files.newInputStream(file))) {
            CameraLayout box = NMnistDecoder.boundingBox(records);
            return Stream.of(CameraRecording.N_MNIST, N_CALTECH101)
                    .filter(sensor -> box.getWidth() <= sensor.getWidth() && box.getHeight() <= sensor.getHeight())
                    .findFirst()
                    .orElse(new CameraLayout(NMnistDecoder.MAX_WIDTH, NMnistDecoder.MAX_HEIGHT));
        }
    }

    /** The words alone, as a driver packs them; the sensor of a DVXplorer is assumed. */
    private static CameraReader libcaer(Path file, ReadOptions options) throws IOException {
        return words(file, LIBCAER, WordEncoding.LIBCAER, options.layout().orElse(DVXPLORER), options);
    }

    /** A file of words without a header. */
    private static CameraReader words(
            Path file, CameraFormat format, WordEncoding encoding, CameraLayout layout, ReadOptions options)
            throws IOException {
        return new WordReader(
                file.toString(),
                format.formatName,
                encoding,
                layout,
                new BufferedInputStream(Files.newInputStream(file)),
                encoding.decoder(layout.getWidth(), layout.getHeight(), options.damage()));
    }
}
