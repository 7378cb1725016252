package io.fluxon.launcher.infer;

import io.fluxon.connectors.packets.RecordingException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NumPy's array file (.npy, versions 1.0 to 3.0), read where it lies.
 *
 * <pre>
 * byte 0   0x93 'N' 'U' 'M' 'P' 'Y'
 * byte 6   major version 1, 2 or 3, minor version 0
 * byte 8   length of the header: 2 bytes in version 1, 4 bytes in versions 2 and 3, little-endian
 *          header: a dictionary in Python's syntax with the keys descr, fortran_order and shape, then spaces and '\n'
 *          the elements: the last index fastest, or in Fortran's order the first
 * </pre>
 *
 * <p>{@code descr} is a byte order ({@code <}, {@code >} or {@code |}) and a type: b1 (bool), i1 to i8, u1 to u8, f4, f8.
 * What else NumPy knows (structures, objects, text, complex and half-precision numbers) is refused; nothing of a file is
 * evaluated. The file holds the array and nothing else. Source: numpy.lib.format.
 *
 * <p>Written here as the libraries on the JVM that read the format take the whole array into memory, and had their last
 * releases years ago.
 */
public final class NpyFile implements NumberArray {

    /** NumPy itself refuses longer headers unless told to trust the file. */
    private static final int MAX_HEADER_BYTES = 10_000;

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    private static final Map<String, NumberType> TYPES = Map.ofEntries(
            Map.entry("b1", NumberType.BOOL),
            Map.entry("i1", NumberType.INT8),
            Map.entry("i2", NumberType.INT16),
            Map.entry("i4", NumberType.INT32),
            Map.entry("i8", NumberType.INT64),
            Map.entry("u1", NumberType.UINT8),
            Map.entry("u2", NumberType.UINT16),
            Map.entry("u4", NumberType.UINT32),
            Map.entry("u8", NumberType.UINT64),
            Map.entry("f4", NumberType.FLOAT32),
            Map.entry("f8", NumberType.FLOAT64));

    private static final Pattern DESCRIPTION = Pattern.compile("['\"]descr['\"]\\s*:\\s*['\"]([^'\"]*)['\"]");
    private static final Pattern ORDER = Pattern.compile("['\"]fortran_order['\"]\\s*:\\s*(True|False)\\b");
    private static final Pattern SHAPE = Pattern.compile("['\"]shape['\"]\\s*:\\s*\\(([^)]*)\\)");

    /** Python 2 wrote the lengths as 3L. */
    private static final Pattern LENGTHS = Pattern.compile("(\\s*\\d{1,18}L?\\s*(,\\s*\\d{1,18}L?\\s*)*,?)?\\s*");

    private final Path file;
    private final int[] shape;
    private final NumberType type;
    private final boolean fortranOrder;
    private final FileBytes elements;

    private NpyFile(Path file, int[] shape, NumberType type, boolean fortranOrder, FileBytes elements) {
        this.file = file;
        this.shape = shape;
        this.type = type;
        this.fortranOrder = fortranOrder;
        this.elements = elements;
    }

    /** @throws RecordingException one line that names the file and the rule */
    public static NpyFile open(Path file) throws IOException {
        String header;
        long dataBytes = Files.size(file);
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw refused(file, "byte 0: not NumPy's array file, which begins with \\x93NUMPY");
            }
            int major = in.readUnsignedByte();
            int minor = in.readUnsignedByte();
            if (major < 1 || major > 3 || minor != 0) {
                throw refused(file, "byte 6: version " + major + "." + minor + ", must be 1.0, 2.0 or 3.0");
            }
            long length = major == 1
                    ? Short.reverseBytes(in.readShort()) & 0xFFFF
                    : Integer.reverseBytes(in.readInt()) & 0xFFFF_FFFFL;
            if (length > MAX_HEADER_BYTES) {
                throw refused(file, "byte 8: a header of " + length + " bytes, may have " + MAX_HEADER_BYTES);
            }
            byte[] text = new byte[(int) length];
            in.readFully(text);
            header = new String(text, StandardCharsets.UTF_8);
            dataBytes -= MAGIC.length + 2 + (major == 1 ? Short.BYTES : Integer.BYTES) + length;
        } catch (EOFException e) {
            throw new RecordingException(file + ": ends within the header");
        }
        return ofHeader(file, header, dataBytes);
    }

    private static NpyFile ofHeader(Path file, String header, long dataBytes) throws IOException {
        String description = only(file, header, DESCRIPTION, "descr that is one type");
        NumberType type = description.length() == 3 && "<>|".indexOf(description.charAt(0)) >= 0
                ? TYPES.get(description.substring(1))
                : null;
        if (type == null || description.charAt(0) == '|' && type.bytes() > 1) {
            throw refused(file, "header: descr is '" + description + "', must be bool, an integer, float32 or float64");
        }
        int[] shape = shape(file, only(file, header, SHAPE, "shape"));
        long size = type.bytes();
        for (int length : shape) {
            if (length > 0 && size > Long.MAX_VALUE / length) {
                throw refused(file, "header: shape " + Arrays.toString(shape) + " is beyond 64 bits");
            }
            size *= length;
        }
        if (size != dataBytes) {
            throw refused(
                    file,
                    "header: shape " + Arrays.toString(shape) + " of '" + description + "' needs " + size
                            + " bytes, the file has " + dataBytes);
        }
        boolean fortranOrder = only(file, header, ORDER, "fortran_order").equals("True") && shape.length > 1;
        ByteOrder order = description.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new NpyFile(file, shape, type, fortranOrder, FileBytes.of(file, Files.size(file) - size, size, order));
    }

    private static String only(Path file, String header, Pattern pattern, String what) throws RecordingException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw refused(file, "header: no " + what);
        }
        String found = matcher.group(1);
        if (matcher.find()) {
            throw refused(file, "header: more than one " + what);
        }
        return found;
    }

    private static int[] shape(Path file, String lengths) throws RecordingException {
        if (!LENGTHS.matcher(lengths).matches()) {
            throw refused(file, "header: shape is (" + lengths + "), must be whole numbers");
        }
        String[] words =
                lengths.isBlank() ? new String[0] : lengths.replace("L", "").split(",");
        int[] shape = new int[words.length > 0 && words[words.length - 1].isBlank() ? words.length - 1 : words.length];
        for (int i = 0; i < shape.length; i++) {
            long length = Long.parseLong(words[i].strip());
            if (length > Integer.MAX_VALUE) {
                throw refused(file, "header: shape holds " + length + ", may hold " + Integer.MAX_VALUE);
            }
            shape[i] = (int) length;
        }
        return shape;
    }

    private static RecordingException refused(Path file, String why) {
        return new RecordingException(file + ": " + why);
    }

    @Override
    public String origin() {
        return file.toString();
    }

    @Override
    public int[] shape() {
        return shape.clone();
    }

    @Override
    public void read(long first, double[] values, int count) {
        for (int i = 0; i < count; i++) {
            long element = fortranOrder ? fortranElement(first + i) : first + i;
            values[i] = elements.read(type, element * type.bytes());
        }
    }

    /** Where Fortran's order has an element of C's. */
    private long fortranElement(long element) {
        long rest = element;
        long position = 0;
        for (int d = shape.length - 1; d >= 0; d--) {
            long index = rest % shape[d];
            rest /= shape[d];
            // Horner from the last dimension, which runs slowest here.
            position = position * shape[d] + index;
        }
        return position;
    }
}
