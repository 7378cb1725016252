package io.fluxon.launcher.demo;

import java.net.URI;
import java.util.OptionalLong;

/**
 * All that the live view shows, at one moment.
 *
 * @param title what is being played
 * @param recordings recordings published as a whole
 * @param lagPackets packets published and not part of a completed checkpoint; empty if unknown
 */
record Snapshot(
        String title,
        double elapsedSeconds,
        long packets,
        double packetsPerSecond,
        long events,
        double eventsPerSecond,
        long recordings,
        String jobState,
        OptionalLong lagPackets,
        double decisionsPerSecond,
        Tally.Counts counts,
        URI webUi) {}
