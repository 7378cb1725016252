package io.fluxon.connectors.detector;

import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.DetectorLayout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What the settings of a CoMPASS run say of its digitiser. The list-mode file itself states neither sample period nor the
 * width of a sample; the run's {@code settings.xml} has them as children of {@code board}: {@code channelCount},
 * {@code adcBitCount} and {@code sampleTime} in picoseconds.
 */
final class CompassSettings {

    static final String FRONT_END = "caen-compass";

    private static final int MAX_FILE_BYTES = 16 << 20;
    private static final List<String> FIELDS = List.of("channelCount", "adcBitCount", "sampleTime");

    private CompassSettings() {}

    /** The layout of the digitiser that wrote a list-mode file, from the settings that lie with it. */
    static DetectorLayout layoutFor(Path recording, String baseName) throws IOException {
        Path file = fileFor(recording.toAbsolutePath(), baseName);
        if (file == null) {
            throw new RecordingException(recording + ": no settings.xml or " + baseName
                    + "_settings.xml beside it, which tell sample period and bits");
        }
        Map<String, String> board;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new RecordingException(file + ": larger than " + MAX_FILE_BYTES + " bytes");
            }
            board = board(new ByteArrayInputStream(bytes), file);
        } catch (XMLStreamException e) {
            throw new RecordingException(file + ": line " + e.getLocation().getLineNumber() + ": not readable XML");
        }
        return new DetectorLayout(
                FRONT_END,
                number(file, board, "channelCount", PulsePackets.MAX_CHANNELS),
                (long) number(file, board, "sampleTime", (int) PulsePackets.MAX_SAMPLE_PERIOD_PICOSECONDS),
                number(file, board, "adcBitCount", PulsePackets.MAX_ADC_BITS));
    }

    /** CoMPASS keeps the list-mode files of a run in a folder below its settings. */
    private static Path fileFor(Path recording, String baseName) {
        return Stream.of(
                        recording.resolveSibling(baseName + "_settings.xml"),
                        recording.resolveSibling("settings.xml"),
                        recording.resolveSibling("../settings.xml").normalize())
                .filter(Files::isRegularFile)
                .findFirst()
                .orElse(null);
    }

    /** The fields of the boards, which must agree if there are several. */
    private static Map<String, String> board(InputStream in, Path file) throws XMLStreamException, IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XMLStreamReader xml = factory.createXMLStreamReader(in);
        Map<String, String> fields = new HashMap<>();
        int depth = 0;
        boolean inBoard = false;
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
                if (depth == 2) {
                    inBoard = xml.getLocalName().equals("board");
                }
                String name = xml.getLocalName();
                if (depth == 3 && inBoard && FIELDS.contains(name)) {
                    String text = xml.getElementText().strip();
                    depth--;
                    String other = fields.putIfAbsent(name, text);
                    if (other != null && !other.equals(text)) {
                        throw new RecordingException(file + ": boards differ in " + name);
                    }
                }
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            }
        }
        return fields;
    }

    private static int number(Path file, Map<String, String> fields, String name, int max) throws RecordingException {
        String text = fields.getOrDefault(name, "");
        if (text.matches("\\d{1,9}|1000000000")) {
            int value = Integer.parseInt(text);
            if (value >= 1 && value <= max) {
                return value;
            }
        }
        throw new RecordingException(file + ": board/" + name + " is not a number within 1.." + max);
    }
}
