package io.fluxon.streams;

import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.Control;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Runs a {@link PacketFunction} on the packets of each key, with one state per key ({@link KeyState}).
 *
 * <p>A record that is no packet the function can take leaves as a dead letter before its number counts, so it never takes the
 * place of a good one. The packets that can be used go through the {@link Sequencer} to the function. Results of exactly-once
 * topics are the main output, the others {@link SideOutputs#LIVE}. A {@link Control} record acts where it stands in the log.
 *
 * <p>Flink's event time is the log's: the times at which the broker appended the records. It decides only when a
 * key is silent: a key without packets for {@link PacketFunction#silenceMillis()} has its function told, one without for
 * {@link StateSettings#expiryMillis()} lets its held packets pass and is deleted. Both are judged by the key's next packet if
 * that comes before the timer, so with a log whose times do not run back the results do not depend on which comes first.
 */
public final class PacketOperator<S> extends AbstractStreamOperator<OutgoingRecord>
        implements OneInputStreamOperator<KafkaRecord, OutgoingRecord>, Triggerable<String, VoidNamespace> {

    private static final long serialVersionUID = 1;

    /** Name of the keyed state in a savepoint. */
    public static final String STATE_NAME = "keys";

    private final SensorKind kind;
    private final PacketFunction.Factory<S> factory;
    private final OrderSettings orderSettings;
    private final StateSettings stateSettings;

    private transient PacketFunction<S> function;
    private transient Sequencer sequencer;
    private transient HotStates<KeyState<S>> states;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient AvroCodec<SensorPacket> packetCodec;
    private transient AvroCodec<Control> controlCodec;
    private transient AvroCodec<SequenceReport> reportCodec;
    private transient Map<Topic, AvroCodec<SpecificRecordBase>> resultCodecs;
    private transient DeadLetters deadLetters;
    private transient Counter packets;
    private transient Counter events;
    private transient Counter expired;
    private transient Counter[] reportCounters;
    private transient StreamRecord<OutgoingRecord> outgoing;
    private transient Turn turn;

    public PacketOperator(
            SensorKind kind,
            PacketFunction.Factory<S> factory,
            OrderSettings orderSettings,
            StateSettings stateSettings) {
        this.kind = kind;
        this.factory = factory;
        this.orderSettings = orderSettings;
        this.stateSettings = stateSettings;
    }

    /** What names the state of a key in a savepoint. */
    public static <S> ValueStateDescriptor<KeyState<S>> stateDescriptor(ValueSerializer<S> serializer) {
        return new ValueStateDescriptor<>(STATE_NAME, new KeyStateSerializer<>(serializer));
    }

    @Override
    public void open() throws Exception {
        super.open();
        function = factory.create();
        packetCodec = new AvroCodec<>(SensorPacket.class);
        controlCodec = new AvroCodec<>(Control.class);
        reportCodec = new AvroCodec<>(SequenceReport.class);
        resultCodecs = new EnumMap<>(Topic.class);
        sequencer = new Sequencer(
                orderSettings, kind == SensorKind.CAMERA ? CameraPackets.MAY_RUN_BACK_MICROS : 0, packetCodec);
        KeyedStateBackend<Object> backend = getKeyedStateBackend();
        // A backend on the heap keeps the very objects and may write them while the task goes on.
        boolean isOnHeap = backend instanceof HeapKeyedStateBackend;
        states = new HotStates<>(
                isOnHeap ? 0 : stateSettings.hotKeys(),
                getRuntimeContext().getState(stateDescriptor(function.serializer())),
                backend);
        timers = getInternalTimerService("silence", VoidNamespaceSerializer.INSTANCE, this);
        MetricGroup metrics = getMetricGroup();
        deadLetters = new DeadLetters(kind.deadLetters(), metrics);
        packets = metrics.counter("packets");
        events = metrics.counter("events");
        expired = metrics.counter("expiredKeys");
        metrics.gauge("hotKeys", states::size);
        reportCounters = new Counter[SequenceReportKind.values().length];
        for (SequenceReportKind reportKind : SequenceReportKind.values()) {
            reportCounters[reportKind.ordinal()] = metrics.counter("sequenceReports." + reportKind);
        }
        outgoing = new StreamRecord<>(null);
        turn = new Turn();
    }

    @Override
    public void processElement(StreamRecord<KafkaRecord> element) throws Exception {
        KafkaRecord in = element.getValue();
        SensorPacket packet;
        try {
            if (controlCodec.isNamedBy(in.value)) {
                forget(in);
                return;
            }
            packet = decoded(in);
            turn.decode(in, packet);
        } catch (MalformedPacketException e) {
            turn.deadLetter(in, e);
            return;
        }
        KeyState<S> state = states.value();
        if (state != null) {
            state = turn.afterSilence(state, in.appendUnixMillis);
        }
        if (state == null) {
            state = new KeyState<>();
        }
        SensorPosition position = state.sensor(packet.getSensorId());
        if (position == null) {
            turn.deadLetter(
                    in,
                    new MalformedPacketException(
                            Rule.BAD_ENVELOPE, "the key has " + KeyState.MAX_SENSORS + " other sensors already"));
            states.update(state);
            return;
        }
        turn.begin(state);
        sequencer.accept(position, in, packet, turn);
        // The log's times may step back where a broker's clock was set.
        state.appendUnixMillis = Math.max(state.appendUnixMillis, in.appendUnixMillis);
        state.silenceTold = false;
        setTimer(state);
        states.update(state);
    }

    /** The packet of a record under its own key. */
    private SensorPacket decoded(KafkaRecord in) throws MalformedPacketException {
        SensorPacket packet;
        try {
            packet = in.packet(packetCodec);
        } catch (BadRecordException e) {
            throw new MalformedPacketException(Rule.BAD_AVRO, e.getMessage());
        }
        if (!isKey(in, PacketEnvelope.key(packet))) {
            throw new MalformedPacketException(
                    Rule.KEY_MISMATCH, "the key is not the packet's sensorId, or of a motion sensor its deviceId");
        }
        return packet;
    }

    private static boolean isKey(KafkaRecord in, String key) {
        return in.key != null && Arrays.equals(in.key, key.getBytes(StandardCharsets.UTF_8));
    }

    private void forget(KafkaRecord in) throws Exception {
        Control control;
        try {
            control = controlCodec.decode(in.value);
        } catch (BadRecordException e) {
            throw new MalformedPacketException(Rule.BAD_AVRO, e.getMessage());
        }
        if (!isKey(in, control.getKey())) {
            throw new MalformedPacketException(Rule.KEY_MISMATCH, "the key is not the control record's");
        }
        KeyState<S> state = states.value();
        if (state != null) {
            deleteTimer(state);
            states.update(null);
        }
        turn.report(in, control.getKey(), SequenceReportKind.FORGOTTEN, 0, 0, 0, null);
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        KeyState<S> state = states.value();
        if (state == null || state.timerUnixMillis != timer.getTimestamp()) {
            return;
        }
        state.timerUnixMillis = KeyState.NO_TIMER;
        state = turn.afterSilence(state, timer.getTimestamp());
        if (state != null) {
            setTimer(state);
        }
        states.update(state);
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("no timer is set in processing time");
    }

    /** A key has one timer at most; where packets have come since it was set, it is set anew when it fires. */
    private void setTimer(KeyState<S> state) {
        long waitMillis = Long.MAX_VALUE;
        if (function.silenceMillis() > 0 && state.function != null && !state.silenceTold) {
            waitMillis = function.silenceMillis();
        }
        if (stateSettings.expiryMillis() > 0) {
            waitMillis = Math.min(waitMillis, stateSettings.expiryMillis());
        }
        if (waitMillis == Long.MAX_VALUE) {
            return;
        }
        // A packet of the millisecond before is not yet beyond the silence.
        long atUnixMillis = state.appendUnixMillis + waitMillis + 1;
        if (state.timerUnixMillis == KeyState.NO_TIMER || atUnixMillis < state.timerUnixMillis) {
            deleteTimer(state);
            state.timerUnixMillis = atUnixMillis;
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, state.timerUnixMillis);
        }
    }

    private void deleteTimer(KeyState<S> state) {
        if (state.timerUnixMillis != KeyState.NO_TIMER) {
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, state.timerUnixMillis);
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        states.flush();
    }

    /** What happens to one key in one call. */
    private final class Turn implements Sequencer.Receiver, PacketFunction.Output {

        private KeyState<S> state;
        private byte[] key;
        private long appendUnixMillis;

        /** The record whose packet the function has decoded last. */
        private KafkaRecord decoded;

        private SpecificRecordBase lastResult;
        private byte[] lastBytes;

        void decode(KafkaRecord in, SensorPacket packet) throws MalformedPacketException {
            decoded = null;
            function.decode(packet);
            decoded = in;
        }

        void begin(KeyState<S> current) {
            state = current;
        }

        /** What the log time since the key's newest record has done to its state; null if it has expired. */
        KeyState<S> afterSilence(KeyState<S> current, long nowUnixMillis) throws Exception {
            long silentMillis = nowUnixMillis - current.appendUnixMillis;
            state = current;
            key = ((String) getCurrentKey()).getBytes(StandardCharsets.UTF_8);
            appendUnixMillis = current.appendUnixMillis;
            if (function.silenceMillis() > 0
                    && silentMillis > function.silenceMillis()
                    && !current.silenceTold
                    && current.function != null) {
                current.silenceTold = true;
                current.function = function.silent(current.function, this);
            }
            if (stateSettings.expiryMillis() > 0 && silentMillis > stateSettings.expiryMillis()) {
                expired.inc();
                for (SensorPosition position : current.sensors) {
                    sequencer.flush(position, this);
                }
                if (current.function != null) {
                    function.expire(current.function, this);
                }
                for (SensorPosition position : current.sensors) {
                    if (!position.ended) {
                        report(new SequenceReport(
                                position.sensorId,
                                position.epoch,
                                SequenceReportKind.UNFINISHED,
                                position.nextSequence,
                                position.nextSequence,
                                null));
                    }
                }
                deleteTimer(current);
                return null;
            }
            return current;
        }

        @Override
        public void next(KafkaRecord in, SensorPacket packet) throws Exception {
            if (decoded != in) {
                decode(in, packet);
            }
            key = in.key;
            appendUnixMillis = in.appendUnixMillis;
            state.function = function.accept(state.function, packet, this);
            packets.inc();
            events.inc(function.events());
        }

        @Override
        public void report(
                KafkaRecord in,
                String sensorId,
                SequenceReportKind reportKind,
                long epoch,
                long fromSequence,
                long toSequence,
                String recordingId) {
            key = in.key;
            appendUnixMillis = in.appendUnixMillis;
            report(new SequenceReport(sensorId, epoch, reportKind, fromSequence, toSequence, recordingId));
        }

        @Override
        public void report(SequenceReport report) {
            reportCounters[report.getKind().ordinal()].inc();
            side(SideOutputs.SEQUENCE_REPORTS, record(kind.sequenceReports(), reportCodec.encode(report)));
        }

        @Override
        public void deadLetter(KafkaRecord in, MalformedPacketException reason) {
            side(SideOutputs.DEAD_LETTERS, deadLetters.letter(in, reason));
        }

        @Override
        public void emit(Topic topic, SpecificRecordBase result) {
            if (result != lastResult) {
                lastResult = result;
                lastBytes = resultCodecs
                        .computeIfAbsent(topic, PacketOperator::codec)
                        .encode(result);
            }
            OutgoingRecord record = record(topic, lastBytes);
            if (topic.delivery() == Topic.Delivery.EXACTLY_ONCE) {
                output.collect(outgoing.replace(record));
            } else {
                side(SideOutputs.LIVE, record);
            }
        }

        private OutgoingRecord record(Topic topic, byte[] value) {
            return new OutgoingRecord(topic, key, value, appendUnixMillis);
        }

        private void side(OutputTag<OutgoingRecord> tag, OutgoingRecord record) {
            output.collect(tag, new StreamRecord<>(record));
        }
    }

    @SuppressWarnings("unchecked")
    private static AvroCodec<SpecificRecordBase> codec(Topic topic) {
        return new AvroCodec<>((Class<SpecificRecordBase>) SpecificData.get().getClass(topic.schema()));
    }
}
