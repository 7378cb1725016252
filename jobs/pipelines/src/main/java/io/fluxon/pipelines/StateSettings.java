package io.fluxon.pipelines;

import java.io.Serializable;

/**
 * How the states of keys are kept.
 *
 * @param hotKeys keys of a task whose states stay objects between two checkpoints; 0 on the heap, where all do
 * @param expiryMillis log time without packets of a key after which its state is dropped, milliseconds
 */
public record StateSettings(int hotKeys, long expiryMillis) implements Serializable {}
