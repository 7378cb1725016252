package io.fluxon.launcher.explain;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.launcher.state.SavepointStates;
import io.fluxon.networks.model.Model;
import io.fluxon.pipelines.PipelineSettings;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.KeyState;
import io.fluxon.streams.SensorPosition;
import io.fluxon.streams.network.NetworkKeyState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * A decision made again.
 *
 * @param recorded as its topic has it
 * @param start in words, where the replay began
 * @param replayed the decision that came out again
 * @param window all decisions of the replay on the same window up to this one, it included
 * @param packets of the epoch that were replayed, by sensor
 * @param lastOffset of the record that made the decision come out
 * @param activity of the window's network; where the replay began with a state, only what came after
 * @param other what another model says; null if none was asked
 * @param otherModel that model, or null
 */
record Explanation(
        RecordedDecision recorded,
        String start,
        boolean fromSavepoint,
        Decision replayed,
        List<String> differences,
        List<Decision> window,
        Map<String, DecisionReplay.Packets> packets,
        String packetsTopic,
        int packetsPartition,
        long lastOffset,
        SensorKind sensor,
        Model model,
        NetworkView view,
        Activity activity,
        Decision other,
        Model otherModel) {

    private static final long PICOS_PER_MICRO = 1_000_000;

    /**
     * Finds the decision, and makes it again from the packets' log.
     *
     * @param savepoint of the pipeline's job, null for none
     * @param other model that is to see the same packets, null for none
     */
    static Explanation of(PipelineSettings settings, String bootstrap, DecisionName name, Path savepoint, Model other)
            throws IOException {
        RecordedDecision recorded = RecordedDecision.find(bootstrap, settings, name);
        Model model = settings.model().open();
        NetworkView view = NetworkView.of(model);
        KeyState<NetworkKeyState> saved = savepoint == null ? null : saved(savepoint, settings.sensor(), name.sensor());
        try (KeyLog log = KeyLog.open(bootstrap, settings.topicsByRole().get("packets"), name.sensor())) {
            String fallback = "";
            if (savepoint != null) {
                String unusable = unusable(saved, name);
                if (unusable == null) {
                    Run run = new Run(settings, model, view, saved, recorded);
                    String start = "the savepoint, which has " + positions(saved, name.epoch());
                    run.replay(log, log.offsetAt(saved.appendUnixMillis()), log.endOffset());
                    if (run.replay.finished()) {
                        return run.explanation(
                                log, start, true, otherDecision(settings, other, recorded, log, run), other);
                    }
                    unusable = "has the sensor beyond the decision, or the log no longer has what followed it";
                }
                fallback = "; the savepoint " + unusable;
            }
            long fromOffset = startOffset(settings.sensor(), log, recorded);
            Run run = new Run(settings, model, view, null, recorded);
            run.replay(log, fromOffset, log.endOffset());
            if (!run.replay.finished()) {
                throw new IOException(name + ": the log's packets no longer give it, " + log.place() + ": "
                        + (run.replay.packets().isEmpty()
                                ? "it has none of the epoch"
                                : run.replay.decisions().size() + " decisions came out"));
            }
            boolean whole = run.replay.packets().values().stream().allMatch(packets -> packets.fromSequence() == 0);
            String start = (whole
                            ? "fresh at the epoch's START"
                            : "fresh at the oldest packet that the log has of the epoch: its START is gone")
                    + fallback;
            return run.explanation(log, start, false, otherDecision(settings, other, recorded, log, run), other);
        }
    }

    private static Decision otherDecision(
            PipelineSettings settings, Model other, RecordedDecision recorded, KeyLog log, Run run) throws IOException {
        if (other == null) {
            return null;
        }
        Decision decision = recorded.decision();
        DecisionReplay replay =
                new DecisionReplay(settings, other, null, null, decision.getEpoch(), any -> false, () -> {});
        replay.run(log, startOffset(settings.sensor(), log, recorded), run.endOffset(log));
        Decision last = null;
        for (DecisionReplay.Replayed replayed : replay.decisions()) {
            Decision candidate = replayed.decision();
            if (isOfWindow(candidate, decision) && candidate.getToOffset() <= decision.getToOffset()) {
                last = candidate;
            }
        }
        if (last == null) {
            throw new IOException(other.name() + " decides nothing on this interval");
        }
        return last;
    }

    private static boolean isOfWindow(Decision one, Decision decision) {
        return one.getEpoch() == decision.getEpoch() && one.getFromOffset() == decision.getFromOffset();
    }

    /** One replay under the pipeline's own model. */
    private static final class Run {

        private final PipelineSettings settings;
        private final Model model;
        private final NetworkView view;
        private final RecordedDecision recorded;
        private final Activity activity;
        private final DecisionReplay replay;

        Run(
                PipelineSettings settings,
                Model model,
                NetworkView view,
                KeyState<NetworkKeyState> state,
                RecordedDecision recorded) {
            this.settings = settings;
            this.model = model;
            this.view = view;
            this.recorded = recorded;
            Decision decision = recorded.decision();
            activity = new Activity(
                    decision.getEpoch(),
                    micros(decision, decision.getFromOffset()),
                    view.layers().size());
            replay = new DecisionReplay(
                    settings,
                    model,
                    activity,
                    state,
                    decision.getEpoch(),
                    made -> made.getEpoch() == decision.getEpoch() && made.getSequence() == decision.getSequence(),
                    activity::close);
        }

        void replay(KeyLog log, long fromOffset, long toOffset) throws IOException {
            replay.run(log, fromOffset, toOffset);
        }

        /** Behind the record that made the decision come out; the log's end where it was a silence. */
        long endOffset(KeyLog log) {
            return replay.bySilence() ? log.endOffset() : replay.lastOffset() + 1;
        }

        Explanation explanation(KeyLog log, String start, boolean fromSavepoint, Decision other, Model otherModel) {
            List<DecisionReplay.Replayed> all = replay.decisions();
            DecisionReplay.Replayed last = all.get(all.size() - 1);
            Decision decision = recorded.decision();
            return new Explanation(
                    recorded,
                    start,
                    fromSavepoint,
                    last.decision(),
                    differences(recorded, last),
                    all.stream()
                            .map(DecisionReplay.Replayed::decision)
                            .filter(one -> isOfWindow(one, decision))
                            .toList(),
                    replay.packets(),
                    settings.topicsByRole().get("packets"),
                    log.partition(),
                    replay.lastOffset(),
                    settings.sensor(),
                    model,
                    view,
                    activity,
                    other,
                    otherModel);
        }
    }

    /** The fields in which two decisions differ, with both values; empty if they are the same bytes. */
    private static List<String> differences(RecordedDecision recorded, DecisionReplay.Replayed replayed) {
        List<String> differences = new ArrayList<>();
        if (Arrays.equals(recorded.bytes(), replayed.bytes())) {
            return differences;
        }
        for (Schema.Field field : Decision.getClassSchema().getFields()) {
            Object was = recorded.decision().get(field.pos());
            Object is = replayed.decision().get(field.pos());
            if (was == null ? is != null : !was.equals(is)) {
                differences.add(field.name() + " " + was + " recorded, " + is + " replayed");
            }
        }
        if (differences.isEmpty()) {
            differences.add("written by another version of the contract, the fields are the same");
        }
        return differences;
    }

    @SuppressWarnings("unchecked") // a network's states are the function's own class, which is looked at
    private static KeyState<NetworkKeyState> saved(Path savepoint, SensorKind kind, String key) throws IOException {
        List<KeyState<NetworkKeyState>> states = new ArrayList<>();
        SavepointStates.open(savepoint).forEach(kind, key, (name, state, bytes) -> {
            if (state.function() == null || state.function() instanceof NetworkKeyState) {
                states.add((KeyState<NetworkKeyState>) state);
            }
        });
        return states.isEmpty() ? null : states.get(0);
    }

    /** Why a replay up to the decision cannot begin with a state; null if it can be tried. */
    private static String unusable(KeyState<NetworkKeyState> state, DecisionName name) {
        if (state == null) {
            return "has no network's state of this key";
        }
        boolean under = false;
        for (SensorPosition position : state.sensors()) {
            if (position.epoch() > name.epoch()) {
                return "has the sensor at epoch " + position.epoch() + ", after the decision";
            }
            under |= position.epoch() == name.epoch() && !position.ended();
        }
        return under ? null : "has the sensor outside epoch " + name.epoch() + ", so the epoch's START is nearer";
    }

    private static String positions(KeyState<NetworkKeyState> state, long epoch) {
        List<String> positions = new ArrayList<>();
        for (SensorPosition position : state.sensors()) {
            if (position.epoch() == epoch) {
                positions.add(position.sensorId() + " before sequence " + position.nextSequence());
            }
        }
        return String.join(", ", positions);
    }

    /**
     * An offset from which on the log has all packets of the decision's epoch: goes back from the packet that made it leave
     * until each of the key's sensors has begun the epoch, or is in an earlier one.
     */
    private static long startOffset(SensorKind kind, KeyLog log, RecordedDecision recorded) throws IOException {
        int sensors = kind == SensorKind.WATCH ? 2 : 1;
        long epoch = recorded.decision().getEpoch();
        long from = recorded.sourceAppendUnixMillis() < 0
                ? log.endOffset()
                : log.offsetAt(recorded.sourceAppendUnixMillis() + 1);
        AvroCodec<SensorPacket> codec = new AvroCodec<>(SensorPacket.class);
        Set<String> begun = new HashSet<>();
        return log.searchBack(from, records -> {
            for (KafkaRecord record : records) {
                try {
                    SensorPacket packet = record.packet(codec);
                    if (packet.getEpoch() < epoch
                            || packet.getEpoch() == epoch && packet.getKind() == PacketKind.START) {
                        begun.add(packet.getSensorId());
                    }
                } catch (BadRecordException e) {
                    // Not a packet, so it begins nothing.
                }
            }
            return begun.size() >= sensors;
        });
    }

    /** Microseconds since the epoch's base. */
    static long micros(Decision decision, long offset) {
        return decision.getOffsetUnitPicoseconds() >= PICOS_PER_MICRO
                ? offset * (decision.getOffsetUnitPicoseconds() / PICOS_PER_MICRO)
                : offset / (PICOS_PER_MICRO / decision.getOffsetUnitPicoseconds());
    }

    long fromMicros() {
        return micros(replayed, replayed.getFromOffset());
    }

    long toMicros() {
        return micros(replayed, replayed.getToOffset());
    }

    /** The class with the second highest score, -1 if there is none. */
    int runnerUp() {
        return runnerUp(replayed);
    }

    /** The class with the second highest score of a decision, -1 if there is none. */
    static int runnerUp(Decision decision) {
        int best = -1;
        List<Float> scores = decision.getScores();
        for (int c = 0; c < scores.size(); c++) {
            if (c != decision.getClassIndex() && (best < 0 || scores.get(c) > scores.get(best))) {
                best = c;
            }
        }
        return best;
    }

    /** What a neuron sent, and what it says for the winner against the runner-up. */
    record Share(int neuron, long count, double sum, double contribution) {}

    /** The readout's neurons by their contribution, the largest first; empty if the model has no such readout. */
    List<Share> shares() {
        List<Share> shares = new ArrayList<>();
        NetworkView.Readout readout = view.readout();
        if (readout == null) {
            return shares;
        }
        Activity.Entries entries =
                readout.layer() == NetworkView.INPUT ? activity.inputs() : activity.layer(readout.layer());
        for (int neuron = 0; neuron < Math.min(readout.neurons(), entries.neurons()); neuron++) {
            if (entries.countOf(neuron) > 0) {
                double sum = entries.sumOf(neuron);
                shares.add(new Share(
                        neuron,
                        entries.countOf(neuron),
                        sum,
                        readout.contribution(neuron, sum, replayed.getClassIndex(), runnerUp())));
            }
        }
        shares.sort((one, two) -> one.contribution() != two.contribution()
                ? Double.compare(two.contribution(), one.contribution())
                : Integer.compare(one.neuron(), two.neuron()));
        return shares;
    }

    /** How much one place of the input gave. */
    record Place(int input, long count, double absoluteSum) {}

    /** Places of the input by the sum of the magnitudes that they gave, the largest first; of a delta network by changes sent. */
    List<Place> places() {
        Activity.Entries entries = view.delta() ? activity.layer(0) : activity.inputs();
        List<Place> places = new ArrayList<>();
        for (int input = 0; input < entries.neurons(); input++) {
            if (entries.absoluteSumOf(input) > 0) {
                places.add(new Place(input, entries.countOf(input), entries.absoluteSumOf(input)));
            }
        }
        places.sort((one, two) -> one.absoluteSum() != two.absoluteSum()
                ? Double.compare(two.absoluteSum(), one.absoluteSum())
                : Integer.compare(one.input(), two.input()));
        return places;
    }

    /** Where an input lies: a camera's pixel, a channel of any other sensor. */
    String placeName(int input) {
        if (sensor != SensorKind.CAMERA) {
            return "channel " + input;
        }
        int[] shape = view.inputShape();
        int width = shape[shape.length - 1];
        int height = shape[shape.length - 2];
        String pixel = "x " + input % width + ", y " + input / width % height;
        boolean polarity = shape.length == 3 && shape[0] == 2;
        return polarity ? pixel + (input < width * height ? ", OFF" : ", ON") : pixel;
    }
}
