package io.fluxon.networks.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * A convolution or pooling, seen from the source: an element at (channel, y, x) reaches the outputs (oy, ox) with y = oy
 * stride - padding + ky dilation for a kernel row ky, and the same of x. One-dimensional ones have a height of 1.
 */
final class ConvolutionProjection extends Projection {

    private static final Kernels KERNELS = Kernels.BEST;

    /** Weights [input channel][ky][kx][output channel of the group], the target's gain included. */
    private final double[] weights;

    private final int kernelWidth;
    private final int inputsPerGroup;
    private final int outputsPerGroup;
    private final int kernelSize;
    private final int sourceWidth;
    private final int sourceChannelStride;
    private final int sourcePlaceStride;
    private final boolean sourceByPlace;
    private final int targetWidth;
    private final int targetChannelStride;
    private final int targetPlaceStride;
    private final boolean targetByPlace;
    private final boolean weighted;

    /** Per source row (column), pairs of output row (column) and kernel row (column). */
    private final int[][] rowTaps;

    private final int[][] columnTaps;

    /**
     * One dimension of the geometry.
     *
     * @param output size of the output
     */
    record Axis(int input, int output, int kernel, int stride, int padding, int dilation) {

        /** Whether each input position meets the output of the same position and no other. */
        boolean isPointwise() {
            return kernel == 1 && stride == 1 && padding == 0;
        }

        /** Per input position, the pairs of output position and kernel position that it meets. */
        int[][] taps() {
            int[][] taps = new int[input][];
            for (int position = 0; position < input; position++) {
                List<Integer> pairs = new ArrayList<>();
                for (int k = 0; k < kernel; k++) {
                    int origin = position + padding - k * dilation;
                    if (origin >= 0 && origin % stride == 0 && origin / stride < output) {
                        pairs.add(origin / stride);
                        pairs.add(k);
                    }
                }
                taps[position] = pairs.stream().mapToInt(Integer::intValue).toArray();
            }
            return taps;
        }
    }

    /**
     * @param weights [input channel][ky][kx][output channel of the group]
     * @param weighted false for a pooling, whose additions are no synaptic operations
     */
    ConvolutionProjection(
            int target,
            double[] weights,
            Axis vertical,
            Axis horizontal,
            int inputsPerGroup,
            int outputsPerGroup,
            Layout source,
            Layout targetLayout,
            boolean weighted) {
        super(target);
        this.weights = weights;
        this.rowTaps = vertical.taps();
        this.columnTaps = horizontal.taps();
        this.kernelWidth = horizontal.kernel();
        this.kernelSize = vertical.kernel() * horizontal.kernel();
        this.inputsPerGroup = inputsPerGroup;
        this.outputsPerGroup = outputsPerGroup;
        this.sourceWidth = horizontal.input();
        this.sourceChannelStride = source.channelStride();
        this.sourcePlaceStride = source.placeStride();
        this.sourceByPlace = source.isByPlace();
        this.targetWidth = horizontal.output();
        this.targetChannelStride = targetLayout.channelStride();
        this.targetPlaceStride = targetLayout.placeStride();
        this.targetByPlace = targetLayout.isByPlace();
        this.weighted = weighted;
    }

    @Override
    int accumulate(int source, double value, double[] drive, long[] due) {
        int place = sourceByPlace ? source / sourcePlaceStride : source % sourceChannelStride;
        int channel = sourceByPlace ? source % sourcePlaceStride : source / sourceChannelStride;
        int[] rows = rowTaps[place / sourceWidth];
        int[] columns = columnTaps[place % sourceWidth];
        int firstOutput = channel / inputsPerGroup * outputsPerGroup;
        int channelWeights = channel * kernelSize * outputsPerGroup;
        for (int r = 0; r < rows.length; r += 2) {
            int rowPlace = rows[r] * targetWidth;
            int rowWeights = channelWeights + rows[r + 1] * kernelWidth * outputsPerGroup;
            for (int c = 0; c < columns.length; c += 2) {
                int targetPlace = rowPlace + columns[c];
                int from = rowWeights + columns[c + 1] * outputsPerGroup;
                int to = targetPlace * targetPlaceStride + firstOutput * targetChannelStride;
                if (targetChannelStride == 1) {
                    KERNELS.accumulateBlock(weights, from, value, drive, to, outputsPerGroup);
                } else {
                    accumulateStrided(weights, from, value, drive, to, outputsPerGroup, targetChannelStride);
                }
                mark(due, targetByPlace ? targetPlace : 0);
            }
        }
        return weighted ? rows.length * columns.length / 4 * outputsPerGroup : 0;
    }

    /** drive[to + j * stride] += value * weights[from + j], j &lt; length. */
    private static void accumulateStrided(
            double[] weights, int from, double value, double[] drive, int to, int length, int stride) {
        for (int j = 0; j < length; j++) {
            drive[to + j * stride] += value * weights[from + j];
        }
    }
}
