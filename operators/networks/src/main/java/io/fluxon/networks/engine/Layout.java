package io.fluxon.networks.engine;

import io.fluxon.networks.model.Tensor;

/**
 * Where the elements of a layer lie in memory. NIR's order is row-major, [channels, height, width]. Where a layer is worked
 * on place by place, all channels of a place lie together, and each place is a block with a clock of its own; otherwise the
 * whole layer is one block in NIR's order.
 *
 * @param blocks places, or 1
 * @param blockSize channels, or all elements
 */
record Layout(int[] shape, int blocks, int blockSize) {

    static Layout whole(int[] shape) {
        return new Layout(shape, 1, (int) Tensor.size(shape));
    }

    /** Of a shape [channels, ...]. */
    static Layout byPlace(int[] shape) {
        int size = (int) Tensor.size(shape);
        return new Layout(shape, size / shape[0], shape[0]);
    }

    int size() {
        return blocks * blockSize;
    }

    boolean isByPlace() {
        return blocks > 1;
    }

    /** Row-major index of the element at an index in memory. */
    int rowMajor(int index) {
        return blocks == 1 ? index : index % blockSize * blocks + index / blockSize;
    }

    /** Index in memory of the element at a row-major index. */
    int inMemory(int rowMajor) {
        return blocks == 1 ? rowMajor : rowMajor % blocks * blockSize + rowMajor / blocks;
    }

    /** Distance in memory from one channel to the next at the same place, for shapes [channels, ...]. */
    int channelStride() {
        return blocks == 1 ? size() / shape[0] : 1;
    }

    /** Distance in memory from one place to the next of the same channel, for shapes [channels, ...]. */
    int placeStride() {
        return blocks == 1 ? 1 : blockSize;
    }
}
