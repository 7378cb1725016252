package io.fluxon.launcher.infer;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.connectors.replay.Labels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What is known about samples beforehand. As a table: CSV whose first line names the columns: {@code sample} (or whatever
 * the first one is called) is the sample's name or number, {@code label} its class, and {@code c0}, {@code c1} ... the
 * outputs that it gives; other columns are passed over. Labels alone also as lines {@code name<TAB or comma>class}, or by
 * the number of the sample as {@code .npy} of one dimension or {@code .u8}.
 */
public final class SampleTable {

    private static final int MAX_LABELS = 1 << 24;

    /**
     * @param label null where the table has none
     * @param outputs empty where the table has none
     */
    private record Row(String label, double[] outputs) {}

    private final Path file;
    private final Map<String, Row> rows = new HashMap<>();
    private final Labels labels;
    private final double[] labelByNumber;

    private SampleTable(Path file, Labels labels, double[] labelByNumber) {
        this.file = file;
        this.labels = labels;
        this.labelByNumber = labelByNumber;
    }

    /** @throws RecordingException one line that names the file, the line and the rule */
    public static SampleTable read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new RecordingException(file + ": a folder, not a label file");
        }
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".npy") || name.endsWith(".u8")) {
            NumberArray array = name.endsWith(".npy") ? NpyFile.open(file) : RawFile.open(file, new int[] {size(file)});
            if (array.shape().length != 1 || array.shape()[0] > MAX_LABELS) {
                throw new RecordingException(file + ": must be one label a sample, of at most " + MAX_LABELS);
            }
            double[] labels = new double[array.shape()[0]];
            array.read(0, labels, labels.length);
            return new SampleTable(file, Labels.none(), labels);
        }
        if (!name.endsWith(".csv") || !firstLine(file).contains("label")) {
            return new SampleTable(file, Labels.read(file), new double[0]);
        }
        return table(file);
    }

    /** Reads a table with columns, whatever the name of the file. */
    public static SampleTable table(Path file) throws IOException {
        SampleTable table = new SampleTable(file, Labels.none(), new double[0]);
        try (CsvReader<NamedCsvRecord> reader =
                CsvReader.builder().allowMissingFields(false).ofNamedCsvRecord(file)) {
            for (NamedCsvRecord line : reader) {
                table.add(line);
            }
        } catch (CsvParseException | UncheckedIOException e) {
            throw new RecordingException(file + ": not a table: " + e.getMessage());
        }
        return table;
    }

    private static int size(Path file) throws IOException {
        return (int) Math.min(Integer.MAX_VALUE, Files.size(file));
    }

    private static String firstLine(Path file) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            return Optional.ofNullable(lines.readLine()).orElse("");
        }
    }

    private void add(NamedCsvRecord line) throws RecordingException {
        String name = line.findField("sample").orElse(line.getField(0)).strip();
        List<String> header = line.getHeader();
        double[] outputs = IntStream.range(0, header.size())
                .takeWhile(c -> header.contains("c" + c))
                .mapToDouble(c -> number(line.getField("c" + c)))
                .toArray();
        for (double output : outputs) {
            if (Double.isNaN(output)) {
                throw new RecordingException(
                        file + ", line " + line.getStartingLineNumber() + ": an output is not a number");
            }
        }
        if (rows.put(name, new Row(line.findField("label").map(String::strip).orElse(null), outputs)) != null) {
            throw new RecordingException(
                    file + ", line " + line.getStartingLineNumber() + ": " + name + " has a line already");
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** The class of the sample at hand: by its number, by its name, or by its file's name with the ending. */
    public Optional<String> label(SampleInput.SampleFiles samples) {
        int number = samples.number();
        if (number < labelByNumber.length) {
            double label = labelByNumber[number];
            return Optional.of(label == Math.rint(label) ? Long.toString((long) label) : Double.toString(label));
        }
        return label(samples.name()).or(() -> label(samples.fileName()));
    }

    private Optional<String> label(String name) {
        Row row = rows.get(name);
        return row == null ? labels.of(name) : Optional.ofNullable(row.label);
    }

    /** The outputs of the sample at hand, if the table has them. */
    public Optional<double[]> outputs(SampleInput.SampleFiles samples) {
        return outputs(samples.name()).or(() -> outputs(samples.fileName()));
    }

    private Optional<double[]> outputs(String name) {
        Row row = rows.get(name);
        return row == null || row.outputs.length == 0 ? Optional.empty() : Optional.of(row.outputs);
    }

    /** Number of lines of a table with columns. */
    public int size() {
        return rows.size();
    }

    /**
     * Which class a label means: one of that name, else one of that number.
     *
     * @throws RecordingException if it means none
     */
    public int classOf(String label, List<String> classes) throws RecordingException {
        int named = classes.indexOf(label);
        if (named >= 0) {
            return named;
        }
        double number = number(label);
        if (number >= 0 && number < classes.size() && number == Math.rint(number)) {
            return (int) number;
        }
        throw new RecordingException(
                file + ": label " + label + " is none of the model's " + classes.size() + " classes");
    }
}
