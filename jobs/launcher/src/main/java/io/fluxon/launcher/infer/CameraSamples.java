package io.fluxon.launcher.infer;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.util.Arrays;

/**
 * A camera's recording as one sample. Step k counts the events of the times [k, k + 1) stepMicros, or with {@code
 * nearest} those whose time divided by stepMicros rounds to k (half to even); time 0 is that of the file's own clock, or
 * with {@code rebase} the first event. What follows the last event is no step any more.
 * Input index = polarity (ON = 1) * height * width + y * width + x; a single channel leaves the polarity out.
 */
final class CameraSamples implements Samples {

    /** Steps before the first event; more are a clock that did not begin with the recording. */
    private static final long MAX_SILENT_STEPS = 1_000_000;

    private final CameraReader reader;
    private final String origin;
    private final String name;
    private final int width;
    private final int pixels;
    private final boolean polarity;
    private final long stepMicros;
    private final boolean rebase;
    private final boolean nearest;
    private final CameraBatch batch = new CameraBatch();
    private final int[] eventsPerInput;
    private final int[] touched;
    private int position;
    private boolean begun;
    private long startMicros;
    private long step;

    /** Takes over the reader, and closes it if the recording is not for that network. */
    CameraSamples(
            CameraReader reader,
            String origin,
            String name,
            int[] inputShape,
            long stepMicros,
            boolean rebase,
            boolean nearest)
            throws IOException {
        CameraLayout layout = reader.layout();
        int rank = inputShape.length;
        int channels = rank == 2 ? 1 : inputShape[0];
        if (rank < 2
                || rank > 3
                || channels > 2
                || inputShape[rank - 2] != layout.getHeight()
                || inputShape[rank - 1] != layout.getWidth()) {
            reader.close();
            throw new RecordingException(origin + ": a camera of " + layout.getWidth() + "x" + layout.getHeight()
                    + " pixels needs an Input [2, "
                    + layout.getHeight() + ", " + layout.getWidth() + "], the model's is "
                    + Arrays.toString(inputShape));
        }
        this.reader = reader;
        this.origin = origin;
        this.name = name;
        this.width = layout.getWidth();
        this.pixels = layout.getWidth() * layout.getHeight();
        this.polarity = channels == 2;
        this.stepMicros = stepMicros;
        this.rebase = rebase;
        this.nearest = nearest;
        this.eventsPerInput = new int[channels * pixels];
        this.touched = new int[channels * pixels];
    }

    @Override
    public boolean nextSample() throws IOException {
        if (begun) {
            return false;
        }
        begun = true;
        if (hasEvent()) {
            long firstMicros = batch.timeMicros()[position];
            startMicros = rebase ? firstMicros : 0;
            if (firstMicros < startMicros || (firstMicros - startMicros) / stepMicros > MAX_SILENT_STEPS) {
                throw new RecordingException(origin + ": the first event is at " + firstMicros
                        + " us, too far from time 0 for steps of " + stepMicros + " us (--rebase begins there)");
            }
        }
        return true;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean nextStep(StepInput input) throws IOException {
        if (!hasEvent()) {
            return false;
        }
        input.clear();
        int count = 0;
        while (hasEvent() && stepOf(batch.timeMicros()[position]) <= step) {
            if (stepOf(batch.timeMicros()[position]) < step) {
                throw new RecordingException(origin + ": an event at " + batch.timeMicros()[position]
                        + " us comes after those of a later step of " + stepMicros + " us");
            }
            int index =
                    batch.y(position) * width + batch.x(position) + (polarity ? batch.polarity(position) * pixels : 0);
            if (eventsPerInput[index]++ == 0) {
                touched[count++] = index;
            }
            position++;
        }
        for (int i = 0; i < count; i++) {
            input.add(touched[i], eventsPerInput[touched[i]]);
            eventsPerInput[touched[i]] = 0;
        }
        step++;
        return true;
    }

    private long stepOf(long timeMicros) {
        long micros = timeMicros - startMicros;
        return nearest ? (long) Math.rint((double) micros / stepMicros) : Math.floorDiv(micros, stepMicros);
    }

    private boolean hasEvent() throws IOException {
        while (position == batch.size()) {
            position = 0;
            if (!reader.read(batch)) {
                batch.clear();
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
