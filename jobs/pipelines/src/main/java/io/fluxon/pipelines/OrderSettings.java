package io.fluxon.pipelines;

import java.io.Serializable;

/**
 * How long packets that came too early wait for those before them, by key.
 *
 * @param maxHeldPackets packets that wait at most
 * @param maxHeldBytes bytes that wait at most
 * @param graceMicros time for which the first of them waits at most, microseconds
 */
public record OrderSettings(int maxHeldPackets, long maxHeldBytes, long graceMicros) implements Serializable {}
