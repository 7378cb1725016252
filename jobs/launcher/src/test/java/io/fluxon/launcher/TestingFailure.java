package io.fluxon.launcher;

import io.fluxon.connectors.kafka.KafkaRecord;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.functions.MapFunction;

/** Passes records on and, once armed, fails at the next one. Tasks get copies of it, so its switch is kept by number. */
final class TestingFailure implements MapFunction<KafkaRecord, KafkaRecord> {

    private static final long serialVersionUID = 1;

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final Map<Integer, AtomicBoolean> ARMED = new ConcurrentHashMap<>();

    private final int number = NUMBERS.incrementAndGet();

    TestingFailure() {
        ARMED.put(number, new AtomicBoolean());
    }

    void arm() {
        ARMED.get(number).set(true);
    }

    /** True from the failure on, and before it was armed. */
    boolean isDisarmed() {
        return !ARMED.get(number).get();
    }

    @Override
    public KafkaRecord map(KafkaRecord record) {
        if (ARMED.get(number).compareAndSet(true, false)) {
            throw new IllegalStateException("a failure for the test");
        }
        return record;
    }
}
