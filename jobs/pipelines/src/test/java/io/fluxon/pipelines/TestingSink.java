package io.fluxon.pipelines;

import io.fluxon.connectors.kafka.OutgoingRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** A sink into memory. Tasks get copies of it, so what they write is kept by number. */
final class TestingSink implements Sink<OutgoingRecord> {

    private static final long serialVersionUID = 1;

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final Map<Integer, List<OutgoingRecord>> RECORDS = new ConcurrentHashMap<>();

    private final int number = NUMBERS.incrementAndGet();

    TestingSink() {
        RECORDS.put(number, new CopyOnWriteArrayList<>());
    }

    List<OutgoingRecord> records() {
        return RECORDS.get(number);
    }

    @Override
    public SinkWriter<OutgoingRecord> createWriter(WriterInitContext context) {
        return new SinkWriter<>() {
            @Override
            public void write(OutgoingRecord element, Context writeContext) {
                RECORDS.get(number).add(element);
            }

            @Override
            public void flush(boolean endOfInput) {}

            @Override
            public void close() {}
        };
    }
}
