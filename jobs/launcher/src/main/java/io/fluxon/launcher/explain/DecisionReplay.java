package io.fluxon.launcher.explain;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.networks.model.Model;
import io.fluxon.pipelines.PipelineSettings;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.KeyState;
import io.fluxon.streams.PacketFunction;
import io.fluxon.streams.PacketProcessor;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkKeyState;
import io.fluxon.streams.network.NetworkListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecordBase;

/** The records of a key through the pipeline's own code, from a state on, until a decision comes out or the log ends. */
final class DecisionReplay implements PacketProcessor.Store<NetworkKeyState>, PacketProcessor.Output {

    /** Packets of one sensor that were replayed, as they stand in the log. */
    static final class Packets {

        private long count;
        private long events;
        private long fromSequence = Long.MAX_VALUE;
        private long toSequence = -1;
        private long fromOffset = -1;
        private long toOffset;

        private void add(SensorPacket packet, KafkaRecord record) {
            count++;
            events += packet.getEventCount();
            fromSequence = Math.min(fromSequence, packet.getSequence());
            toSequence = Math.max(toSequence, packet.getSequence());
            fromOffset = fromOffset < 0 ? record.offset : fromOffset;
            toOffset = record.offset;
        }

        long count() {
            return count;
        }

        /** Events, samples or pulses. */
        long events() {
            return events;
        }

        long fromSequence() {
            return fromSequence;
        }

        long toSequence() {
            return toSequence;
        }

        long fromOffset() {
            return fromOffset;
        }

        long toOffset() {
            return toOffset;
        }
    }

    /** A decision that came out. */
    record Replayed(Decision decision, byte[] bytes) {}

    private final PipelineSettings settings;
    private final NetworkFunction function;
    private final PacketProcessor<NetworkKeyState> processor;
    private final Predicate<Decision> isLast;
    private final Runnable atLast;
    private final boolean fresh;
    private final long epoch;
    private final AvroCodec<Decision> decisionCodec = new AvroCodec<>(Decision.class);
    private final AvroCodec<SensorPacket> packetCodec = new AvroCodec<>(SensorPacket.class);
    private final List<Replayed> decisions = new ArrayList<>();
    private final Map<String, Packets> packets = new TreeMap<>();
    private KeyState<NetworkKeyState> state;
    private boolean finished;
    private boolean bySilence;
    private long lastOffset = -1;

    /**
     * @param state to begin with, null for none
     * @param epoch packets of earlier ones are left out where the replay begins without a state
     * @param isLast whether a decision is the last one wanted
     * @param atLast is run when it comes out, before anything else is computed
     */
    DecisionReplay(
            PipelineSettings settings,
            Model model,
            NetworkListener listener,
            KeyState<NetworkKeyState> state,
            long epoch,
            Predicate<Decision> isLast,
            Runnable atLast) {
        this.settings = settings;
        this.state = state;
        this.fresh = state == null;
        this.epoch = epoch;
        this.isLast = isLast;
        this.atLast = atLast;
        function = new NetworkFunction(settings.sensor(), model, settings.network(), listener);
        processor = new PacketProcessor<>(settings.sensor(), function, settings.order(), this);
    }

    /** Takes in the records from one offset to another, or as many of them as are needed. */
    void run(KeyLog log, long fromOffset, long toOffset) throws IOException {
        log.read(fromOffset, toOffset, (record, headers) -> {
            take(record);
            return !finished;
        });
        if (!finished && state != null && state.function() != null && toOffset == log.endOffset()) {
            // The silence after the log's last record may have been told, and the key's expiry after it.
            state.setFunction(function.silent(state.function(), new SilenceOutput()));
            if (!finished && state.function() != null) {
                function.expire(state.function(), new SilenceOutput());
            }
        }
    }

    private void take(KafkaRecord record) throws IOException {
        try {
            SensorPacket packet = record.packet(packetCodec);
            if (fresh && packet.getEpoch() < epoch) {
                return;
            }
            if (packet.getEpoch() == epoch) {
                packets.computeIfAbsent(packet.getSensorId(), name -> new Packets())
                        .add(packet, record);
            }
        } catch (BadRecordException e) {
            // The pipeline has its own words for it.
        }
        lastOffset = record.offset;
        try {
            processor.accept(record, settings.state().expiryMillis(), this);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("offset " + record.offset + ": " + e.getMessage(), e);
        }
    }

    /** Decisions up to the last one wanted, in their order. */
    List<Replayed> decisions() {
        return decisions;
    }

    /** Replayed packets of the epoch by sensor. */
    Map<String, Packets> packets() {
        return packets;
    }

    /** Whether the last one wanted came out. */
    boolean finished() {
        return finished;
    }

    /** Whether no record made the last one wanted come out, but the silence after the log's last. */
    boolean bySilence() {
        return bySilence;
    }

    /** Of the record that was taken in last, -1 if there was none. */
    long lastOffset() {
        return lastOffset;
    }

    @Override
    public KeyState<NetworkKeyState> value() {
        return state;
    }

    @Override
    public void update(KeyState<NetworkKeyState> newState) {
        state = newState;
    }

    @Override
    public void result(Topic topic, OutgoingRecord result) {
        // Every decision goes to the live topic, and some to the durable one too.
        if (topic.delivery() == Topic.Delivery.AT_LEAST_ONCE && !finished) {
            try {
                decided(decisionCodec.decode(result.value), result.value);
            } catch (BadRecordException e) {
                throw new IllegalStateException("a decision that cannot be read", e);
            }
        }
    }

    private void decided(Decision decision, byte[] bytes) {
        decisions.add(new Replayed(decision, bytes));
        if (isLast.test(decision)) {
            finished = true;
            atLast.run();
        }
    }

    @Override
    public void report(SequenceReportKind kind, OutgoingRecord report) {}

    @Override
    public void deadLetter(OutgoingRecord letter) {}

    @Override
    public void taken(int events) {}

    private final class SilenceOutput implements PacketFunction.Output {

        @Override
        public void emit(Topic topic, SpecificRecordBase result) {
            if (topic.delivery() == Topic.Delivery.AT_LEAST_ONCE && !finished) {
                decided((Decision) result, decisionCodec.encode((Decision) result));
                bySilence = finished;
            }
        }

        @Override
        public void report(SequenceReport report) {}
    }
}
