package io.fluxon.launcher.state;

import io.fluxon.streams.KeyState;
import io.fluxon.streams.KeyStateSerializer;
import io.fluxon.streams.PacketOperator;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.state.api.output.SnapshotUtils;
import org.apache.flink.state.api.output.TaggedOperatorSubtaskState;
import org.apache.flink.state.api.runtime.VoidTriggerable;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Takes keys with the bytes of their states and writes what a {@link PacketOperator} restores: the states and its timers. The State
 * Processor API's own function would write the timers under a name that the operator does not have.
 */
final class KeyedStateWriter extends AbstractStreamOperator<TaggedOperatorSubtaskState>
        implements OneInputStreamOperator<Tuple2<String, byte[]>, TaggedOperatorSubtaskState>, BoundedOneInput {

    private static final long serialVersionUID = 1;

    private final KeyStateSerializer<Object> serializer;
    private final long checkpointId;
    private final long savepointUnixMillis;
    private final Path savepoint;

    private transient ValueState<KeyState<Object>> states;
    private transient InternalTimerService<VoidNamespace> timers;

    KeyedStateWriter(
            KeyStateSerializer<Object> serializer, long checkpointId, long savepointUnixMillis, Path savepoint) {
        this.serializer = serializer;
        this.checkpointId = checkpointId;
        this.savepointUnixMillis = savepointUnixMillis;
        this.savepoint = savepoint;
    }

    @Override
    public void open() throws Exception {
        super.open();
        states = getRuntimeContext().getState(new ValueStateDescriptor<>(PacketOperator.STATE_NAME, serializer));
        timers = getInternalTimerService(
                PacketOperator.TIMERS_NAME, VoidNamespaceSerializer.INSTANCE, VoidTriggerable.instance());
    }

    @Override
    public void processElement(StreamRecord<Tuple2<String, byte[]>> element) throws Exception {
        KeyState<Object> state = SavepointStates.decode(serializer, element.getValue().f1);
        states.update(state);
        if (state.timerUnixMillis() != KeyState.NO_TIMER) {
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, state.timerUnixMillis());
        }
    }

    @Override
    public void endInput() throws Exception {
        Configuration job = getContainingTask().getJobConfiguration();
        output.collect(new StreamRecord<>(SnapshotUtils.snapshot(
                checkpointId,
                this,
                getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                savepointUnixMillis,
                CheckpointingOptions.getCheckpointingMode(job),
                CheckpointingOptions.isUnalignedCheckpointEnabled(job),
                getContainingTask().getConfiguration().getConfiguration(),
                savepoint)));
    }
}
