package io.fluxon.streams;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.runtime.state.KeyedStateBackend;

/**
 * States of keys in front of a state backend that would serialise them at every access. The keys used last stay on the heap;
 * a state is written to the backend when it has changed and either others take its place or a checkpoint comes, so
 * what the backend holds at the barrier is what was kept. With no hot keys every access goes to the backend.
 */
final class HotStates<V> {

    private final int capacity;
    private final ValueState<V> backend;
    private final KeyedStateBackend<Object> keys;
    private final LinkedHashMap<Object, Hot<V>> hot = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Hot<V> {
        V value;
        boolean changed;
    }

    HotStates(int capacity, ValueState<V> backend, KeyedStateBackend<Object> keys) {
        this.capacity = capacity;
        this.backend = backend;
        this.keys = keys;
    }

    /** The state of the current key, null if it has none. */
    V value() throws Exception {
        if (capacity == 0) {
            return backend.value();
        }
        return current().value;
    }

    /** Sets the state of the current key; null deletes it. A state that was changed in place has to be set again. */
    void update(V value) throws Exception {
        if (capacity == 0) {
            write(value);
            return;
        }
        Hot<V> current = current();
        current.value = value;
        current.changed = true;
    }

    /** Brings the backend up to date. */
    void flush() throws Exception {
        if (hot.isEmpty()) {
            // There may be no current key yet, and none cannot be set.
            return;
        }
        Object currentKey = keys.getCurrentKey();
        for (Map.Entry<Object, Hot<V>> entry : hot.entrySet()) {
            writeIfChanged(entry.getKey(), entry.getValue());
        }
        keys.setCurrentKey(currentKey);
    }

    /** Number of keys on the heap. */
    int size() {
        return hot.size();
    }

    private Hot<V> current() throws Exception {
        Object key = keys.getCurrentKey();
        Hot<V> current = hot.get(key);
        if (current == null) {
            current = new Hot<>();
            current.value = backend.value();
            if (hot.size() == capacity) {
                Iterator<Map.Entry<Object, Hot<V>>> oldest = hot.entrySet().iterator();
                Map.Entry<Object, Hot<V>> evicted = oldest.next();
                oldest.remove();
                writeIfChanged(evicted.getKey(), evicted.getValue());
                keys.setCurrentKey(key);
            }
            hot.put(key, current);
        }
        return current;
    }

    private void writeIfChanged(Object key, Hot<V> state) throws Exception {
        if (state.changed) {
            keys.setCurrentKey(key);
            write(state.value);
            state.changed = false;
        }
    }

    private void write(V value) throws Exception {
        if (value == null) {
            backend.clear();
        } else {
            backend.update(value);
        }
    }
}
