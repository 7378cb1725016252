package io.fluxon.launcher.infer;

import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.connectors.packets.RecordingException;
import java.util.Arrays;

/**
 * The epochs of a wearable's recording, each a sample. Inputs: acceleration x, y, z in m/s^2, then angular velocity x, y, z
 * in rad/s; an Input of 3 values takes the acceleration alone. Time 0 is the first at which every sensor needed has a
 * sample. The input of step k is the latest sample of each sensor before (k + 1) stepMicros, however old it is; the last
 * step is that of the last sample of the sensor that ends first.
 */
final class MotionSamples implements Samples {

    private static final int AXES = 3;
    private static final long NANOS_PER_MICROSECOND = 1000;

    private final MotionRecording recording;
    private final int inputs;
    private final long stepMicros;
    private int epoch = -1;
    private MotionBatch acceleration;
    private MotionBatch angularVelocity;
    private int accelerationIndex;
    private int angularVelocityIndex;
    private long startNanos;
    private long lastStep;
    private long step;

    MotionSamples(MotionRecording recording, int[] inputShape, long stepMicros) throws RecordingException {
        int rank = inputShape.length;
        if (!(rank == 1 || rank == 2 && inputShape[1] == 1) || inputShape[0] != AXES && inputShape[0] != 2 * AXES) {
            throw new RecordingException(recording.origin()
                    + ": a wearable's motion needs an Input [6], or [3] without angular velocity, the " + "model's is "
                    + Arrays.toString(inputShape));
        }
        this.recording = recording;
        this.inputs = inputShape[0];
        this.stepMicros = stepMicros;
    }

    @Override
    public boolean nextSample() throws RecordingException {
        epoch++;
        if (epoch == recording.epochs().size()) {
            return false;
        }
        acceleration = recording.epochs().get(epoch).acceleration();
        angularVelocity = recording.epochs().get(epoch).angularVelocity();
        accelerationIndex = 0;
        angularVelocityIndex = 0;
        step = 0;
        startNanos = firstNanos(acceleration, "acceleration");
        long lastNanos = lastNanos(acceleration);
        if (needsAngularVelocity()) {
            startNanos = Math.max(startNanos, firstNanos(angularVelocity, "angular velocity"));
            lastNanos = Math.min(lastNanos, lastNanos(angularVelocity));
        }
        if (lastNanos < startNanos) {
            throw error("one sensor ends before the other begins");
        }
        lastStep = stepOf(lastNanos);
        if (lastStep >= Integer.MAX_VALUE) {
            throw error("lasts more than " + Integer.MAX_VALUE + " steps of " + stepMicros + " us");
        }
        return true;
    }

    @Override
    public String name() {
        return recording.epochs().size() == 1 ? recording.id() : recording.id() + "-" + epoch;
    }

    @Override
    public boolean nextStep(StepInput input) {
        if (step > lastStep) {
            return false;
        }
        input.clear();
        accelerationIndex = latest(acceleration, accelerationIndex);
        add(acceleration, accelerationIndex, 0, input);
        if (needsAngularVelocity()) {
            angularVelocityIndex = latest(angularVelocity, angularVelocityIndex);
            add(angularVelocity, angularVelocityIndex, AXES, input);
        }
        step++;
        return true;
    }

    private boolean needsAngularVelocity() {
        return inputs > AXES;
    }

    /** The last sample of the step or before it, from {@code index} on. */
    private int latest(MotionBatch samples, int index) {
        int latest = index;
        while (latest + 1 < samples.size() && stepOf(samples.timeNanos()[latest + 1]) <= step) {
            latest++;
        }
        return latest;
    }

    private static void add(MotionBatch samples, int index, int firstInput, StepInput input) {
        add(firstInput, samples.x()[index], input);
        add(firstInput + 1, samples.y()[index], input);
        add(firstInput + 2, samples.z()[index], input);
    }

    private static void add(int index, float value, StepInput input) {
        if (value != 0) {
            input.add(index, value);
        }
    }

    private long stepOf(long timeNanos) {
        return Math.floorDiv(Math.floorDiv(timeNanos - startNanos, NANOS_PER_MICROSECOND), stepMicros);
    }

    private long firstNanos(MotionBatch samples, String quantity) throws RecordingException {
        if (samples.size() == 0) {
            throw error("has no " + quantity + ", which the model's Input [" + inputs + "] needs");
        }
        return samples.timeNanos()[0];
    }

    private static long lastNanos(MotionBatch samples) {
        return samples.timeNanos()[samples.size() - 1];
    }

    private RecordingException error(String rule) {
        return new RecordingException(recording.origin() + ": sample " + name() + ": " + rule);
    }

    @Override
    public void close() {}
}
