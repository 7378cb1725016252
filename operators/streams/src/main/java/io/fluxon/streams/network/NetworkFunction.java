package io.fluxon.streams.network;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.PacketFunction;
import io.fluxon.streams.ValueSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Any network on the decoded packets of any kind of sensor: a camera's events, a watch's joint samples, the pulses of a
 * digitiser as events of their channels.
 *
 * <p>All times are those of the sensor's own clock in its epoch, in whole microseconds since the base; no window waits for
 * anything but the key's own packets. A network starts at rest in each window, and its clock with the window, rounded down
 * to a whole step. The epoch's END closes what is open. An epoch that never gets its END is over when the next begins or
 * the key's state expires: what is open is then FINAL to the last event's time, but EPOCH gives nothing.
 *
 * <table>
 * <caption>Windows</caption>
 * <tr><td>EPOCH</td><td>one from the epoch's first packet to its END, which gives the FINAL even without events. The
 * network's clock is the epoch's, or with {@code max-silence} begins with the epoch</td></tr>
 * <tr><td>TUMBLING</td><td>[k L, (k + 1) L), k from 0. FINAL when an event, or the END, is at its end or later; one that the
 * END cuts short is FINAL to the END's time. A window without events gives no decision</td></tr>
 * <tr><td>SLIDING</td><td>[k S, k S + L), likewise, each with a network of its own, which starts at rest</td></tr>
 * <tr><td>SESSION</td><td>from the first event to the last before a silence of at least the gap, both inclusive. FINAL at the
 * event after the silence, the END, or where nothing of the key was appended to the log for the gap and 1 s; a packet that
 * the log gets later than that begins a new session whatever its times are. The scores are those after the gap, or of the
 * END</td></tr>
 * <tr><td>CONTINUOUS</td><td>the network lives through the epoch. FINAL about [T - every, T) at every multiple T of {@code
 * every} before which an event came, and about what is left at the END; scores that count spikes count those of the
 * interval. Without {@code every}, FINAL after every window_steps samples of a segment, and none about a rest</td></tr>
 * </table>
 *
 * <p>An ESTIMATE is given of each open window at every multiple T of {@code every}, if anything came since its last
 * decision: what an event before T can say, given once an event, or the END, is at T or later. So a jump in time costs
 * nothing. Early exit: the first estimate at which the best score is ahead of the second by the margin is EARLY, once in a
 * window. After STOP the window takes in nothing more and has no FINAL; after REVISE it goes on, and its FINAL counts,
 * whatever it says.
 *
 * <p>Networks live through {@code max-silence} after the last event and then stand still. The event after a longer
 * silence, and the first sample of a new segment of a watch ({@link io.fluxon.signals.motion.MotionResampler}), starts the
 * networks of all open windows at rest, with their clocks at it; the windows' intervals stay. A network that a silence costs
 * work, step by step, needs such a bound: this one, or that of a tumbling, sliding or session window.
 *
 * <p>Some cameras' times run back by a little. An event acts in the network's open step, or if later at the last estimate
 * time that an earlier event has passed, or if later at its window's start: one that is earlier than the start of the oldest
 * open window acts there and counts as late. Of sliding windows it acts in all that its own time lies in and that are open.
 * Nothing is dropped.
 *
 * <p>Counters of a decision are those of its epoch, all windows together; an event counts once in however many windows it
 * is. {@code denseOperations} is one dense evaluation of each step. Gaps are those whose hole touches the interval; {@code
 * missingPackets} counts their packets, of EPOCH and CONTINUOUS all of the epoch.
 *
 * <p>A watch has two sensors on one key, and one may begin its next epoch before the other has ended the last one. A sensor
 * that begins an epoch has ended all earlier ones, and an epoch two behind the newest is over; a packet of such an epoch is
 * reported as late and not taken in.
 *
 * <p>An epoch that another version of the model began goes on where all arrays are as long, as after a retraining:
 * potentials stay, decisions name the new version. With any other model, or other windows, it goes on afresh, and what came
 * before counts as missing; decisions go on with their number.
 *
 * <p>Output is a pure function of the packets, however they are cut, and of the silences that are told.
 */
public final class NetworkFunction implements PacketFunction<NetworkKeyState> {

    /** Log time by which a packet may be late and still go on with its session. */
    private static final long SESSION_GRACE_MILLIS = 1000;

    private static final long MICROS_PER_MILLI = 1000;

    private final DecodedStream stream;
    private final NetworkWindows windows;
    private final NetworkSettings settings;
    private final Topic decisionTopic;
    private final Topic liveTopic;
    private final NetworkKeyStateSerializer serializer = new NetworkKeyStateSerializer();

    /** Makes functions of one model; travels with the job. */
    public record Factory(SensorKind kind, ModelFile modelFile, NetworkSettings settings)
            implements PacketFunction.Factory<NetworkKeyState> {

        @Override
        public NetworkFunction create() {
            return new NetworkFunction(kind, modelFile.open(), settings);
        }
    }

    public NetworkFunction(SensorKind kind, Model model, NetworkSettings settings) {
        this(kind, StreamNetwork.of(model), settings, null);
    }

    /** A function whose networks a listener hears; what it decides is the same. */
    public NetworkFunction(SensorKind kind, Model model, NetworkSettings settings, NetworkListener listener) {
        this(kind, StreamNetwork.of(model), settings, listener);
    }

    /** A recurrent network whose thresholds may differ from its model's. */
    public NetworkFunction(SensorKind kind, DeltaGru network, NetworkSettings settings) {
        this(kind, new DeltaNetwork(network), settings, null);
    }

    private NetworkFunction(
            SensorKind kind, StreamNetwork network, NetworkSettings settings, NetworkListener listener) {
        this.stream = DecodedStream.of(kind, network);
        this.windows = new NetworkWindows(network, stream.samples(), settings, listener);
        this.settings = settings;
        switch (kind) {
            case CAMERA -> {
                this.decisionTopic = Topic.CAMERA_DECISIONS;
                this.liveTopic = Topic.CAMERA_LIVE_DECISIONS;
            }
            case WATCH -> {
                this.decisionTopic = Topic.WATCH_DECISIONS;
                this.liveTopic = Topic.WATCH_LIVE_DECISIONS;
            }
            case PULSES -> {
                this.decisionTopic = Topic.PULSES_DECISIONS;
                this.liveTopic = Topic.PULSES_LIVE_DECISIONS;
            }
            default -> throw new IllegalArgumentException("sensors of kind " + kind);
        }
    }

    @Override
    public void decode(SensorPacket packet) throws MalformedPacketException {
        stream.decode(packet);
    }

    @Override
    public int events() {
        return stream.size();
    }

    @Override
    public NetworkKeyState accept(NetworkKeyState state, SensorPacket packet, Output output) {
        NetworkKeyState key = state == null ? new NetworkKeyState() : state;
        Consumer<Decision> decisions = decision -> emit(decision, output);
        int sensor = stream.sensor(packet);
        endEarlierEpochs(key, packet.getEpoch(), sensor, decisions);
        OpenEpoch open = packet.getEpoch() <= key.closedEpoch ? null : open(key, packet, decisions);
        if (open == null) {
            output.report(new SequenceReport(
                    packet.getSensorId(),
                    packet.getEpoch(),
                    SequenceReportKind.LATE,
                    packet.getSequence(),
                    packet.getSequence(),
                    packet.getRecordingId()));
            return key;
        }
        open.follow(sensor, packet);
        stream.read(open.motion, sensor, new DecodedStream.Rows() {
            @Override
            public void events(int[] inputs, long[] timesMicros, int size) {
                windows.takeEvents(open, inputs, timesMicros, size, decisions);
            }

            @Override
            public void sample(long timeMicros, boolean newSegment, float[] sample) {
                windows.takeSample(open, timeMicros, newSegment, sample, decisions);
            }
        });
        if (packet.getKind() == PacketKind.END) {
            open.toldEnd[sensor] = true;
            open.endMicros = Math.max(open.endMicros, DecodedStream.micros(packet, packet.getLastOffset()));
            endSensor(open, sensor);
            closeEnded(key, decisions);
        }
        // A single sensor's packets come in the order of its epochs, so nothing has to be known of those before.
        return stream.sensors() == 1 && key.open.isEmpty() ? null : key;
    }

    @Override
    public long silenceMillis() {
        long gapMicros = settings.window().gapMicros();
        return gapMicros == 0 ? 0 : (gapMicros - 1) / MICROS_PER_MILLI + 1 + SESSION_GRACE_MILLIS;
    }

    @Override
    public NetworkKeyState silent(NetworkKeyState state, Output output) {
        if (state != null) {
            for (OpenEpoch open : state.open) {
                if (windows.canTakeOver(open)) {
                    windows.fallSilent(open, decision -> emit(decision, output));
                }
            }
        }
        return state;
    }

    @Override
    public void expire(NetworkKeyState state, Output output) {
        while (!state.open.isEmpty()) {
            closeOldest(state, decision -> emit(decision, output));
        }
    }

    @Override
    public ValueSerializer<NetworkKeyState> serializer() {
        return serializer;
    }

    /** All decisions on the packets of one key, as the pipeline would give them. */
    public List<Decision> classify(List<SensorPacket> packets) throws MalformedPacketException {
        List<Decision> decisions = new ArrayList<>();
        Output output = new Output() {
            @Override
            public void emit(Topic topic, SpecificRecordBase result) {
                if (topic == liveTopic) {
                    decisions.add((Decision) result);
                }
            }

            @Override
            public void report(SequenceReport report) {}
        };
        NetworkKeyState state = null;
        for (SensorPacket packet : packets) {
            decode(packet);
            state = accept(state, packet, output);
        }
        return decisions;
    }

    private void emit(Decision decision, Output output) {
        output.emit(liveTopic, decision);
        if (decision.getKind() != DecisionKind.ESTIMATE) {
            output.emit(decisionTopic, decision);
        }
    }

    private void endEarlierEpochs(NetworkKeyState key, long epoch, int sensor, Consumer<Decision> decisions) {
        for (OpenEpoch open : key.open) {
            if (open.epoch < epoch) {
                endSensor(open, sensor);
            }
        }
        closeEnded(key, decisions);
    }

    private void endSensor(OpenEpoch open, int sensor) {
        stream.end(open.motion, sensor);
        open.ended[sensor] = true;
    }

    private void closeEnded(NetworkKeyState key, Consumer<Decision> decisions) {
        while (!key.open.isEmpty() && key.open.get(0).isOver()) {
            closeOldest(key, decisions);
        }
    }

    private void closeOldest(NetworkKeyState key, Consumer<Decision> decisions) {
        OpenEpoch oldest = key.open.remove(0);
        if (windows.canTakeOver(oldest)) {
            windows.end(oldest, decisions);
        }
        key.closedEpoch = oldest.epoch;
    }

    /** The memory of the packet's epoch, a new one if there is none; null if newer epochs have taken its place. */
    private OpenEpoch open(NetworkKeyState key, SensorPacket packet, Consumer<Decision> decisions) {
        int place = 0;
        while (place < key.open.size() && key.open.get(place).epoch < packet.getEpoch()) {
            place++;
        }
        if (place < key.open.size() && key.open.get(place).epoch == packet.getEpoch()) {
            OpenEpoch open = key.open.get(place);
            if (!windows.canTakeOver(open)) {
                OpenEpoch afresh = newEpoch(packet);
                afresh.decisions = open.decisions;
                key.open.set(place, afresh);
                return afresh;
            }
            open.made = windows.made();
            return open;
        }
        if (place == 0 && key.open.size() == stream.sensors()) {
            return null;
        }
        OpenEpoch open = newEpoch(packet);
        key.open.add(place, open);
        if (key.open.size() > stream.sensors()) {
            closeOldest(key, decisions);
        }
        return open;
    }

    private OpenEpoch newEpoch(SensorPacket packet) {
        return new OpenEpoch(
                packet.getEpoch(), windows.made(), OpenEpoch.Subject.of(packet), stream.sensors(), stream.newMemory());
    }

    /** inputs[i] = polarity * height * width + y * width + x, or without the polarity. */
    public static void bindInputs(CameraBatch batch, int height, int width, boolean polarity, int[] inputs) {
        int[] address = batch.address();
        int size = batch.size();
        int polarityMask = polarity ? 1 : 0;
        for (int i = 0; i < size; i++) {
            int packed = address[i];
            inputs[i] =
                    ((packed >>> 31 & polarityMask) * height + (packed >>> 16 & 0x7FFF)) * width + (packed & 0xFFFF);
        }
    }
}
