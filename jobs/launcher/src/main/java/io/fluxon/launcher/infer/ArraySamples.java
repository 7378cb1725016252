package io.fluxon.launcher.infer;

import io.fluxon.connectors.packets.RecordingException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Samples of an array: [T, C] is one sample of T steps with C inputs, [N, T, C] are N. In place of C may stand the shape of
 * the network's input.
 */
final class ArraySamples implements Samples {

    private final NumberArray array;
    private final String name;
    private final int samples;
    private final int steps;
    private final double[] values;
    private int sample = -1;
    private int step;

    private ArraySamples(NumberArray array, String name, int samples, int steps, int inputs) {
        this.array = array;
        this.name = name;
        this.samples = samples;
        this.steps = steps;
        this.values = new double[inputs];
    }

    /**
     * @param inputShape of the network
     * @param inputs product of {@code inputShape}
     */
    static ArraySamples of(NumberArray array, int[] inputShape, int inputs) throws RecordingException {
        int[] shape = array.shape();
        int before = before(shape, inputShape);
        if (before < 1 || before > 2) {
            before = before(shape, new int[] {inputs});
        }
        if (before < 1 || before > 2) {
            String flat = inputShape.length == 1 ? "" : ", also with " + inputs + " instead";
            String wanted = Arrays.toString(inputShape).substring(1);
            throw new RecordingException(array.origin() + ": an array " + Arrays.toString(shape)
                    + ", the model takes [steps, " + wanted + " or [samples, steps, " + wanted + flat);
        }
        return new ArraySamples(
                array,
                before == 1 ? baseName(array.origin()) : "",
                before == 1 ? 1 : shape[0],
                shape[before - 1],
                inputs);
    }

    /** Number of dimensions before those of the input; 0 if the array does not end in them. */
    private static int before(int[] shape, int[] inputShape) {
        int before = shape.length - inputShape.length;
        return before > 0 && Arrays.equals(shape, before, shape.length, inputShape, 0, inputShape.length) ? before : 0;
    }

    private static String baseName(String file) {
        return SampleInput.baseName(Path.of(file));
    }

    int samples() {
        return samples;
    }

    int steps() {
        return steps;
    }

    @Override
    public boolean nextSample() {
        sample++;
        step = 0;
        return sample < samples;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean nextStep(StepInput input) throws RecordingException {
        if (step == steps) {
            return false;
        }
        array.read(((long) sample * steps + step) * values.length, values, values.length);
        input.clear();
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new RecordingException(array.origin() + ": sample " + sample + ", step " + step + ", input " + i
                        + ": is " + values[i] + ", not a finite number");
            }
            if (values[i] != 0) {
                input.add(i, values[i]);
            }
        }
        step++;
        return true;
    }

    @Override
    public void close() {}
}
