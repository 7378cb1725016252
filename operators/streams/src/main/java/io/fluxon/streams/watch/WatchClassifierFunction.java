package io.fluxon.streams.watch;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionPackets;
import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.SideOutputs;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Keeps the join of both motion streams and one network per device. Expects packets valid and in order by sensor. Every
 * decision is final and leaves as main output and to {@link SideOutputs#LIVE}.
 */
public final class WatchClassifierFunction extends KeyedProcessFunction<String, KafkaRecord, OutgoingRecord> {

    private static final long serialVersionUID = 1;

    private final ModelFile modelFile;

    private transient WatchClassifier classifier;
    private transient ValueState<DeviceState> states;
    private transient AvroCodec<SensorPacket> packetCodec;
    private transient AvroCodec<Decision> decisionCodec;
    private transient AvroCodec<SequenceReport> reportCodec;
    private transient MotionBatch batch;
    private transient Counter samples;
    private transient Counter late;

    public WatchClassifierFunction(ModelFile modelFile) {
        this.modelFile = modelFile;
    }

    @Override
    public void open(OpenContext context) {
        classifier = new WatchClassifier(DeltaGru.compile(modelFile.open()));
        states = getRuntimeContext().getState(new ValueStateDescriptor<>("device", new DeviceStateSerializer()));
        packetCodec = new AvroCodec<>(SensorPacket.class);
        decisionCodec = new AvroCodec<>(Decision.class);
        reportCodec = new AvroCodec<>(SequenceReport.class);
        batch = new MotionBatch();
        samples = getRuntimeContext().getMetricGroup().counter("samples");
        late = getRuntimeContext().getMetricGroup().counter("latePackets");
    }

    @Override
    public void processElement(KafkaRecord in, Context context, Collector<OutgoingRecord> out) throws Exception {
        SensorPacket packet = in.packet(packetCodec);
        MotionPackets.decode(packet, batch);
        DeviceState state = states.value();
        if (state == null) {
            state = new DeviceState();
        }
        if (classifier.accept(state, packet, batch, decision -> emit(decision, in, context, out))) {
            samples.inc(batch.size());
        } else {
            late.inc();
            context.output(SideOutputs.SEQUENCE_REPORTS, lateReport(in, packet));
        }
        states.update(state);
    }

    private void emit(Decision decision, KafkaRecord in, Context context, Collector<OutgoingRecord> out) {
        byte[] value = decisionCodec.encode(decision);
        context.output(
                SideOutputs.LIVE, new OutgoingRecord(Topic.WATCH_LIVE_DECISIONS, in.key, value, in.appendUnixMillis));
        out.collect(new OutgoingRecord(Topic.WATCH_DECISIONS, in.key, value, in.appendUnixMillis));
    }

    private OutgoingRecord lateReport(KafkaRecord in, SensorPacket packet) {
        byte[] value = reportCodec.encode(new SequenceReport(
                packet.getSensorId(),
                packet.getEpoch(),
                SequenceReportKind.LATE,
                packet.getSequence(),
                packet.getSequence(),
                packet.getRecordingId()));
        return new OutgoingRecord(Topic.WATCH_SEQUENCE_REPORTS, in.key, value, in.appendUnixMillis);
    }
}
