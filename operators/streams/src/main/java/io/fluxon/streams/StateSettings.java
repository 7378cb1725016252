package io.fluxon.streams;

import java.io.Serializable;

/**
 * How long and where the states of keys are kept.
 *
 * @param hotKeys keys of a task whose states stay on the heap in front of the state backend and are written to it at each
 *     checkpoint, or when others take their place; 0 where the backend keeps states on the heap itself
 * @param expiryMillis log time without packets after which a key's state is deleted, milliseconds; 0 for never
 */
public record StateSettings(int hotKeys, long expiryMillis) implements Serializable {

    public static final StateSettings DEFAULT = new StateSettings(0, 3_600_000);

    public StateSettings {
        if (hotKeys < 0) {
            throw new IllegalArgumentException("hot keys: " + hotKeys + " is negative");
        }
        if (expiryMillis < 0) {
            throw new IllegalArgumentException("expiry: " + expiryMillis + " ms is negative");
        }
    }
}
