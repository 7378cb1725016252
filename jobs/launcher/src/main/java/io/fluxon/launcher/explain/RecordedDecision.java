package io.fluxon.launcher.explain;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.pipelines.PipelineSettings;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.Decision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;

/**
 * A decision as a topic has it.
 *
 * @param sourceAppendUnixMillis when the broker appended the packet that made it leave; -1 if its record does not say
 */
record RecordedDecision(
        Decision decision, byte[] bytes, String topic, int partition, long offset, long sourceAppendUnixMillis) {

    /** Looks in the durable topic, which has no estimates, and then in the live one. */
    static RecordedDecision find(String bootstrap, PipelineSettings settings, DecisionName name) throws IOException {
        Map<String, String> topics = settings.topicsByRole();
        List<String> places = new ArrayList<>();
        DecisionName nearest = null;
        for (String role : List.of("decisions", "live")) {
            if (!topics.containsKey(role)) {
                continue;
            }
            try (KeyLog log = KeyLog.open(bootstrap, topics.get(role), name.sensor())) {
                Search search = new Search(name);
                log.searchBack(log.endOffset(), search::isEnough);
                if (search.found != null) {
                    return search.recorded(log);
                }
                places.add(log.place());
                if (search.nearest != null && (nearest == null || name.isNearer(search.nearest, nearest))) {
                    nearest = search.nearest;
                }
            }
        }
        throw new IOException(name + " is not in " + String.join(", nor in ", places) + "; "
                + (nearest == null ? "no decision of this sensor is" : "the nearest is " + nearest));
    }

    private static final class Search {

        private final DecisionName name;
        private final AvroCodec<Decision> codec = new AvroCodec<>(Decision.class);
        private KafkaRecord found;
        private Decision decision;
        private DecisionName nearest;

        Search(DecisionName name) {
            this.name = name;
        }

        /** A sensor's epochs increase, so nothing older than an earlier epoch's decision is it. */
        boolean isEnough(List<KafkaRecord> records) {
            boolean earlier = false;
            for (KafkaRecord record : records) {
                Decision candidate;
                try {
                    candidate = codec.decode(record.value);
                } catch (BadRecordException e) {
                    continue;
                }
                DecisionName candidateName = DecisionName.of(candidate);
                if (candidateName.equals(name) && found == null) {
                    found = record;
                    decision = candidate;
                }
                if (nearest == null || name.isNearer(candidateName, nearest)) {
                    nearest = candidateName;
                }
                earlier |= candidate.getEpoch() < name.epoch();
            }
            return found != null || earlier;
        }

        RecordedDecision recorded(KeyLog log) throws IOException {
            long[] append = {-1};
            log.read(found.offset, found.offset + 1, (record, headers) -> {
                for (Header header : headers) {
                    if (header.key().equals(OutgoingRecord.SOURCE_APPEND_HEADER)) {
                        append[0] = unixMillis(header.value());
                    }
                }
                return false;
            });
            return new RecordedDecision(decision, found.value, found.topic, found.partition, found.offset, append[0]);
        }

        private static long unixMillis(byte[] text) {
            try {
                return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
            } catch (NumberFormatException e) {
                return -1;
            }
        }
    }
}
