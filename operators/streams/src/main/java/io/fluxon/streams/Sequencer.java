package io.fluxon.streams;

import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Topic;
import java.util.Arrays;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets through each sensor's packets once and in the order of (epoch, sequence), at once and without watermarks. A
 * packet beyond the next one tells of a gap: it is reported and passed over, since within a Kafka partition an
 * idempotent producer's packets cannot overtake each other. Repeats and late packets are reported and dropped. Times may
 * not run back from packet to packet, a camera's not by more than its words may; a packet that does is a dead letter and
 * does not use up its number. The sensors of one
 * key are counted each on its own.
 */
public final class Sequencer extends KeyedProcessFunction<String, KafkaRecord, KafkaRecord> {

    private static final long serialVersionUID = 1;

    /** Where a sensor's stream stands. */
    public static final class Position {
        public long epoch;
        public long nextSequence;
        public boolean ended;
        public long lastOffset;

        /** Gaps of the epoch, from and to in turn; the newest {@link #REMEMBERED_GAPS} of them. */
        public long[] gaps = new long[0];

        static final int REMEMBERED_GAPS = 64;

        boolean isInGap(long sequence) {
            for (int i = 0; i < gaps.length; i += 2) {
                if (gaps[i] <= sequence && sequence <= gaps[i + 1]) {
                    return true;
                }
            }
            return false;
        }

        void addGap(long from, long to) {
            int oldest = gaps.length == 2 * REMEMBERED_GAPS ? 2 : 0;
            int kept = gaps.length - oldest;
            gaps = Arrays.copyOf(Arrays.copyOfRange(gaps, oldest, gaps.length), kept + 2);
            gaps[kept] = from;
            gaps[kept + 1] = to;
        }
    }

    /** By how much a packet may begin before the end of the one before it, offset units. */
    private final long mayRunBack;

    private final Topic reportTopic;
    private final Topic deadLetterTopic;

    private transient MapState<String, Position> positions;
    private transient AvroCodec<SensorPacket> packetCodec;
    private transient AvroCodec<SequenceReport> reportCodec;
    private transient DeadLetters deadLetters;
    private transient Counter[] reportCounters;

    public Sequencer(SensorKind kind) {
        mayRunBack = kind == SensorKind.CAMERA ? CameraPackets.MAY_RUN_BACK_MICROS : 0;
        reportTopic = kind.sequenceReports();
        deadLetterTopic = kind.deadLetters();
    }

    @Override
    public void open(OpenContext context) {
        positions = getRuntimeContext()
                .getMapState(new MapStateDescriptor<>("positions", Types.STRING, Types.POJO(Position.class)));
        packetCodec = new AvroCodec<>(SensorPacket.class);
        reportCodec = new AvroCodec<>(SequenceReport.class);
        MetricGroup metrics = getRuntimeContext().getMetricGroup();
        deadLetters = new DeadLetters(deadLetterTopic, metrics);
        reportCounters = new Counter[SequenceReportKind.values().length];
        for (SequenceReportKind kind : SequenceReportKind.values()) {
            reportCounters[kind.ordinal()] = metrics.counter("sequenceReports." + kind);
        }
    }

    @Override
    public void processElement(KafkaRecord in, Context context, Collector<KafkaRecord> out) throws Exception {
        SensorPacket packet = decoded(in);
        long sequence = packet.getSequence();
        Position position = positions.get(packet.getSensorId());
        if (position == null || packet.getEpoch() > position.epoch) {
            if (position != null && !position.ended) {
                report(
                        in,
                        context,
                        SequenceReportKind.UNFINISHED,
                        position.epoch,
                        position.nextSequence,
                        position.nextSequence);
            }
            position = new Position();
            position.epoch = packet.getEpoch();
            positions.put(packet.getSensorId(), position);
        }
        if (packet.getEpoch() < position.epoch) {
            report(in, context, SequenceReportKind.LATE, packet.getEpoch(), sequence, sequence);
            return;
        }
        if (sequence < position.nextSequence || position.ended) {
            boolean late = sequence >= position.nextSequence || position.isInGap(sequence);
            SequenceReportKind kind = late ? SequenceReportKind.LATE : SequenceReportKind.DUPLICATE;
            report(in, context, kind, position.epoch, sequence, sequence);
            return;
        }
        if (packet.getFirstOffset() < position.lastOffset - mayRunBack) {
            String detail = "firstOffset " + packet.getFirstOffset() + " is before " + position.lastOffset
                    + ", the end of the packet before"
                    + (mayRunBack == 0 ? "" : ", by more than the " + mayRunBack + " us that a camera may");
            context.output(
                    SideOutputs.DEAD_LETTERS,
                    deadLetters.letter(in, new MalformedPacketException(Rule.TIME_RUNS_BACK, detail)));
            return;
        }
        if (sequence > position.nextSequence) {
            position.addGap(position.nextSequence, sequence - 1);
            report(in, context, SequenceReportKind.GAP, position.epoch, position.nextSequence, sequence - 1);
        }
        position.nextSequence = sequence + 1;
        position.lastOffset = Math.max(position.lastOffset, packet.getLastOffset());
        position.ended = packet.getKind() == PacketKind.END;
        positions.put(packet.getSensorId(), position);
        out.collect(in);
    }

    private SensorPacket decoded(KafkaRecord in) {
        try {
            return in.packet(packetCodec);
        } catch (BadRecordException e) {
            throw new IllegalStateException("the validator passes readable packets only", e);
        }
    }

    private void report(
            KafkaRecord in, Context context, SequenceReportKind kind, long epoch, long fromSequence, long toSequence) {
        reportCounters[kind.ordinal()].inc();
        SensorPacket packet = decoded(in);
        String recordingId = epoch == packet.getEpoch() ? packet.getRecordingId() : null;
        byte[] value = reportCodec.encode(
                new SequenceReport(packet.getSensorId(), epoch, kind, fromSequence, toSequence, recordingId));
        context.output(
                SideOutputs.SEQUENCE_REPORTS, new OutgoingRecord(reportTopic, in.key, value, in.appendUnixMillis));
    }
}
