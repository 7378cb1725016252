package io.fluxon.connectors.detector;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.DetectorLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * A whole recording of a digitiser in memory, checked when it was read: its pulses in the order of their time stamps, as
 * bytes of an encoding and decoded. Formats: CAEN CoMPASS list mode ({@code .bin}), with the run's settings beside it, and
 * the raw tier of LEGEND's germanium detectors ({@code .lh5}).
 */
public final class DetectorRecording {

    /** Front end of the germanium detectors of LEGEND. */
    public static final String LEGEND_FRONT_END = "legend-hpge";

    /** Front end of recordings of the CoMPASS readout. */
    public static final String COMPASS_FRONT_END = CompassSettings.FRONT_END;

    /** Largest file and most samples of all its pulses; a recording takes four bytes a sample in memory. */
    private static final int MAX_FILE_BYTES = 64 << 20;

    private static final int MAX_SAMPLES = 1 << 25;
    private static final int LEGEND_ADC_BITS = 16;
    private static final long PICOSECONDS_PER_NANOSECOND = 1000;
    private static final double PICOSECONDS_PER_SECOND = 1e12;
    private static final long NANOSECONDS_PER_SECOND = 1_000_000_000;

    private static final double MAX_PERIOD_NANOS = 1e6;

    /** The largest base of a packet, 2<sup>62</sup> ns. */
    private static final double MAX_UNIX_SECONDS = 4.6e9;

    /** Longest recording; offsets in picoseconds hold ten times as much. */
    private static final double MAX_SECONDS = 400_000;

    private final String id;
    private final String origin;
    private final String encoding;
    private final DetectorLayout layout;
    private final List<String> channelNames;
    private final OptionalLong baseUnixNanos;
    private final byte[] word;
    private final byte[] records;
    private final int[] recordEnd;
    private final PulseBatch pulses;

    private DetectorRecording(
            String id,
            String origin,
            String encoding,
            DetectorLayout layout,
            List<String> channelNames,
            OptionalLong baseUnixNanos,
            byte[] word,
            byte[] records,
            int[] recordEnd,
            PulseBatch pulses) {
        this.id = id;
        this.origin = origin;
        this.encoding = encoding;
        this.layout = layout;
        this.channelNames = channelNames;
        this.baseUnixNanos = baseUnixNanos;
        this.word = word;
        this.records = records;
        this.recordEnd = recordEnd;
        this.pulses = pulses;
    }

    /** Whether the file's ending and, where that is not enough, its first bytes are those of a detector recording. */
    public static boolean isRecording(Path file) throws IOException {
        String ending = ending(file);
        if (!ending.equals(".bin") || !Files.isRegularFile(file)) {
            return ending.equals(".lh5");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return CompassDecoder.isWord(in.read(), in.read());
        }
    }

    public static DetectorRecording read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new RecordingException(file + ": " + (Files.exists(file) ? "not a file" : "no such file"));
        }
        String fileName = Objects.toString(file.getFileName(), "");
        String id = fileName.substring(0, fileName.length() - ending(file).length());
        if (!PacketEnvelope.isName(id)) {
            throw new RecordingException(file + ": the name is not of 1.." + PacketEnvelope.MAX_NAME + " characters");
        }
        try {
            return switch (ending(file)) {
                case ".lh5" -> legend(id, file);
                case ".bin" -> compass(id, file.toString(), bytes(file), CompassSettings.layoutFor(file, id));
                default ->
                    throw new RecordingException(
                            file + ": no detector recording ends like this; known: .bin (CoMPASS), .lh5 (LEGEND)");
            };
        } catch (AccessDeniedException e) {
            throw new RecordingException(file + ": permission denied");
        }
    }

    /** A recording from the bytes of a CoMPASS list-mode file; its records are put in the order of their time stamps. */
    static DetectorRecording compass(String id, String origin, byte[] bytes, DetectorLayout layout)
            throws RecordingException {
        if (bytes.length < CompassDecoder.WORD_BYTES || !CompassDecoder.isWord(bytes[0] & 0xFF, bytes[1] & 0xFF)) {
            throw new RecordingException(origin + ": byte 0: no CoMPASS file, which begins with ed ca or alike");
        }
        List<Record> found = compassRecords(origin, bytes);
        found.sort(Comparator.comparingLong(Record::stampPicos));
        ByteBuffer sorted = ByteBuffer.allocate(bytes.length).put(bytes, 0, CompassDecoder.WORD_BYTES);
        int[] recordEnd = new int[found.size()];
        for (int i = 0; i < recordEnd.length; i++) {
            sorted.put(bytes, found.get(i).from, found.get(i).to - found.get(i).from);
            recordEnd[i] = sorted.position();
        }
        PulseBatch pulses = new PulseBatch();
        try {
            new CompassDecoder().decode(sorted.array(), 0, bytes.length, layout, pulses);
        } catch (MalformedPacketException e) {
            throw new RecordingException(origin + ": in order of time, " + e.getMessage());
        }
        return new DetectorRecording(
                id,
                origin,
                CompassDecoder.ENCODING,
                layout,
                numbers(layout.getChannels()),
                OptionalLong.empty(),
                new byte[] {bytes[0], bytes[1]},
                sorted.array(),
                recordEnd,
                pulses);
    }

    private record Record(int from, int to, long stampPicos) {}

    private static List<Record> compassRecords(String origin, byte[] bytes) throws RecordingException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int content = bytes[0] & 0xF;
        int headerBytes = CompassDecoder.headerBytes(content);
        List<Record> records = new ArrayList<>();
        int at = CompassDecoder.WORD_BYTES;
        while (at < bytes.length) {
            long end = at + (long) headerBytes;
            if (end <= bytes.length && (content & CompassDecoder.WAVEFORM) != 0) {
                end += Short.BYTES * (in.getInt(at + headerBytes - Integer.BYTES) & 0xFFFF_FFFFL);
            }
            if (end > bytes.length) {
                throw new RecordingException(origin + ": byte " + at + ": the last record has " + (bytes.length - at)
                        + " of " + (end - at) + " bytes");
            }
            records.add(new Record(at, (int) end, in.getLong(at + 2 * Short.BYTES)));
            at = (int) end;
        }
        if (records.isEmpty()) {
            throw new RecordingException(origin + ": holds no pulses");
        }
        return records;
    }

    private static DetectorRecording legend(String id, Path file) throws IOException {
        try (LegendFile legend = LegendFile.open(file)) {
            List<String> names = legend.channels(LegendFile.RAW);
            List<Row> rows = new ArrayList<>();
            for (int channel = 0; channel < names.size(); channel++) {
                addRows(legend, file, names.get(channel), channel, rows);
            }
            if (rows.isEmpty()) {
                throw new RecordingException(file + ": no table chN/raw has a pulse of a germanium detector");
            }
            rows.sort(Comparator.comparingDouble(Row::unixSeconds).thenComparingInt(Row::channel));
            double baseSecond = Math.floor(rows.get(0).unixSeconds);
            double periodNanos = rows.get(0).periodNanos;
            PulseBatch pulses = new PulseBatch();
            for (Row row : rows) {
                double seconds = row.unixSeconds - baseSecond;
                if (!(seconds <= MAX_SECONDS) || row.periodNanos != periodNanos) {
                    throw new RecordingException(
                            file + ": rows span more than " + MAX_SECONDS + " s or differ in their sample period");
                }
                pulses.add(
                        row.channel,
                        Math.round(seconds * PICOSECONDS_PER_SECOND),
                        PulseBatch.NONE,
                        PulseBatch.NONE,
                        row.samples.length);
                int start = pulses.sampleStart(pulses.size() - 1);
                System.arraycopy(row.samples, 0, pulses.samples(), start, row.samples.length);
            }
            DetectorLayout layout = new DetectorLayout(
                    LEGEND_FRONT_END,
                    names.size(),
                    Math.round(periodNanos * PICOSECONDS_PER_NANOSECOND),
                    LEGEND_ADC_BITS);
            return of(
                    id,
                    file.toString(),
                    layout,
                    names,
                    OptionalLong.of((long) baseSecond * NANOSECONDS_PER_SECOND),
                    pulses);
        }
    }

    private record Row(int channel, double unixSeconds, double periodNanos, short[] samples) {}

    private static void addRows(LegendFile legend, Path file, String name, int channel, List<Row> rows)
            throws RecordingException {
        short[][] waveforms = legend.waveforms(name);
        double[] unixSeconds = legend.requiredColumn(name, LegendFile.RAW, "timestamp");
        double[] periodNanos = legend.requiredColumn(name, LegendFile.RAW, "waveform/dt");
        if (unixSeconds.length != waveforms.length || periodNanos.length != waveforms.length) {
            throw new RecordingException(file + ": the columns of " + name + " differ in length");
        }
        long samples = rows.isEmpty() ? 0 : (long) rows.size() * rows.get(0).samples.length;
        for (int i = 0; i < waveforms.length; i++) {
            samples += waveforms[i].length;
            if (samples > MAX_SAMPLES) {
                throw new RecordingException(file + ": more than " + MAX_SAMPLES + " samples");
            }
            if (!(unixSeconds[i] >= 0 && unixSeconds[i] <= MAX_UNIX_SECONDS)) {
                throw new RecordingException(file + ": " + name + " row " + i + ": the timestamp is no Unix time");
            }
            if (!(periodNanos[i] >= 1e-3 && periodNanos[i] <= MAX_PERIOD_NANOS)) {
                throw new RecordingException(
                        file + ": " + name + " row " + i + ": the sample period is " + periodNanos[i] + " ns");
            }
            rows.add(new Row(channel, unixSeconds[i], periodNanos[i], waveforms[i]));
        }
    }

    /**
     * A recording of pulses that are in memory, in the encoding of {@link WaveformDecoder}.
     *
     * @param channelNames what the channels are called, for people
     * @param baseUnixNanos Unix time of the pulses' picosecond 0, where it is known
     * @param pulses in the order of their stamps; at least one
     */
    public static DetectorRecording of(
            String id,
            String origin,
            DetectorLayout layout,
            List<String> channelNames,
            OptionalLong baseUnixNanos,
            PulseBatch pulses)
            throws RecordingException {
        int[] recordEnd = new int[pulses.size()];
        long bytes = 0;
        for (int i = 0; i < recordEnd.length; i++) {
            bytes += WaveformDecoder.pulseBytes(pulses.sampleEnd(i) - pulses.sampleStart(i));
            if (bytes > 2L * MAX_FILE_BYTES) {
                throw new RecordingException(origin + ": more than " + 2L * MAX_FILE_BYTES + " bytes of pulses");
            }
            recordEnd[i] = (int) bytes;
        }
        ByteBuffer records = ByteBuffer.allocate((int) bytes);
        for (int i = 0; i < recordEnd.length; i++) {
            WaveformDecoder.write(
                    records,
                    pulses.channel()[i],
                    pulses.stampPicos()[i],
                    pulses.samples(),
                    pulses.sampleStart(i),
                    pulses.sampleEnd(i));
        }
        PulseBatch decoded = new PulseBatch();
        try {
            new WaveformDecoder().decode(records.array(), 0, records.capacity(), layout, decoded);
        } catch (MalformedPacketException e) {
            throw new RecordingException(origin + ": " + e.getMessage());
        }
        if (decoded.size() == 0) {
            throw new RecordingException(origin + ": holds no pulses");
        }
        return new DetectorRecording(
                id,
                origin,
                WaveformDecoder.ENCODING,
                layout,
                List.copyOf(channelNames),
                baseUnixNanos,
                new byte[0],
                records.array(),
                recordEnd,
                decoded);
    }

    /** Base name of the file. */
    public String id() {
        return id;
    }

    public String origin() {
        return origin;
    }

    public String encoding() {
        return encoding;
    }

    public DetectorLayout layout() {
        return layout;
    }

    /** What the file calls its channels, by channel number. */
    public List<String> channelNames() {
        return channelNames;
    }

    /** Unix time of picosecond 0 in nanoseconds; empty if the file counts from an unknown start. */
    public OptionalLong baseUnixNanos() {
        return baseUnixNanos;
    }

    public PulseBatch pulses() {
        return pulses;
    }

    /** A stretch of pulses that makes one packet. */
    public record Span(int fromPulse, int toPulse, long firstPicos, long lastPicos) {

        public int pulses() {
            return toPulse - fromPulse;
        }
    }

    /**
     * Cuts the recording into packets: each holds the pulses stamped within one interval [k * packetPicos, (k + 1) *
     * packetPicos) of event time, or a part of them where they would exceed {@code maxBytes}. Intervals without pulses give
     * no packet.
     *
     * @param packetPicos at least 1
     * @throws RecordingException if a single pulse exceeds {@code maxBytes}
     */
    public List<Span> packets(long packetPicos, int maxBytes) throws RecordingException {
        if (packetPicos < 1) {
            throw new IllegalArgumentException("packets of " + packetPicos + " ps");
        }
        long[] stamps = pulses.stampPicos();
        List<Span> spans = new ArrayList<>();
        int from = 0;
        while (from < pulses.size()) {
            long interval = stamps[from] / packetPicos;
            int to = from;
            while (to < pulses.size()
                    && stamps[to] / packetPicos == interval
                    && word.length + recordEnd[to] - start(from) <= maxBytes) {
                to++;
            }
            if (to == from) {
                throw new RecordingException(
                        origin + ": pulse " + from + " alone is larger than a packet's " + maxBytes + " bytes");
            }
            spans.add(new Span(from, to, stamps[from], stamps[to - 1]));
            from = to;
        }
        return spans;
    }

    /** The bytes of a span, which decode on their own; a CoMPASS payload begins with the file's word. */
    public ByteBuffer payload(Span span) {
        int from = start(span.fromPulse);
        int to = recordEnd[span.toPulse - 1];
        return ByteBuffer.allocate(word.length + to - from)
                .put(word)
                .put(records, from, to - from)
                .flip();
    }

    private int start(int pulse) {
        return pulse == 0 ? word.length : recordEnd[pulse - 1];
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new RecordingException(file + ": larger than " + MAX_FILE_BYTES + " bytes");
            }
            return bytes;
        }
    }

    private static List<String> numbers(int channels) {
        return IntStream.range(0, channels).mapToObj(Integer::toString).toList();
    }

    private static String ending(Path file) {
        // A root folder has no name of its own.
        String fileName = Objects.toString(file.getFileName(), "");
        int dot = fileName.lastIndexOf('.');
        return dot < 0 ? "" : fileName.substring(dot).toLowerCase(Locale.ROOT);
    }
}
