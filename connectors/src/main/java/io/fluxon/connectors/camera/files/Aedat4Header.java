package io.fluxon.connectors.camera.files;

import com.google.flatbuffers.FlatBufferBuilder;
import io.fluxon.schemas.CameraLayout;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The FlatBuffer "IOHE" that an AEDAT 4 file begins with: i32 compression; i64 place of the data table, -1 for none; and an
 * XML text whose node outInfo has a node for each stream, with typeIdentifier and, in its node info, sizeX and sizeY.
 *
 * @param streams by their id, in the order of the text
 */
record Aedat4Header(Aedat4Compression compression, long tablePosition, Map<Integer, Stream> streams) {

    static final String HEADER = "IOHE";
    static final String EVENTS = "EVTS";
    static final String IMU = "IMUS";
    static final String TRIGGERS = "TRIG";
    static final String TABLE = "FTAB";

    /** The ids that recorders give the streams of a camera; 1 are the frames. */
    static final int EVENTS_ID = 0;

    static final int IMU_ID = 2;
    static final int TRIGGERS_ID = 3;

    static final long NO_TABLE = -1;

    private static final int COMPRESSION = 0;
    private static final int TABLE_POSITION = 1;
    private static final int INFO = 2;

    /** Nodes below outInfo are two deep. */
    private static final int MAX_DEPTH = 8;

    /** @param width 0 where the header does not tell it */
    record Stream(int id, String type, int width, int height) {}

    /** @param bytes with their size in front */
    static Aedat4Header parse(byte[] bytes) throws DataFormatException {
        FlatTable header = FlatTable.ofSized(bytes, bytes.length, HEADER);
        return new Aedat4Header(
                Aedat4Compression.ofCode(header.getInt(COMPRESSION, 0)),
                header.getLong(TABLE_POSITION, NO_TABLE),
                streams(attributes(header.getString(INFO))));
    }

    private static Map<Integer, Stream> streams(Map<String, String> attributes) throws DataFormatException {
        Map<Integer, Stream> streams = new LinkedHashMap<>();
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            if (attribute.getKey().endsWith("/typeIdentifier")) {
                String name = attribute.getKey().substring(0, attribute.getKey().indexOf('/'));
                int id = number(name);
                streams.put(
                        id,
                        new Stream(
                                id,
                                attribute.getValue(),
                                number(attributes.getOrDefault(name + "/info/sizeX", "0")),
                                number(attributes.getOrDefault(name + "/info/sizeY", "0"))));
            }
        }
        return streams;
    }

    private static int number(String text) throws DataFormatException {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new DataFormatException("the id or the size of a stream in the header's XML is no number");
        }
    }

    /** The values below outInfo by their paths from there, such as 0/info/sizeX. */
    private static Map<String, String> attributes(String xml) throws DataFormatException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        Map<String, String> attributes = new LinkedHashMap<>();
        List<String> path = new ArrayList<>();
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
            while (reader.hasNext()) {
                int token = reader.next();
                if (token == XMLStreamConstants.START_ELEMENT
                        && reader.getLocalName().equals("attr")) {
                    int outInfo = path.size() > MAX_DEPTH ? -1 : path.indexOf("outInfo");
                    String key = reader.getAttributeValue(null, "key");
                    String value = reader.getElementText();
                    if (outInfo >= 0) {
                        attributes.put(String.join("/", path.subList(outInfo + 1, path.size())) + "/" + key, value);
                    }
                } else if (token == XMLStreamConstants.START_ELEMENT) {
                    path.add(String.valueOf(reader.getAttributeValue(null, "name")));
                } else if (token == XMLStreamConstants.END_ELEMENT) {
                    path.remove(path.size() - 1);
                }
            }
        } catch (XMLStreamException e) {
            throw new DataFormatException("the header's XML cannot be read: "
                    + e.getMessage().lines().findFirst().orElse(""));
        }
        return attributes;
    }

    /** A header for the streams of one camera in LZ4, with its size in front; its length does not depend on the table's place. */
    static byte[] bytes(CameraLayout layout, long tablePosition) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        builder.forceDefaults(true);
        int info = builder.createString(xml(layout));
        builder.startTable(3);
        builder.addInt(COMPRESSION, Aedat4Compression.LZ4.ordinal(), 0);
        builder.addLong(TABLE_POSITION, tablePosition, NO_TABLE);
        builder.addOffset(INFO, info, 0);
        builder.finishSizePrefixed(builder.endTable(), HEADER);
        return builder.sizedByteArray();
    }

    private static String xml(CameraLayout layout) {
        String size = """
                                <attr key="sizeX" type="int">%d</attr>
                                <attr key="sizeY" type="int">%d</attr>
                """.formatted(layout.getWidth(), layout.getHeight());
        return """
                <dv version="2.0">
                    <node name="outInfo" path="/mainloop/Recorder/outInfo/">
                """
                + xml(EVENTS_ID, EVENTS, "events", "Array of events (polarity ON/OFF).", size)
                + xml(IMU_ID, IMU, "imu", "Inertial Measurement Unit data samples.", "")
                + xml(TRIGGERS_ID, TRIGGERS, "triggers", "External triggers and special signals.", "")
                + """
                    </node>
                </dv>
                """;
    }

    private static String xml(int id, String type, String name, String description, String size) {
        return """
                        <node name="%1$d" path="/mainloop/Recorder/outInfo/%1$d/">
                            <attr key="compression" type="string">%2$s</attr>
                            <attr key="originalModuleName" type="string">fluxon</attr>
                            <attr key="originalOutputName" type="string">%3$s</attr>
                            <attr key="typeDescription" type="string">%4$s</attr>
                            <attr key="typeIdentifier" type="string">%5$s</attr>
                            <node name="info" path="/mainloop/Recorder/outInfo/%1$d/info/">
                %6$s                <attr key="source" type="string">fluxon</attr>
                                <attr key="tsOffset" type="long">0</attr>
                            </node>
                        </node>
                """.formatted(id, Aedat4Compression.LZ4, name, description, type, size);
    }
}
