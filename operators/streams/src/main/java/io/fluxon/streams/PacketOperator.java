package io.fluxon.streams;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Topic;
import java.nio.charset.StandardCharsets;
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

/**
 * Runs a {@link PacketFunction} on the packets of each key, with one state per key ({@link KeyState});
 * {@link PacketProcessor} has the rules. Results of exactly-once topics are the main output; the others, sequence reports and
 * dead letters are {@link SideOutputs}.
 *
 * <p>Flink's event time is the log's: the times at which the broker appended the records. It decides only when a
 * key is silent: a key without packets for {@link PacketFunction#silenceMillis()} has its function told, one without for
 * {@link StateSettings#expiryMillis()} is over. Both are judged by the key's next packet if that comes before the timer, so
 * with a log whose times do not run back the results do not depend on which comes first.
 */
public final class PacketOperator<S> extends AbstractStreamOperator<OutgoingRecord>
        implements OneInputStreamOperator<KafkaRecord, OutgoingRecord>,
                Triggerable<String, VoidNamespace>,
                PacketProcessor.Store<S>,
                PacketProcessor.Output {

    private static final long serialVersionUID = 1;

    /** Name of the keyed state in a savepoint. */
    public static final String STATE_NAME = "keys";

    /** Name of the timers in a savepoint; a timer's namespace is void, its time {@link KeyState#timerUnixMillis()}. */
    public static final String TIMERS_NAME = "silence";

    private final SensorKind kind;
    private final PacketFunction.Factory<S> factory;
    private final OrderSettings orderSettings;
    private final StateSettings stateSettings;

    private transient PacketFunction<S> function;
    private transient PacketProcessor<S> processor;
    private transient HotStates<KeyState<S>> states;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient Counter packets;
    private transient Counter events;
    private transient Counter deadLetters;
    private transient Counter expiredKeys;
    private transient Counter[] reports;
    private transient StreamRecord<OutgoingRecord> outgoing;

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

    /** The state of a key as a savepoint has it. */
    public static <S> ValueStateDescriptor<KeyState<S>> stateDescriptor(ValueSerializer<S> serializer) {
        return new ValueStateDescriptor<>(STATE_NAME, new KeyStateSerializer<>(serializer));
    }

    @Override
    public void open() throws Exception {
        super.open();
        function = factory.create();
        processor = new PacketProcessor<>(kind, function, orderSettings, this);
        KeyedStateBackend<Object> backend = getKeyedStateBackend();
        // A backend on the heap keeps the very objects and may write them while the task goes on.
        boolean isOnHeap = backend instanceof HeapKeyedStateBackend;
        states = new HotStates<>(
                isOnHeap ? 0 : stateSettings.hotKeys(),
                getRuntimeContext().getState(stateDescriptor(function.serializer())),
                backend);
        timers = getInternalTimerService(TIMERS_NAME, VoidNamespaceSerializer.INSTANCE, this);
        MetricGroup metrics = getMetricGroup();
        packets = metrics.counter("packets");
        events = metrics.counter("events");
        deadLetters = metrics.counter("deadLetters");
        expiredKeys = metrics.counter("expiredKeys");
        metrics.gauge("hotKeys", states::size);
        reports = new Counter[SequenceReportKind.values().length];
        for (SequenceReportKind reportKind : SequenceReportKind.values()) {
            reports[reportKind.ordinal()] = metrics.counter("sequenceReports." + reportKind);
        }
        outgoing = new StreamRecord<>(null);
    }

    @Override
    public void processElement(StreamRecord<KafkaRecord> element) throws Exception {
        processor.accept(element.getValue(), stateSettings.expiryMillis(), this);
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        KeyState<S> state = states.value();
        if (state == null || state.timerUnixMillis != timer.getTimestamp()) {
            // The key was forgotten, or has a timer of its own again.
            return;
        }
        state.timerUnixMillis = KeyState.NO_TIMER;
        byte[] key = timer.getKey().getBytes(StandardCharsets.UTF_8);
        KeyState<S> left = processor.afterSilence(state, key, timer.getTimestamp(), stateSettings.expiryMillis());
        if (left == null) {
            expiredKeys.inc();
        }
        update(left);
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("no timer is set in processing time");
    }

    @Override
    public KeyState<S> value() throws Exception {
        return states.value();
    }

    @Override
    public void update(KeyState<S> state) throws Exception {
        if (state != null) {
            setTimer(state);
        } else {
            deleteTimer(states.value());
        }
        states.update(state);
    }

    /**
     * A key has one timer, never later than it is wanted; where packets have come since it was set, it is set anew when it
     * fires.
     */
    private void setTimer(KeyState<S> state) {
        long waitMillis = stateSettings.expiryMillis() > 0 ? stateSettings.expiryMillis() : Long.MAX_VALUE;
        if (function.silenceMillis() > 0 && state.function != null && !state.silenceTold) {
            waitMillis = Math.min(waitMillis, function.silenceMillis());
        }
        if (waitMillis == Long.MAX_VALUE) {
            return;
        }
        // A packet of the millisecond before is not yet beyond the silence.
        long atUnixMillis = state.appendUnixMillis + waitMillis + 1;
        if (state.timerUnixMillis == KeyState.NO_TIMER || atUnixMillis < state.timerUnixMillis) {
            deleteTimer(state);
            state.timerUnixMillis = atUnixMillis;
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, atUnixMillis);
        }
    }

    private void deleteTimer(KeyState<S> state) {
        if (state != null && state.timerUnixMillis != KeyState.NO_TIMER) {
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, state.timerUnixMillis);
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        states.flush();
    }

    @Override
    public void result(Topic topic, OutgoingRecord result) {
        if (topic.delivery() == Topic.Delivery.EXACTLY_ONCE) {
            output.collect(outgoing.replace(result));
        } else {
            output.collect(SideOutputs.LIVE, new StreamRecord<>(result));
        }
    }

    @Override
    public void report(SequenceReportKind reportKind, OutgoingRecord report) {
        reports[reportKind.ordinal()].inc();
        output.collect(SideOutputs.SEQUENCE_REPORTS, new StreamRecord<>(report));
    }

    @Override
    public void deadLetter(OutgoingRecord letter) {
        deadLetters.inc();
        output.collect(SideOutputs.DEAD_LETTERS, new StreamRecord<>(letter));
    }

    @Override
    public void taken(int taken) {
        packets.inc();
        events.inc(taken);
    }
}
