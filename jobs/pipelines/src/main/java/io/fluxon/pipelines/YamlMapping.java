package io.fluxon.pipelines;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/**
 * A mapping of a YAML 1.2 file, whose fields are asked for one by one with their type and bounds. What breaks a rule is
 * noted as {@code FILE:LINE:COLUMN: FIELD: RULE}, lines and columns from 1 and the field by its path, and the field then
 * counts as not given; {@link #finish} refuses the fields that nobody asked for and throws all that was noted.
 *
 * <p>What is not YAML is thrown at once, and so are a file above {@value #MAX_FILE_BYTES} bytes, text that is not UTF-8,
 * several documents, anchors, aliases and tags, and what is nested deeper than {@value #MAX_DEPTH}. No object is made from
 * the file but text and its places.
 */
final class YamlMapping {

    static final int MAX_FILE_BYTES = 64 << 10;

    private static final int MAX_DEPTH = 8;
    private static final int SHOWN_CHARACTERS = 40;
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?[0-9]{1,18}");
    private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,18}(\\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?");
    private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,18})?) *([A-Za-z]{1,3})");

    /** Units of durations and of sizes. */
    enum Unit {
        PICOSECONDS("ps", 1),
        NANOSECONDS("ns", 1_000),
        MICROSECONDS("us", 1_000_000),
        MILLISECONDS("ms", 1_000_000_000),
        SECONDS("s", 1_000_000_000_000L),
        MINUTES("min", 60_000_000_000_000L),
        HOURS("h", 3_600_000_000_000_000L),
        DAYS("d", 86_400_000_000_000_000L),
        BYTES("B", 1),
        KIBIBYTES("KiB", 1L << 10),
        MEBIBYTES("MiB", 1L << 20),
        GIBIBYTES("GiB", 1L << 30);

        private final String symbol;

        /** In picoseconds, or in bytes. */
        private final BigDecimal size;

        Unit(String symbol, long size) {
            this.symbol = symbol;
            this.size = BigDecimal.valueOf(size);
        }

        private boolean isAlike(Unit other) {
            return (compareTo(BYTES) < 0) == (other.compareTo(BYTES) < 0);
        }

        /** An amount of this unit as the file would have it, in the largest unit that it is a whole number of. */
        String text(long amount) {
            BigDecimal absolute = BigDecimal.valueOf(amount).multiply(size);
            Unit best = this;
            for (Unit unit : values()) {
                if (unit.isAlike(this)
                        && amount != 0
                        && absolute.remainder(unit.size).signum() == 0) {
                    best = unit;
                }
            }
            return absolute.divide(best.size).toBigInteger() + " " + best.symbol;
        }

        /** The amount of this unit that a text stands for; null if it stands for none, or for a broken one. */
        private BigDecimal amount(String text) {
            Matcher matcher = QUANTITY.matcher(text);
            if (!matcher.matches()) {
                return null;
            }
            for (Unit unit : values()) {
                if (unit.isAlike(this) && unit.symbol.equals(matcher.group(2))) {
                    BigDecimal absolute = new BigDecimal(matcher.group(1)).multiply(unit.size);
                    return absolute.remainder(size).signum() == 0 ? absolute.divide(size) : null;
                }
            }
            return null;
        }
    }

    private record Field(ScalarNode key, Node value) {}

    private record Error(Mark mark, String text) {}

    private final Path file;

    /** Names of the mappings around this one and its own, each with a dot behind. */
    private final String path;

    /** Where what is missing is missing. */
    private final Mark mark;

    /** Of the whole file. */
    private final List<Error> errors;

    private final Map<String, Field> fields = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final List<YamlMapping> sections = new ArrayList<>();

    /** It has an error of its own, so that nothing is said of what it lacks. */
    private boolean broken;

    private YamlMapping(Path file, String path, Mark mark, List<Error> errors) {
        this.file = file;
        this.path = path;
        this.mark = mark;
        this.errors = errors;
    }

    /** The mapping that a file's text is. */
    static YamlMapping parse(Path file, String text) throws PipelineFileException {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setSchema(new JsonSchema())
                .build();
        try {
            refuseWhatSettingsDoNotNeed(file, new Parse(settings).parseString(text));
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                throw thrown(file + ":1:1: the file is empty, must be a mapping of fields");
            }
            Mark mark = root.get().getStartMark().orElseThrow();
            if (!(root.get() instanceof MappingNode node)) {
                throw thrown(place(file, mark) + "the file must be a mapping of fields");
            }
            YamlMapping mapping = new YamlMapping(file, "", mark, new ArrayList<>());
            mapping.take(node);
            return mapping;
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark().map(mark -> place(file, mark)).orElse(file + ": ");
            throw thrown(place + "not YAML: " + e.getProblem());
        }
    }

    /** The text of a file that is not larger than a pipeline has to be. */
    static String text(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw thrown(file + ": a folder, not a file");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_FILE_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw thrown(file + ": no such file");
        }
        if (bytes.length > MAX_FILE_BYTES) {
            throw thrown(file + ": larger than " + MAX_FILE_BYTES + " bytes");
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
        text.flip();
        if (result.isError()) {
            throw thrown(endOf(file, text.toString()) + "not UTF-8");
        }
        for (int i = 0; i < text.length(); i += Character.charCount(Character.codePointAt(text, i))) {
            int codePoint = Character.codePointAt(text, i);
            if (!StreamReader.isPrintable(codePoint)) {
                throw thrown(endOf(file, text.subSequence(0, i).toString())
                        + String.format(Locale.ROOT, "the character U+%04X, which YAML does not allow", codePoint));
            }
        }
        return text.toString();
    }

    private static void refuseWhatSettingsDoNotNeed(Path file, Iterable<Event> events) throws PipelineFileException {
        int documents = 0;
        int depth = 0;
        for (Event event : events) {
            String rule = null;
            if (event instanceof DocumentStartEvent && ++documents > 1) {
                rule = "a second document, there must be one";
            } else if (event instanceof AliasEvent) {
                rule = "an alias, which is not allowed";
            } else if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
                rule = "an anchor, which is not allowed";
            } else if (event instanceof ScalarEvent scalar && scalar.getTag().isPresent()
                    || event instanceof CollectionStartEvent collection
                            && collection.getTag().isPresent()) {
                rule = "a tag, which is not allowed";
            } else if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                rule = "nested deeper than " + MAX_DEPTH;
            } else if (event instanceof CollectionEndEvent) {
                depth--;
            }
            if (rule != null) {
                throw thrown(place(file, event.getStartMark().orElseThrow()) + rule);
            }
        }
    }

    private static String place(Path file, Mark mark) {
        return file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1) + ": ";
    }

    /** The place behind a text from the beginning of the file. */
    private static String endOf(Path file, String text) {
        long line = text.chars().filter(character -> character == '\n').count() + 1;
        String last = text.substring(text.lastIndexOf('\n') + 1);
        return file + ":" + line + ":" + (last.codePointCount(0, last.length()) + 1) + ": ";
    }

    private static PipelineFileException thrown(String error) {
        return new PipelineFileException(List.of(oneLine(error)));
    }

    private static String oneLine(String error) {
        return error.replaceAll("\\p{Cntrl}+", " ");
    }

    private void take(MappingNode node) {
        for (NodeTuple tuple : node.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                note(tuple.getKeyNode().getStartMark().orElseThrow(), path + "?: a field's name must be text");
            } else if (fields.putIfAbsent(key.getValue(), new Field(key, tuple.getValueNode())) != null) {
                note(key.getStartMark().orElseThrow(), path + shown(key.getValue()) + ": given twice");
            }
        }
    }

    private void note(Mark where, String text) {
        errors.add(new Error(where, text));
    }

    /** Notes that a field breaks a rule, at the field, or where it is missing. */
    void refuse(String name, String rule) {
        Field field = fields.get(name);
        note(field == null ? mark : field.key().getStartMark().orElseThrow(), path + name + ": " + rule);
    }

    /** Notes that a field has no meaning beside the others, if it is given. */
    void refuseGiven(String name, String rule) {
        known.add(name);
        if (has(name)) {
            refuse(name, rule);
        }
    }

    /** Notes a field that is not given. */
    void require(String name) {
        known.add(name);
        if (!has(name) && !broken) {
            refuse(name, "missing");
        }
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    /** Whether nothing was noted in the whole file yet. */
    boolean isSound() {
        return errors.isEmpty();
    }

    /** The value of a field as a function reads it; null if it is not given, or if the function gives null. */
    private <T> T value(String name, String expected, Function<String, T> reader) {
        known.add(name);
        Field field = fields.get(name);
        if (field == null) {
            return null;
        }
        if (!(field.value() instanceof ScalarNode scalar)) {
            refuse(name, "must be " + expected);
            return null;
        }
        if (scalar.getTag().equals(Tag.NULL)) {
            refuse(name, "empty, must be " + expected);
            return null;
        }
        T value = reader.apply(scalar.getValue());
        if (value == null) {
            refuse(name, "is " + shown(scalar.getValue()) + ", must be " + expected);
        }
        return value;
    }

    private static String shown(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
    }

    /** A text that a pattern matches as a whole; {@code expected} says in words what it takes. */
    String text(String name, Pattern pattern, String expected) {
        return value(name, expected, text -> pattern.matcher(text).matches() ? text : null);
    }

    Integer wholeNumber(String name, int least, int most) {
        return value(name, "a whole number from " + least + " to " + most, text -> parsed(text, least, most));
    }

    private static Integer parsed(String text, int least, int most) {
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            return null;
        }
        long number = Long.parseLong(text);
        return number >= least && number <= most ? (int) number : null;
    }

    /** A list of as many whole numbers; null if it is not given or not that. */
    List<Integer> wholeNumbers(String name, int count, int least, int most) {
        known.add(name);
        Field field = fields.get(name);
        if (field == null) {
            return null;
        }
        List<Integer> numbers = new ArrayList<>();
        if (field.value() instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                Integer number = item instanceof ScalarNode scalar ? parsed(scalar.getValue(), least, most) : null;
                if (number != null) {
                    numbers.add(number);
                }
            }
            if (numbers.size() == count && sequence.getValue().size() == count) {
                return numbers;
            }
        }
        refuse(name, "must be a list of " + count + " whole numbers from " + least + " to " + most);
        return null;
    }

    Double numberAboveZero(String name) {
        return value(name, "a number above 0", text -> {
            if (!NUMBER.matcher(text).matches()) {
                return null;
            }
            double number = Double.parseDouble(text);
            return number > 0 && number < Double.POSITIVE_INFINITY ? number : null;
        });
    }

    Boolean flag(String name) {
        return value(name, "true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        });
    }

    /** A constant of an enumeration by its name in lower case, with hyphens. */
    <E extends Enum<E>> E choice(String name, Class<E> type) {
        String names =
                Arrays.stream(type.getEnumConstants()).map(YamlMapping::nameOf).collect(Collectors.joining(", "));
        return value(name, "one of " + names, text -> Arrays.stream(type.getEnumConstants())
                .filter(constant -> nameOf(constant).equals(text))
                .findFirst()
                .orElse(null));
    }

    static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A duration or a size, such as 200 ms or 4 MiB, as an amount of a unit, within bounds in the same unit. */
    Long quantity(String name, Unit unit, long least, long most) {
        String expected = (unit.isAlike(Unit.BYTES) ? "a size" : "a duration") + " in whole " + unit.symbol + " from "
                + unit.text(least) + " to " + unit.text(most);
        return value(name, expected, text -> {
            BigDecimal amount = unit.amount(text);
            return amount != null
                            && amount.compareTo(BigDecimal.valueOf(least)) >= 0
                            && amount.compareTo(BigDecimal.valueOf(most)) <= 0
                    ? (Long) amount.longValueExact()
                    : null;
        });
    }

    /** The mapping in a field; one without fields if it is not given. */
    YamlMapping section(String name) {
        known.add(name);
        Field field = fields.get(name);
        Mark where = field == null ? mark : field.key().getStartMark().orElseThrow();
        YamlMapping section = new YamlMapping(file, path + name + ".", where, errors);
        if (field != null && field.value() instanceof MappingNode node) {
            section.take(node);
        } else if (field != null) {
            refuse(name, "must be a mapping of fields");
            section.broken = true;
        }
        sections.add(section);
        return section;
    }

    /** Refuses the fields that were never asked for, and throws all errors of the file in the order of their places. */
    void finish() throws PipelineFileException {
        refuseUnknown();
        throwErrors();
    }

    /** Throws all that was noted so far, if anything. */
    void throwErrors() throws PipelineFileException {
        if (!errors.isEmpty()) {
            throw new PipelineFileException(errors.stream()
                    .sorted(Comparator.comparingInt(
                            (Error error) -> error.mark().getIndex()))
                    .map(error -> oneLine(place(file, error.mark()) + error.text()))
                    .toList());
        }
    }

    private void refuseUnknown() {
        for (Map.Entry<String, Field> field : fields.entrySet()) {
            String name = field.getKey();
            if (!known.contains(name)) {
                String nearest = known.stream()
                        .min(Comparator.comparingInt(candidate -> edits(name, candidate)))
                        .orElseThrow();
                note(
                        field.getValue().key().getStartMark().orElseThrow(),
                        path + shown(name) + ": unknown field, "
                                + (edits(name, nearest) <= nearest.length() / 2
                                        ? "did you mean " + nearest + "?"
                                        : "must be one of " + String.join(", ", known)));
            }
        }
        sections.forEach(YamlMapping::refuseUnknown);
    }

    /** Letters to insert, delete or replace to turn one name into another (Levenshtein's distance). */
    private static int edits(String from, String to) {
        int[] edits = new int[to.length() + 1];
        Arrays.setAll(edits, j -> j);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = edits[0];
            edits[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = edits[j];
                edits[j] = Math.min(replaced, 1 + Math.min(edits[j], edits[j - 1]));
            }
        }
        return edits[to.length()];
    }
}
