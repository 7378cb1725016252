package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The lines of text that Prophesee's RAW and DAT files begin with: {@code % KEY VALUE}, until {@code % end} or the first
 * line that does not begin so. Older files have no {@code % end}, and some have no lines at all.
 *
 * <p>Which keys tell what, and which sensors the numbers of systems stand for, is as in OpenEB's reader of headers.
 */
final class PropheseeHeader {

    private static final int MAX_LINE = 4 << 10;
    private static final int MAX_HEADER = 64 << 10;

    private static final CameraLayout VGA = new CameraLayout(640, 480);
    private static final CameraLayout HD = new CameraLayout(1280, 720);
    private static final CameraLayout GENX320 = new CameraLayout(320, 320);

    /** Numbers of systems by their sensor, without the bit of those behind another board. */
    private static final Set<Integer> GEN3_SYSTEMS = Set.of(0x15, 0x17, 0x19, 0x1C, 0x1D, 0x21, 0x22, 0x23, 0x28, 0x29);

    private static final Set<Integer> GEN4_SYSTEMS =
            Set.of(0x1A, 0x1E, 0x1F, 0x20, 0x27, 0x2E, 0x30, 0x31, 0x32, 0x35, 0x3A, 0x42);

    private static final Set<Integer> GENX320_SYSTEMS = Set.of(0x3B, 0x40);
    private static final int BEHIND_ANOTHER_BOARD = 0x80;

    /** Systems with smaller numbers write EVT 2.1 in the legacy order. */
    private static final int FIRST_SYSTEM_IN_ORDER = 0x37;

    private final String origin;
    private final Map<String, String> values;

    /** First bytes of the lines of the values. */
    private final Map<String, Integer> places;

    private final int bytes;

    private PropheseeHeader(String origin, Map<String, String> values, Map<String, Integer> places, int bytes) {
        this.origin = origin;
        this.values = values;
        this.places = places;
        this.bytes = bytes;
    }

    /** Reads the header, if there is one, and leaves the stream behind it. */
    static PropheseeHeader read(String origin, BufferedInputStream in) throws IOException {
        Map<String, String> values = new HashMap<>();
        Map<String, Integer> places = new HashMap<>();
        int bytes = 0;
        while (atLine(in)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int next = in.read();
            for (; next >= 0 && next != '\n'; next = in.read()) {
                line.write(next);
                if (line.size() > MAX_LINE || bytes + line.size() > MAX_HEADER) {
                    throw new RecordingException(origin + ": byte " + bytes + ": a header of more than " + MAX_HEADER
                            + " bytes or with a line of more than " + MAX_LINE);
                }
            }
            String[] words = line.toString(StandardCharsets.ISO_8859_1)
                    .substring(1)
                    .strip()
                    .split("\\s+", 2);
            String key = words[0].toLowerCase(Locale.ROOT);
            values.put(key, words.length > 1 ? words[1] : "");
            places.put(key, bytes);
            bytes += line.size() + (next == '\n' ? 1 : 0);
            if (words[0].equals("end")) {
                break;
            }
        }
        return new PropheseeHeader(origin, values, places, bytes);
    }

    private static boolean atLine(BufferedInputStream in) throws IOException {
        in.mark(2);
        int first = in.read();
        int second = in.read();
        in.reset();
        return first == '%' && (second == ' ' || second == '\r' || second == '\n');
    }

    /** Bytes of the lines; 0 if there are none. */
    int bytes() {
        return bytes;
    }

    /** What the words behind the header are, as far as it tells. */
    Optional<CameraFormat> words() throws RecordingException {
        String version = values.get("evt");
        String name = formatName();
        Optional<CameraFormat> ofVersion = version == null ? Optional.empty() : Optional.of(ofVersion(version));
        Optional<CameraFormat> ofName = name == null ? Optional.empty() : Optional.of(ofName(name));
        if (ofVersion.isPresent() && ofName.isPresent() && ofVersion.get() != ofName.get()) {
            throw refused("format", "evt " + version + " contradicts format " + name);
        }
        return ofName.or(() -> ofVersion);
    }

    /** EVT 2.1 in the order that the header tells. */
    WordEncoding evt21() {
        String order = formatField("endianness").orElseGet(() -> values.get("endianness"));
        boolean legacy = order == null ? system() > 0 && system() < FIRST_SYSTEM_IN_ORDER : order.equals("legacy");
        return legacy ? WordEncoding.EVT21_LEGACY : WordEncoding.EVT21;
    }

    /** Pixels of the sensor, as far as a RAW file's header tells them, or which sensor it is. */
    Optional<CameraLayout> layout() throws RecordingException {
        Optional<CameraLayout> ofFormat = layout(
                "format",
                formatField("width").orElse(null),
                formatField("height").orElse(null));
        String[] sides = values.getOrDefault("geometry", "").split("x", 2);
        Optional<CameraLayout> ofGeometry =
                layout("geometry", values.containsKey("geometry") ? sides[0] : null, sides.length > 1 ? sides[1] : "");
        if (ofFormat.isPresent() && ofGeometry.isPresent() && !ofFormat.equals(ofGeometry)) {
            throw refused(
                    "geometry", "geometry " + values.get("geometry") + " contradicts format " + values.get("format"));
        }
        return ofFormat.or(() -> ofGeometry).or(this::layoutOfSensor);
    }

    /** Pixels of the sensor, as far as a DAT file's header tells them. */
    Optional<CameraLayout> layoutOfDat() throws RecordingException {
        return layout("width", values.get("width"), values.get("height"));
    }

    private CameraFormat ofVersion(String version) throws RecordingException {
        return switch (version) {
            case "2.0" -> CameraFormat.EVT2;
            case "2.1" -> CameraFormat.EVT21;
            case "3.0" -> CameraFormat.EVT3;
            default -> throw refused("evt", "evt " + version + " cannot be read");
        };
    }

    private CameraFormat ofName(String name) throws RecordingException {
        return switch (name) {
            case "EVT2" -> CameraFormat.EVT2;
            case "EVT21" -> CameraFormat.EVT21;
            case "EVT3" -> CameraFormat.EVT3;
            default -> throw refused("format", "format " + name + " cannot be read");
        };
    }

    private Optional<CameraLayout> layout(String key, String width, String height) throws RecordingException {
        if (width == null || height == null) {
            return Optional.empty();
        }
        try {
            int columns = Integer.parseInt(width.strip());
            int rows = Integer.parseInt(height.strip());
            if (columns >= 1 && columns <= CameraBatch.MAX_SIDE && rows >= 1 && rows <= CameraBatch.MAX_SIDE) {
                return Optional.of(new CameraLayout(columns, rows));
            }
        } catch (NumberFormatException e) {
            // Refused below, as a number out of range is.
        }
        throw refused(
                key,
                (key.equals("width") ? "Width and Height" : key) + " says " + width + " by " + height
                        + " pixels; a side has 1 to " + CameraBatch.MAX_SIDE);
    }

    private Optional<CameraLayout> layoutOfSensor() {
        String sensor = String.join(
                        " ",
                        values.getOrDefault("sensor_name", ""),
                        values.getOrDefault("plugin_name", ""),
                        "gen" + values.getOrDefault("sensor_generation", ""))
                .toLowerCase(Locale.ROOT);
        int system = system() & ~BEHIND_ANOTHER_BOARD;
        if (sensor.contains("genx320") || GENX320_SYSTEMS.contains(system)) {
            return Optional.of(GENX320);
        }
        if (sensor.contains("gen3") || GEN3_SYSTEMS.contains(system)) {
            return Optional.of(VGA);
        }
        if (sensor.contains("gen4")
                || sensor.contains("imx636")
                || sensor.contains("imx646")
                || GEN4_SYSTEMS.contains(system)) {
            return Optional.of(HD);
        }
        return Optional.empty();
    }

    /** The number of the camera's system in decimal digits; 0 if there is none. */
    private int system() {
        try {
            return Integer.parseInt(values.getOrDefault("system_id", "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private String formatName() {
        String format = values.get("format");
        return format == null ? null : format.split(";", 2)[0].strip();
    }

    private Optional<String> formatField(String key) {
        for (String field : values.getOrDefault("format", "").split(";")) {
            if (field.strip().startsWith(key + "=")) {
                return Optional.of(field.strip().substring(key.length() + 1));
            }
        }
        return Optional.empty();
    }

    /**
     * @param key of the line to name
     * @param rule may quote the header, whose characters need not be of one line
     */
    private RecordingException refused(String key, String rule) {
        return new RecordingException(
                origin + ": byte " + places.get(key) + ": the header's " + rule.replaceAll("[^ -~]", "?"));
    }
}
