package io.fluxon.connectors.detector;

import io.fluxon.connectors.packets.RecordingException;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A file of the LEGEND experiment in HDF5: per channel a table {@code chN/TIER} of columns, one row a pulse. In the tier
 * {@code raw} the column {@code waveform/values} [rows, samples] is u16, {@code waveform/dt} the sample period in
 * nanoseconds and {@code timestamp} Unix seconds as a double, so in steps of 0.24 us; the tiers {@code dsp} and
 * {@code hit} hold what the collaboration made of the same rows.
 *
 * <p>A file of up to 64 MiB is accepted, and a column of up to 2<sup>25</sup> elements; both are checked before anything
 * is allocated.
 */
public final class LegendFile implements AutoCloseable {

    static final String RAW = "raw";

    private static final int MAX_FILE_BYTES = 64 << 20;
    private static final long MAX_ELEMENTS = 1L << 25;

    /** The readout crate of the silicon photomultipliers; germanium detectors are on the crates 0 and 1. */
    private static final double PHOTOMULTIPLIER_CRATE = 2;

    private static final Pattern CHANNEL = Pattern.compile("ch\\d{1,10}");

    private final HdfFile hdf;
    private final String origin;

    private LegendFile(HdfFile hdf, String origin) {
        this.hdf = hdf;
        this.origin = origin;
    }

    public static LegendFile open(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new RecordingException(file + ": larger than " + MAX_FILE_BYTES + " bytes");
            }
            return new LegendFile(HdfFile.fromBytes(bytes), file.toString());
        } catch (RuntimeException e) {
            throw unreadable(file.toString(), e);
        }
    }

    /**
     * Names of the germanium channels in order: those with a table of the tier. The raw tier also has silicon
     * photomultipliers, another front end: their crate tells them apart.
     */
    public List<String> channels(String tier) throws RecordingException {
        List<String> channels = new ArrayList<>();
        for (String name : names()) {
            if (!CHANNEL.matcher(name).matches() || node(name + "/" + tier).isEmpty()) {
                continue;
            }
            double[] crate = column(name, tier, "crate").orElse(new double[0]);
            if (crate.length == 0 || crate[0] != PHOTOMULTIPLIER_CRATE) {
                channels.add(name);
            }
        }
        return channels;
    }

    /** One column as numbers, false and true as 0 and 1; empty if the table has none of this name. */
    public Optional<double[]> column(String channel, String tier, String name) throws RecordingException {
        String path = channel + "/" + tier + "/" + name;
        Optional<Dataset> found = dataset(path, 1);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Object data = read(found.get());
        double[] values = new double[Array.getLength(data)];
        for (int i = 0; i < values.length; i++) {
            Object value = Array.get(data, i);
            if (value instanceof Boolean bool) {
                values[i] = bool ? 1 : 0;
            } else if (value instanceof Number number) {
                values[i] = number.doubleValue();
            } else {
                throw new RecordingException(origin + ": " + path + " is not numeric");
            }
        }
        return Optional.of(values);
    }

    /** A column that the table must have. */
    double[] requiredColumn(String channel, String tier, String name) throws RecordingException {
        return column(channel, tier, name)
                .orElseThrow(() -> new RecordingException(origin + ": no column " + channel + "/" + tier + "/" + name));
    }

    /** The waveforms of a channel, one row a pulse, samples as unsigned 16 bits. */
    short[][] waveforms(String channel) throws RecordingException {
        String path = channel + "/" + RAW + "/waveform/values";
        Dataset dataset = dataset(path, 2)
                .orElseThrow(() -> new RecordingException(
                        origin + ": no dataset " + path + "; only waveforms without a codec are read"));
        int[] dimensions = dataset.getDimensions();
        if (!(read(dataset) instanceof int[] flat) || flat.length != dimensions[0] * dimensions[1]) {
            throw new RecordingException(origin + ": " + path + " is not of unsigned 16 bits");
        }
        short[][] waveforms = new short[dimensions[0]][dimensions[1]];
        for (int i = 0; i < flat.length; i++) {
            if (flat[i] >>> 16 != 0) {
                throw new RecordingException(origin + ": " + path + " is not of unsigned 16 bits");
            }
            waveforms[i / dimensions[1]][i % dimensions[1]] = (short) flat[i];
        }
        return waveforms;
    }

    @Override
    public void close() {
        hdf.close();
    }

    private Iterable<String> names() throws RecordingException {
        try {
            return new TreeSet<>(hdf.getChildren().keySet());
        } catch (RuntimeException e) {
            throw unreadable(origin, e);
        }
    }

    private Optional<Node> node(String path) throws RecordingException {
        try {
            Node node = hdf;
            for (String name : path.split("/", -1)) {
                if (!(node instanceof Group group)) {
                    return Optional.empty();
                }
                node = group.getChild(name);
            }
            return Optional.ofNullable(node);
        } catch (RuntimeException e) {
            throw unreadable(origin, e);
        }
    }

    private Optional<Dataset> dataset(String path, int dimensions) throws RecordingException {
        Node node = node(path).orElse(null);
        if (!(node instanceof Dataset dataset)) {
            return Optional.empty();
        }
        try {
            long elements = 1;
            for (int length : dataset.getDimensions()) {
                elements *= length;
                if (elements > MAX_ELEMENTS) {
                    throw new RecordingException(origin + ": " + path + " has more than " + MAX_ELEMENTS + " elements");
                }
            }
            if (dataset.getDimensions().length != dimensions) {
                throw new RecordingException(origin + ": " + path + " has " + dataset.getDimensions().length
                        + " dimensions, not " + dimensions);
            }
            return Optional.of(dataset);
        } catch (RuntimeException e) {
            throw unreadable(origin, e);
        }
    }

    private Object read(Dataset dataset) throws RecordingException {
        try {
            return dataset.getDataFlat();
        } catch (RuntimeException e) {
            throw unreadable(origin, e);
        }
    }

    private static RecordingException unreadable(String origin, RuntimeException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new RecordingException(origin + ": not a readable HDF5 file: "
                + message.lines().findFirst().orElse(message));
    }
}
