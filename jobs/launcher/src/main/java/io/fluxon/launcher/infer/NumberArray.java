package io.fluxon.launcher.infer;

/** Numbers in a file, as an array of any rank in C order: the last index runs fastest. */
public interface NumberArray {

    /** Where the numbers come from, for errors. */
    String origin();

    /** Lengths of the dimensions; none for a single number. */
    int[] shape();

    /**
     * Copies the elements {@code first} to {@code first + count - 1}, counted in C order however the file stores them.
     * Allocates nothing.
     */
    void read(long first, double[] values, int count);
}
