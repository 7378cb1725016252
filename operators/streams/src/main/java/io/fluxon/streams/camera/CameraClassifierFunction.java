package io.fluxon.streams.camera;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.Sequencer;
import io.fluxon.streams.SideOutputs;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Keeps one network per camera and advances it with the camera's packets. Expects them valid and in order, as {@link
 * CameraPacketValidator} and {@link Sequencer} leave them. Final decisions are the main output; every decision goes to
 * {@link SideOutputs#LIVE}.
 */
public final class CameraClassifierFunction extends KeyedProcessFunction<String, KafkaRecord, OutgoingRecord> {

    private static final long serialVersionUID = 1;

    private final ModelFile modelFile;

    private transient EpochClassifier classifier;
    private transient ValueState<EpochState> states;
    private transient AvroCodec<SensorPacket> packetCodec;
    private transient AvroCodec<Decision> decisionCodec;
    private transient CameraBatch batch;
    private transient Counter events;

    public CameraClassifierFunction(ModelFile modelFile) {
        this.modelFile = modelFile;
    }

    @Override
    public void open(OpenContext context) {
        classifier = new EpochClassifier(NetworkPlan.compile(modelFile.open()));
        states = getRuntimeContext().getState(new ValueStateDescriptor<>("epoch", new EpochStateSerializer()));
        packetCodec = new AvroCodec<>(SensorPacket.class);
        decisionCodec = new AvroCodec<>(Decision.class);
        batch = new CameraBatch();
        events = getRuntimeContext().getMetricGroup().counter("events");
    }

    @Override
    public void processElement(KafkaRecord in, Context context, Collector<OutgoingRecord> out) throws Exception {
        SensorPacket packet = in.packet(packetCodec);
        CameraPackets.decode(packet, batch);
        EpochState state =
                classifier.accept(states.value(), packet, batch, decision -> emit(decision, in, context, out));
        if (state == null) {
            states.clear();
        } else {
            states.update(state);
        }
        events.inc(batch.size());
    }

    private void emit(Decision decision, KafkaRecord in, Context context, Collector<OutgoingRecord> out) {
        byte[] value = decisionCodec.encode(decision);
        context.output(
                SideOutputs.LIVE, new OutgoingRecord(Topic.CAMERA_LIVE_DECISIONS, in.key, value, in.appendUnixMillis));
        if (decision.getKind() == DecisionKind.FINAL) {
            out.collect(new OutgoingRecord(Topic.CAMERA_DECISIONS, in.key, value, in.appendUnixMillis));
        }
    }
}
