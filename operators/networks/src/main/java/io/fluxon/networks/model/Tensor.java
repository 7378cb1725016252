package io.fluxon.networks.model;

import java.util.Arrays;

/**
 * A parameter of a node: values in row-major order, and their shape; no shape is a scalar. The arrays are not copied:
 * treat them as read-only.
 */
public record Tensor(int[] shape, double[] values) {

    public Tensor {
        if (size(shape) != values.length) {
            throw new ModelException(values.length + " values do not fill the shape " + Arrays.toString(shape));
        }
    }

    /** A vector. */
    public static Tensor of(double... values) {
        return new Tensor(new int[] {values.length}, values);
    }

    public static Tensor of(float[] values, int... shape) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return new Tensor(shape, wide);
    }

    public static Tensor filled(double value, int... shape) {
        double[] values = new double[Math.toIntExact(size(shape))];
        Arrays.fill(values, value);
        return new Tensor(shape, values);
    }

    /** Product of the dimensions. */
    public static long size(int[] shape) {
        long size = 1;
        for (int dimension : shape) {
            if (dimension < 0) {
                throw new ModelException("shape " + Arrays.toString(shape) + " has a negative dimension");
            }
            size = Math.multiplyExact(size, dimension);
        }
        return size;
    }

    /** The values in single precision. */
    public float[] floats() {
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }

    public int rank() {
        return shape.length;
    }

    public int size() {
        return values.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that && Arrays.equals(shape, that.shape) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape);
    }
}
