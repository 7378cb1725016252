package io.fluxon.networks.model;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.filter.PipelineFilterWithData;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A group of an HDF5 file that nobody vouches for, with its datasets. The library believes what a file says of its sizes,
 * so everything that it would allocate or walk through for a dataset is checked here first: type, dimensions, chunks and
 * what the chunks inflate to. Soft and external links are not followed.
 *
 * <p>Filters read: deflate or lzf, with shuffle and fletcher32.
 */
public final class HdfGroup {

    /** Of the largest file that is read. */
    public static final int MAX_FILE_BYTES = 64 << 20;

    /** Of all datasets read from a file together, one of up to 8 bytes each. */
    private static final long MAX_ELEMENTS = 1L << 24;

    private static final int MAX_RANK = 16;
    private static final int MAX_CHUNKS = 1 << 16;
    private static final int MAX_STRING_BYTES = 1 << 20;

    /** What the filter fletcher32 adds to a chunk. */
    private static final int CHECKSUM_BYTES = 4;

    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Group group;
    private final Spent spent;

    private HdfGroup(Group group, Spent spent) {
        this.group = group;
        this.spent = spent;
    }

    /** What all groups of a file have taken together. */
    private static final class Spent {
        final long fileBytes;
        final long startNanos = System.nanoTime();
        long elements;

        Spent(long fileBytes) {
            this.fileBytes = fileBytes;
        }
    }

    /**
     * Reads a file from its root.
     *
     * @throws ModelException whatever is wrong with the file; {@code content} adds where its own come from
     */
    public static <T> T read(byte[] bytes, Function<HdfGroup, T> content) {
        // In memory, where the library takes no room for what is not there.
        try (HdfFile file = HdfFile.fromBytes(bytes)) {
            return content.apply(new HdfGroup(file, new Spent(bytes.length)));
        } catch (ModelException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ModelException("not a readable HDF5 model file: " + firstLine(e), e);
        } catch (StackOverflowError | OutOfMemoryError e) {
            // jHDF follows an object header that continues in itself without end, and takes memory for the structure of
            // a file by numbers in the file, before anyone can check them. Nothing of it is left once the read is over.
            throw new ModelException(
                    "not a readable HDF5 model file: needs more memory than there is: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    private static String firstLine(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ModelException) {
                return cause.getMessage();
            }
        }
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse(message);
    }

    public HdfGroup group(String name) {
        if (children().get(name) instanceof Group child) {
            return new HdfGroup(child, spent);
        }
        throw new ModelException("no group named " + name);
    }

    boolean isGroup(String name) {
        return children().get(name) instanceof Group;
    }

    /** Names of the groups and datasets in it. */
    public Set<String> names() {
        return children().keySet();
    }

    public boolean has(String name) {
        return children().containsKey(name);
    }

    private Dataset dataset(String name) {
        if (children().get(name) instanceof Dataset dataset) {
            return dataset;
        }
        throw new ModelException("no dataset named " + name);
    }

    /**
     * What is in the group. A file can hold one large object in many places, and the library reads it each time; only the
     * clock tells that it has no end.
     */
    private Map<String, Node> children() {
        if (System.nanoTime() - spent.startNanos > MAX_NANOS) {
            throw new ModelException("not read within " + TimeUnit.NANOSECONDS.toSeconds(MAX_NANOS) + " s");
        }
        return group.getChildren();
    }

    /** Dimensions of a dataset. */
    long[] shape(String name) {
        return dataset(name).getDimensionsAsLong();
    }

    /** Whether it is a dataset of one value without dimensions. */
    boolean isScalar(String name) {
        return children().get(name) instanceof Dataset dataset && dataset.isScalar();
    }

    /** Numbers of any type in row-major order, all finite, with their shape; a scalar has none. */
    public Tensor tensor(String name) {
        Dataset dataset = dataset(name);
        if (!isNumeric(dataset.getDataType())) {
            throw new ModelException(name + " is not numeric");
        }
        checkSizes(dataset, name);
        double[] values = wide(dataset.isScalar() ? dataset.getData() : dataset.getDataFlat());
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new ModelException(name + "[" + i + "] is " + values[i] + ", not a finite number");
            }
        }
        return new Tensor(dataset.getDimensions(), values);
    }

    private static double[] wide(Object data) {
        if (data instanceof Number scalar) {
            return new double[] {scalar.doubleValue()};
        }
        if (data instanceof double[] values) {
            return values;
        }
        if (data instanceof int[] values) {
            return Arrays.stream(values).asDoubleStream().toArray();
        }
        if (data instanceof long[] values) {
            return Arrays.stream(values).asDoubleStream().toArray();
        }
        if (data instanceof Number[] values) {
            return Arrays.stream(values).mapToDouble(Number::doubleValue).toArray();
        }
        double[] wide;
        if (data instanceof float[] values) {
            wide = new double[values.length];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = values[i];
            }
        } else if (data instanceof short[] values) {
            wide = new double[values.length];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = values[i];
            }
        } else if (data instanceof byte[] values) {
            wide = new double[values.length];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = values[i];
            }
        } else {
            throw new IllegalArgumentException("numbers in a " + data.getClass());
        }
        return wide;
    }

    /** A scalar string. */
    String string(String name) {
        Dataset dataset = dataset(name);
        if (isText(dataset.getDataType()) && dataset.isScalar()) {
            checkSizes(dataset, name);
            if (dataset.getData() instanceof String text) {
                return text;
            }
        }
        throw new ModelException(name + " is not a scalar string");
    }

    /** A number, truth value or string, scalar or the only one of an array, as text; empty if it is something else. */
    public Optional<String> text(String name) {
        Dataset dataset = dataset(name);
        DataType type = dataset.getDataType();
        if (dataset.getSize() != 1 || !(isText(type) || isNumeric(type) || type instanceof EnumDataType)) {
            return Optional.empty();
        }
        checkSizes(dataset, name);
        Object value = dataset.isScalar() ? dataset.getData() : Array.get(dataset.getDataFlat(), 0);
        return Optional.ofNullable(value).map(String::valueOf);
    }

    boolean isText(String name) {
        return isText(dataset(name).getDataType());
    }

    /** Strings [rows, columns] in row-major order. */
    String[] strings(String name, int columns) {
        Dataset dataset = dataset(name);
        long[] shape = dataset.getDimensionsAsLong();
        if (shape.length != 2 || shape[1] != columns) {
            throw new ModelException(name + " has not the shape [*, " + columns + "]");
        }
        if (!isText(dataset.getDataType())) {
            throw new ModelException(name + " are not strings");
        }
        checkSizes(dataset, name);
        if (dataset.getDataFlat() instanceof String[] flat) {
            return flat;
        }
        throw new ModelException(name + " are not strings");
    }

    private static boolean isNumeric(DataType type) {
        return type instanceof FixedPoint || type instanceof FloatingPoint;
    }

    private static boolean isText(DataType type) {
        return type instanceof StringData || (type instanceof VariableLength list && list.isVariableLengthString());
    }

    /** Checks all that the library allocates by before it reads the dataset. */
    private void checkSizes(Dataset dataset, String name) {
        long[] shape = dataset.getDimensionsAsLong();
        int elementBytes = dataset.getDataType().getSize();
        if (shape.length > MAX_RANK) {
            throw new ModelException(name + " has " + shape.length + " dimensions, more than " + MAX_RANK);
        }
        int leastBytes = dataset.getDataType() instanceof VariableLength ? 12 : 1;
        if (elementBytes < leastBytes || elementBytes > MAX_STRING_BYTES) {
            throw new ModelException(name + " has elements of " + elementBytes + " bytes");
        }
        long size = size(name, shape, elementBytes);
        if (dataset instanceof ChunkedDataset chunked) {
            size = checkChunks(chunked, name, shape, elementBytes);
        } else if (dataset.getSizeInBytes() > spent.fileBytes) {
            throw new ModelException(name + " has " + dataset.getSizeInBytes() + " bytes, more than the file");
        }
        spent.elements += size;
        if (spent.elements > MAX_ELEMENTS) {
            throw tooMany(name);
        }
        if (dataset.isEmpty()) {
            throw new ModelException(name + " is empty");
        }
    }

    /** Elements of up to 8 bytes in an array, if there are not more than are read from any file. */
    private static long size(String name, long[] shape, int elementBytes) {
        long size = (elementBytes + 7) / 8;
        for (long dimension : shape) {
            if (dimension < 1) {
                throw new ModelException(name + " has the shape " + Arrays.toString(shape));
            }
            if (dimension > MAX_ELEMENTS / size) {
                throw tooMany(name);
            }
            size *= dimension;
        }
        return size;
    }

    private static ModelException tooMany(String name) {
        return new ModelException(
                name + ": it and the datasets before it have more than " + MAX_ELEMENTS + " elements");
    }

    /**
     * Every chunk is there, has the size of a chunk when inflated, and there is no other one.
     *
     * @return elements in all chunks
     */
    private static long checkChunks(ChunkedDataset dataset, String name, long[] shape, int elementBytes) {
        int[] chunk = dataset.getChunkDimensions();
        if (chunk.length != shape.length) {
            throw new ModelException(name + " has chunks of " + chunk.length + " dimensions");
        }
        long chunkBytes = elementBytes;
        long chunks = 1;
        long[] covered = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            if (chunk[i] < 1 || chunk[i] > MAX_ELEMENTS) {
                throw new ModelException(name + " has chunks " + Arrays.toString(chunk));
            }
            long along = (shape[i] + chunk[i] - 1) / chunk[i];
            covered[i] = along * chunk[i];
            chunkBytes = Math.multiplyExact(chunkBytes, chunk[i]);
            chunks *= along;
            if (chunks > MAX_CHUNKS) {
                throw new ModelException(name + " has more than " + MAX_CHUNKS + " chunks");
            }
        }
        long size = size(name, covered, elementBytes);
        boolean isDeflated = isDeflated(dataset.getFilters(), name, chunkBytes);
        long storedBytes = 0;
        int[] corner = new int[shape.length];
        for (long i = 0; i < chunks; i++) {
            ByteBuffer stored = dataset.getRawChunkBuffer(corner);
            storedBytes += stored.remaining();
            long bytes = isDeflated ? inflatedBytes(stored, chunkBytes + CHECKSUM_BYTES) : stored.remaining();
            if (isDeflated && bytes < chunkBytes || bytes > chunkBytes + CHECKSUM_BYTES) {
                throw new ModelException(name + " has a chunk that is not of " + chunkBytes + " bytes");
            }
            for (int j = shape.length - 1; j >= 0; j--) {
                corner[j] += chunk[j];
                if (corner[j] < shape[j]) {
                    break;
                }
                corner[j] = 0;
            }
        }
        if (storedBytes != dataset.getStorageInBytes()) {
            throw new ModelException(name + " has chunks that do not belong to it");
        }
        return size;
    }

    private static boolean isDeflated(List<PipelineFilterWithData> filters, String name, long chunkBytes) {
        int compressions = 0;
        boolean isDeflated = false;
        for (PipelineFilterWithData filter : filters) {
            switch (filter.getName()) {
                case "shuffle", "fletcher32" -> {}
                case "deflate" -> {
                    compressions++;
                    isDeflated = true;
                }
                case "lzf" -> {
                    compressions++;
                    if (filter.getFilterData().length < 3 || filter.getFilterData()[2] != chunkBytes) {
                        throw new ModelException(name + " has chunks whose lzf is not of " + chunkBytes + " bytes");
                    }
                }
                default ->
                    throw new ModelException(name + " has the filter " + filter.getName()
                            + ", not one of deflate, lzf, shuffle, fletcher32");
            }
        }
        if (compressions > 1) {
            throw new ModelException(name + " is compressed twice");
        }
        return isDeflated;
    }

    /** Number of bytes that come out, but not much more than {@code limit}. */
    private static long inflatedBytes(ByteBuffer compressed, long limit) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(compressed);
            byte[] out = new byte[8192];
            while (!inflater.finished() && inflater.getBytesWritten() <= limit && inflater.inflate(out) > 0) {
                // getBytesWritten counts.
            }
            return inflater.getBytesWritten();
        } catch (DataFormatException e) {
            throw new ModelException("a chunk cannot be inflated", e);
        } finally {
            inflater.end();
        }
    }
}
