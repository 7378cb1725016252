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
import io.fluxon.schemas.DeadLetter;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * What {@link PacketOperator} does with the records of a key, without Flink: state and record in, state and results out.
 *
 * <p>A record that is no packet the function can take becomes a dead letter before its number counts, so it never takes the
 * place of a good one. The packets that can be used go through the {@link Sequencer} to the function. A {@link Control}
 * record acts where it stands in the log.
 */
public final class PacketProcessor<S> {

    /** Takes what leaves. */
    public interface Output {

        /** A result; its topic's delivery says how it has to travel. */
        void result(Topic topic, OutgoingRecord result);

        void report(SequenceReportKind kind, OutgoingRecord report);

        void deadLetter(OutgoingRecord letter);

        /** The function has taken in a packet of so many events, samples or pulses. */
        void taken(int events);
    }

    private final SensorKind kind;
    private final PacketFunction<S> function;
    private final Sequencer sequencer;
    private final Output output;
    private final AvroCodec<SensorPacket> packetCodec = new AvroCodec<>(SensorPacket.class);
    private final AvroCodec<Control> controlCodec = new AvroCodec<>(Control.class);
    private final AvroCodec<SequenceReport> reportCodec = new AvroCodec<>(SequenceReport.class);
    private final AvroCodec<DeadLetter> letterCodec = new AvroCodec<>(DeadLetter.class);
    private final Map<Topic, AvroCodec<SpecificRecordBase>> resultCodecs = new EnumMap<>(Topic.class);
    private final Turn turn = new Turn();

    public PacketProcessor(SensorKind kind, PacketFunction<S> function, OrderSettings orderSettings, Output output) {
        this.kind = kind;
        this.function = function;
        this.output = output;
        sequencer = new Sequencer(
                orderSettings, kind == SensorKind.CAMERA ? CameraPackets.MAY_RUN_BACK_MICROS : 0, packetCodec);
    }

    /** Access to the state of the key of the record at hand. */
    public interface Store<S> {

        /** Null if the key has none. */
        KeyState<S> value() throws Exception;

        /** Null deletes it. */
        void update(KeyState<S> state) throws Exception;
    }

    /**
     * Takes in one record.
     *
     * @param expiryMillis log time without packets after which the key's state is over; 0 for never
     */
    public void accept(KafkaRecord in, long expiryMillis, Store<S> store) throws Exception {
        SensorPacket packet;
        try {
            if (controlCodec.isNamedBy(in.value)) {
                forget(in, expiryMillis, store);
                return;
            }
            packet = decoded(in);
            turn.decode(in, packet);
        } catch (MalformedPacketException e) {
            turn.deadLetter(in, e);
            return;
        }
        KeyState<S> state = store.value();
        if (state != null) {
            state = afterSilence(state, in.key, in.appendUnixMillis, expiryMillis);
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
        } else {
            turn.state = state;
            sequencer.accept(position, in, packet, turn);
            // The log's times may step back where a broker's clock was set.
            state.appendUnixMillis = Math.max(state.appendUnixMillis, in.appendUnixMillis);
            state.silenceTold = false;
        }
        store.update(state);
    }

    /**
     * What the log's time since the key's newest record does to its state: the function is told of a silence; a state that
     * has expired lets its held packets pass and is over.
     *
     * @return null if it is over
     */
    KeyState<S> afterSilence(KeyState<S> state, byte[] key, long nowUnixMillis, long expiryMillis) throws Exception {
        long silentMillis = nowUnixMillis - state.appendUnixMillis;
        turn.state = state;
        turn.key = key;
        turn.appendUnixMillis = state.appendUnixMillis;
        if (function.silenceMillis() > 0
                && silentMillis > function.silenceMillis()
                && !state.silenceTold
                && state.function != null) {
            state.silenceTold = true;
            state.function = function.silent(state.function, turn);
        }
        if (expiryMillis == 0 || silentMillis <= expiryMillis) {
            return state;
        }
        for (SensorPosition position : state.sensors) {
            sequencer.flush(position, turn);
        }
        if (state.function != null) {
            function.expire(state.function, turn);
        }
        for (SensorPosition position : state.sensors) {
            if (!position.ended) {
                turn.report(new SequenceReport(
                        position.sensorId,
                        position.epoch,
                        SequenceReportKind.UNFINISHED,
                        position.nextSequence,
                        position.nextSequence,
                        null));
            }
        }
        return null;
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

    private void forget(KafkaRecord in, long expiryMillis, Store<S> store) throws Exception {
        Control control;
        try {
            control = controlCodec.decode(in.value);
        } catch (BadRecordException e) {
            throw new MalformedPacketException(Rule.BAD_AVRO, e.getMessage());
        }
        if (!isKey(in, control.getKey())) {
            throw new MalformedPacketException(Rule.KEY_MISMATCH, "the key is not the control record's");
        }
        KeyState<S> state = store.value();
        if (state != null) {
            // The timer that would have told of the silence before may not have come yet.
            afterSilence(state, in.key, in.appendUnixMillis, expiryMillis);
        }
        store.update(null);
        turn.report(in, control.getKey(), SequenceReportKind.FORGOTTEN, 0, 0, 0, null);
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

        @Override
        public void next(KafkaRecord in, SensorPacket packet) throws Exception {
            if (decoded != in) {
                try {
                    decode(in, packet);
                } catch (MalformedPacketException e) {
                    // Held by a job whose function had other settings.
                    deadLetter(in, e);
                    return;
                }
            }
            key = in.key;
            appendUnixMillis = in.appendUnixMillis;
            state.function = function.accept(state.function, packet, this);
            output.taken(function.events());
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
            output.report(report.getKind(), record(kind.sequenceReports(), reportCodec.encode(report)));
        }

        @Override
        public void deadLetter(KafkaRecord in, MalformedPacketException reason) {
            byte[] letterKey = cut(in.key, Topic.Limits.DEAD_LETTER_KEY);
            byte[] value = cut(in.value, Topic.Limits.DEAD_LETTER_VALUE);
            String detail =
                    reason.getMessage() + cutNotice("key", letterKey, in.key) + cutNotice("value", value, in.value);
            DeadLetter letter = new DeadLetter(
                    reason.rule().name(), detail, in.topic, in.partition, in.offset, wrap(letterKey), wrap(value));
            output.deadLetter(
                    new OutgoingRecord(kind.deadLetters(), letterKey, letterCodec.encode(letter), in.appendUnixMillis));
        }

        @Override
        public void emit(Topic topic, SpecificRecordBase result) {
            if (result != lastResult) {
                lastResult = result;
                lastBytes = resultCodecs
                        .computeIfAbsent(topic, PacketProcessor::codec)
                        .encode(result);
            }
            output.result(topic, record(topic, lastBytes));
        }

        private OutgoingRecord record(Topic topic, byte[] value) {
            return new OutgoingRecord(topic, key, value, appendUnixMillis);
        }
    }

    @SuppressWarnings("unchecked") // the schema's class is the topic's contract
    private static AvroCodec<SpecificRecordBase> codec(Topic topic) {
        return new AvroCodec<>((Class<SpecificRecordBase>) SpecificData.get().getClass(topic.schema()));
    }

    /** A broker's limit is on compressed bytes, so a record may be of any size here; a letter must fit its topic. */
    private static byte[] cut(byte[] bytes, int limit) {
        return bytes == null || bytes.length <= limit ? bytes : Arrays.copyOf(bytes, limit);
    }

    private static String cutNotice(String name, byte[] kept, byte[] whole) {
        return kept == whole ? "" : "; " + name + " cut to " + kept.length + " of " + whole.length + " bytes";
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
