package io.fluxon.launcher.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is remembered of each epoch of each sensor or device; the oldest is forgotten when there are too many. */
final class RecentEpochs<V> extends LinkedHashMap<RecentEpochs.Key, V> {

    private static final long serialVersionUID = 1;

    private final int most;

    /** @param sensorId sensor or device */
    record Key(String sensorId, long epoch) {}

    RecentEpochs(int most) {
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, V> eldest) {
        return size() > most;
    }
}
