package io.fluxon.streams.network;

import io.fluxon.signals.motion.NormalizerState;
import io.fluxon.signals.motion.ResamplerState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What is remembered of a watch's epoch before its network.
 *
 * @param normalizer null where the network takes the samples as they are
 */
record MotionMemory(ResamplerState resampler, NormalizerState normalizer) {

    MotionMemory copy() {
        return new MotionMemory(resampler.copy(), normalizer == null ? null : normalizer.copy());
    }

    void writeTo(DataOutput out) throws IOException {
        resampler.writeTo(out);
        out.writeBoolean(normalizer != null);
        if (normalizer != null) {
            normalizer.writeTo(out);
        }
    }

    static MotionMemory readFrom(DataInput in) throws IOException {
        return new MotionMemory(ResamplerState.readFrom(in), in.readBoolean() ? NormalizerState.readFrom(in) : null);
    }
}
