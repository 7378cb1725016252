package io.fluxon.streams.network;

import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.PacketFunction;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/** Keeps what a function says, in its order. */
final class TestingOutput implements PacketFunction.Output {

    final List<SequenceReport> reports = new ArrayList<>();
    private final Map<Topic, List<Decision>> decisions = new EnumMap<>(Topic.class);

    @Override
    public void emit(Topic topic, SpecificRecordBase result) {
        decisions.computeIfAbsent(topic, key -> new ArrayList<>()).add((Decision) result);
    }

    @Override
    public void report(SequenceReport report) {
        reports.add(report);
    }

    List<Decision> decisions(Topic topic) {
        return decisions.getOrDefault(topic, List.of());
    }
}
