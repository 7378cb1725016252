package io.fluxon.connectors.camera.packets;

import io.fluxon.connectors.camera.CameraBatch;

/** The least and the greatest time of events and markers, microseconds. */
final class TimeRange {

    private long firstMicros = Long.MAX_VALUE;
    private long lastMicros = Long.MIN_VALUE;

    void clear() {
        firstMicros = Long.MAX_VALUE;
        lastMicros = Long.MIN_VALUE;
    }

    long firstMicros() {
        return firstMicros;
    }

    long lastMicros() {
        return lastMicros;
    }

    /** Takes in the events and markers of a batch. */
    void add(CameraBatch batch) {
        long[] timeMicros = batch.timeMicros();
        long first = firstMicros;
        long last = lastMicros;
        for (int i = 0; i < batch.size(); i++) {
            first = Math.min(first, timeMicros[i]);
            last = Math.max(last, timeMicros[i]);
        }
        for (int i = 0; i < batch.markers().size(); i++) {
            first = Math.min(first, batch.markers().timeMicros(i));
            last = Math.max(last, batch.markers().timeMicros(i));
        }
        firstMicros = first;
        lastMicros = last;
    }
}
