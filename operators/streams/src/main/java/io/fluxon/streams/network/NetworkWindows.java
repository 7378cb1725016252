package io.fluxon.streams.network;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.streams.network.NetworkSettings.Kind;
import io.fluxon.streams.network.NetworkSettings.Then;
import io.fluxon.streams.network.NetworkSettings.Window;
import io.fluxon.streams.network.OpenEpoch.Made;
import io.fluxon.streams.network.OpenEpoch.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** The windows of {@link NetworkFunction}: takes an epoch's input in order and decides. */
final class NetworkWindows {

    private static final long NEVER = Long.MAX_VALUE;

    /** Steps of one silence in a network whose silences are not free: some seconds of work at most. */
    private static final long MAX_SILENT_STEPS = 1_000_000;

    private static final long PICOSECONDS_PER_MICROSECOND = 1_000_000;

    private final StreamNetwork network;
    private final Model model;
    private final boolean samples;
    private final NetworkSettings settings;
    private final Kind kind;
    private final Made made;
    private final long stepMicros;

    /** Samples from one decision to the next, 0 if time decides. */
    private final int windowSteps;

    /** Least silence at which a run of events has to stop. */
    private final long runSilenceMicros;

    private final float[] scores;

    /** Time of the input that is being taken in, {@link #NEVER} if none is. */
    private long nowMicros = NEVER;

    /** Null where nobody listens. */
    private final NetworkListener listener;

    /** What the network is at work on while somebody listens. */
    private long heardEpoch;

    private OpenWindow heardWindow;
    private long heardSampleMicros;

    private long[] clock = new long[0];
    private int[] selected = new int[0];

    /** @param listener null for none */
    NetworkWindows(StreamNetwork network, boolean samples, NetworkSettings settings, NetworkListener listener) {
        this.network = network;
        this.model = network.model();
        this.samples = samples;
        this.settings = settings;
        Window window = settings.window();
        this.kind = window.kind();
        int inputs = Arrays.stream(network.inputShape()).reduce(1, (a, b) -> a * b);
        this.made = new Made(model.name(), model.version(), model.stepMicros(), inputs, window, settings.everyMicros());
        this.stepMicros = model.stepMicros();
        this.windowSteps = kind == Kind.CONTINUOUS && settings.everyMicros() == 0 ? network.windowSteps() : 0;
        long sessionSilence = kind == Kind.SESSION ? window.gapMicros() : NEVER;
        long freshSilence = settings.maxSilenceMicros() == 0 ? NEVER : settings.maxSilenceMicros() + 1;
        this.runSilenceMicros = Math.min(sessionSilence, freshSilence);
        this.scores = new float[model.classes().size()];
        this.listener = listener;
        if (listener != null) {
            network.listen(this::tellMessages);
        }
        check();
    }

    private void tellMessages(int layer, long step, int[] neurons, double[] values, int count) {
        long timeMicros = samples ? heardSampleMicros : heardWindow.clockMicros + step * stepMicros;
        for (int i = 0; i < count; i++) {
            listener.message(heardEpoch, heardWindow.fromMicros, timeMicros, layer, neurons[i], values[i]);
        }
    }

    /** Notes what the network is about to work on. */
    private void hear(OpenEpoch epoch, OpenWindow window) {
        heardEpoch = epoch.epoch;
        heardWindow = window;
    }

    private void tellEvents(int[] inputs, int from, int to) {
        if (listener != null) {
            for (int i = from; i < to; i++) {
                listener.input(heardEpoch, heardWindow.fromMicros, heardWindow.clockMicros + clock[i], inputs[i], 1);
            }
        }
    }

    private void tellSample(long timeMicros, float[] sample) {
        heardSampleMicros = timeMicros;
        if (listener != null) {
            for (int i = 0; i < sample.length; i++) {
                listener.input(heardEpoch, heardWindow.fromMicros, timeMicros, i, sample[i]);
            }
        }
    }

    private void check() {
        requireWholeSteps(settings.everyMicros());
        requireWholeSteps(settings.window().lengthMicros());
        requireWholeSteps(settings.window().slideMicros());
        if (kind == Kind.CONTINUOUS && settings.everyMicros() == 0 && windowSteps == 0) {
            throw new ModelException(model.name()
                    + ": a continuous window needs every, or a recurrent model, whose metadata has window_steps");
        }
        boolean endless = kind == Kind.EPOCH || kind == Kind.CONTINUOUS;
        if (!samples && endless && settings.maxSilenceMicros() == 0 && network.steppedInSilenceBecause() != null) {
            throw new ModelException(
                    model.name() + ": the network must cost nothing in a silence, as a jump in time may"
                            + " be of any length, unless max-silence or a tumbling, sliding or session window bounds it; in this"
                            + " one " + network.steppedInSilenceBecause());
        }
        long silentSteps = longestSilenceMicros() / stepMicros;
        if (!samples && network.steppedInSilenceBecause() != null && silentSteps > MAX_SILENT_STEPS) {
            throw new ModelException(model.name() + ": a silence may take " + silentSteps + " steps, more than "
                    + MAX_SILENT_STEPS + ": max-silence or the window is too long for a network in which "
                    + network.steppedInSilenceBecause());
        }
        if (settings.earlyExit() != null && scores.length < 2) {
            throw new ModelException(model.name() + ": an early exit compares classes, this model has one");
        }
    }

    /** Longest time without events that a network lives through; 0 if there is no bound. */
    private long longestSilenceMicros() {
        long boundMicros =
                Math.max(settings.window().lengthMicros(), settings.window().gapMicros());
        long maxMicros = settings.maxSilenceMicros();
        return boundMicros == 0 || maxMicros == 0 ? Math.max(boundMicros, maxMicros) : Math.min(boundMicros, maxMicros);
    }

    private void requireWholeSteps(long micros) {
        if (micros % stepMicros != 0) {
            throw new ModelException(
                    model.name() + ": a step of " + stepMicros + " us does not divide " + micros + " us");
        }
    }

    /** What makes the networks of these windows. */
    Made made() {
        return made;
    }

    /** Whether an epoch that another version of the model has begun can go on with this one. */
    boolean canTakeOver(OpenEpoch epoch) {
        if (!made.mayGoOnAs(epoch.made)) {
            return false;
        }
        for (OpenWindow window : epoch.windows) {
            if (window.memory != null && !network.fits(window.memory)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes in events.
     *
     * @param inputs index of the network's input of each event
     */
    void takeEvents(OpenEpoch epoch, int[] inputs, long[] timesMicros, int size, Consumer<Decision> decisions) {
        if (clock.length < size) {
            clock = new long[timesMicros.length];
        }
        int from = 0;
        while (from < size) {
            reach(epoch, timesMicros[from], false, decisions);
            int to = EventRuns.endOfRun(timesMicros, from, size, runLimit(epoch), epoch.lastMicros, runSilenceMicros);
            takeRun(epoch, inputs, timesMicros, from, to);
            from = to;
        }
    }

    /** Takes in one sample, which holds from its time to the next step. */
    void takeSample(
            OpenEpoch epoch, long timeMicros, boolean newSegment, float[] sample, Consumer<Decision> decisions) {
        reach(epoch, timeMicros, newSegment, decisions);
        boolean taken = false;
        for (OpenWindow window : epoch.windows) {
            if (window.memory == null) {
                continue;
            }
            if (windowSteps > 0 && window.steps % windowSteps == 0) {
                window.fromMicros = timeMicros;
            }
            hear(epoch, window);
            tellSample(timeMicros, sample);
            network.step(window.memory, sample);
            window.steps++;
            window.changed = true;
            taken = true;
        }
        epoch.events += taken ? 1 : 0;
        epoch.skippedEvents += taken ? 0 : 1;
        pass(epoch, timeMicros);
        if (windowSteps > 0) {
            OpenWindow window = epoch.windows.get(0);
            if (window.steps % windowSteps == 0) {
                decide(epoch, window, DecisionKind.FINAL, timeMicros + stepMicros, NEVER, decisions);
            }
        }
    }

    /** Closes what is open, as the epoch is over; one without END has ended with its last input. */
    void end(OpenEpoch epoch, Consumer<Decision> decisions) {
        begin(epoch);
        nowMicros = NEVER;
        long endMicros = epoch.isComplete() ? epoch.endMicros : epoch.lastMicros;
        decideUntil(epoch, endMicros, decisions);
        for (OpenWindow window : epoch.windows) {
            boolean due =
                    switch (kind) {
                        case EPOCH -> epoch.isComplete();
                        case CONTINUOUS -> window.changed && windowSteps == 0;
                        default -> true;
                    };
            if (window.memory != null && due) {
                hear(epoch, window);
                completeUntil(epoch, window, endMicros);
                network.complete(window.memory);
                long toMicros = kind == Kind.SESSION ? epoch.lastMicros : endMicros;
                decide(
                        epoch,
                        window,
                        DecisionKind.FINAL,
                        Math.max(window.fromMicros, toMicros),
                        window.endMicros,
                        decisions);
            }
        }
    }

    /** Closes the session under way, if there is one, as nothing has come for its gap. */
    void fallSilent(OpenEpoch epoch, Consumer<Decision> decisions) {
        if (kind == Kind.SESSION) {
            nowMicros = NEVER;
            closeUntil(epoch, NEVER, decisions);
        }
    }

    /** Brings the epoch to the time of its next input: decides what is due before, and has the windows open that it is in. */
    private void reach(OpenEpoch epoch, long timeMicros, boolean newSegment, Consumer<Decision> decisions) {
        begin(epoch);
        nowMicros = timeMicros;
        decideUntil(epoch, timeMicros, decisions);
        boolean silence =
                settings.maxSilenceMicros() > 0 && timeMicros - epoch.lastMicros > settings.maxSilenceMicros();
        if (newSegment || silence) {
            for (OpenWindow window : epoch.windows) {
                startAfresh(epoch, window, timeMicros);
            }
        }
        open(epoch, timeMicros);
    }

    private void begin(OpenEpoch epoch) {
        if (epoch.begun) {
            return;
        }
        epoch.begun = true;
        epoch.lastMicros = epoch.fromMicros;
        epoch.nextEstimateMicros = settings.everyMicros() == 0 ? NEVER : multipleAfter(epoch.fromMicros);
        if (kind == Kind.EPOCH || kind == Kind.CONTINUOUS) {
            long clockMicros = settings.maxSilenceMicros() == 0 ? 0 : wholeSteps(epoch.fromMicros);
            epoch.windows.add(newWindow(epoch.fromMicros, NEVER, clockMicros));
        }
    }

    private OpenWindow newWindow(long fromMicros, long endMicros, long clockMicros) {
        OpenWindow window = new OpenWindow(fromMicros, endMicros, clockMicros, network.newMemory());
        if (kind == Kind.CONTINUOUS && network.countsSpikes()) {
            window.countsBefore = new float[scores.length];
        }
        return window;
    }

    private void startAfresh(OpenEpoch epoch, OpenWindow window, long timeMicros) {
        if (window.memory == null) {
            return;
        }
        forgetMemory(epoch, window);
        window.memory = network.newMemory();
        window.clockMicros = wholeSteps(timeMicros);
        window.steps = 0;
        window.countsBefore = new float[window.countsBefore.length];
        if (listener != null) {
            listener.restarted(epoch.epoch, window.fromMicros, timeMicros);
        }
    }

    private static void forgetMemory(OpenEpoch epoch, OpenWindow window) {
        if (window.memory != null) {
            epoch.spikes += window.memory.spikes();
            epoch.synapticOperations += window.memory.synapticOperations();
            window.memory = null;
        }
    }

    /** Opens the windows that the time lies in and that are not open yet. */
    private void open(OpenEpoch epoch, long timeMicros) {
        List<OpenWindow> windows = epoch.windows;
        if (kind == Kind.SESSION && windows.isEmpty()) {
            long fromMicros = Math.max(timeMicros, epoch.lastMicros);
            windows.add(newWindow(fromMicros, fromMicros, wholeSteps(fromMicros)));
        } else if (kind == Kind.TUMBLING || kind == Kind.SLIDING) {
            long length = settings.window().lengthMicros();
            long stride = settings.window().strideMicros();
            long first = Math.max(0, Math.floorDiv(timeMicros - length, stride) + 1);
            if (!windows.isEmpty()) {
                first = Math.max(first, windows.get(windows.size() - 1).fromMicros / stride + 1);
            }
            for (long k = first; k <= timeMicros / stride; k++) {
                windows.add(newWindow(k * stride, k * stride + length, k * stride));
            }
        }
    }

    /** An event at this time or later opens, closes or decides something. */
    private long runLimit(OpenEpoch epoch) {
        if (kind != Kind.TUMBLING && kind != Kind.SLIDING) {
            return epoch.nextEstimateMicros;
        }
        OpenWindow oldest = epoch.windows.get(0);
        OpenWindow newest = epoch.windows.get(epoch.windows.size() - 1);
        long limit =
                Math.min(oldest.endMicros, newest.fromMicros + settings.window().strideMicros());
        return Math.min(limit, epoch.nextEstimateMicros);
    }

    /** Takes in events that nothing comes between; all are in the oldest window. */
    private void takeRun(OpenEpoch epoch, int[] inputs, long[] timesMicros, int from, int to) {
        int taken = 0;
        for (int w = 0; w < epoch.windows.size(); w++) {
            OpenWindow window = epoch.windows.get(w);
            if (window.memory == null) {
                continue;
            }
            long heldMicros = settings.everyMicros() == 0 ? 0 : epoch.nextEstimateMicros - settings.everyMicros();
            long leastMicros = Math.max(Math.max(window.fromMicros, heldMicros), window.clockMicros);
            int count = to - from;
            hear(epoch, window);
            if (w == 0) {
                window.lateEvents += EventRuns.rebaseTimes(
                        timesMicros, from, to, window.fromMicros, leastMicros, window.clockMicros, clock);
                tellEvents(inputs, from, to);
                network.advance(window.memory, inputs, clock, from, to);
            } else {
                if (selected.length < inputs.length) {
                    selected = new int[inputs.length];
                }
                count = EventRuns.selectEvents(
                        inputs,
                        timesMicros,
                        from,
                        to,
                        window.fromMicros,
                        leastMicros,
                        window.clockMicros,
                        selected,
                        clock);
                tellEvents(selected, 0, count);
                network.advance(window.memory, selected, clock, 0, count);
            }
            window.changed |= count > 0;
            taken = Math.max(taken, count);
        }
        epoch.events += taken;
        epoch.skippedEvents += to - from - taken;
        pass(epoch, EventRuns.latest(timesMicros, from, to));
    }

    private void pass(OpenEpoch epoch, long timeMicros) {
        epoch.lastMicros = Math.max(epoch.lastMicros, timeMicros);
        if (kind == Kind.SESSION) {
            epoch.windows.get(0).endMicros =
                    epoch.lastMicros + settings.window().gapMicros();
        }
    }

    /** Gives, in the order of time, the estimates and the ends of windows that are due by this time. */
    private void decideUntil(OpenEpoch epoch, long timeMicros, Consumer<Decision> decisions) {
        if (timeMicros >= epoch.nextEstimateMicros) {
            closeUntil(epoch, epoch.nextEstimateMicros, decisions);
            estimate(epoch, epoch.nextEstimateMicros, decisions);
            epoch.nextEstimateMicros = multipleAfter(timeMicros);
            if (kind == Kind.CONTINUOUS) {
                OpenWindow window = epoch.windows.get(0);
                window.fromMicros = Math.max(window.fromMicros, epoch.nextEstimateMicros - settings.everyMicros());
                window.lateEvents = 0;
                window.forgottenMissing = 0;
            }
        }
        closeUntil(epoch, timeMicros, decisions);
    }

    private void closeUntil(OpenEpoch epoch, long timeMicros, Consumer<Decision> decisions) {
        while (!epoch.windows.isEmpty() && epoch.windows.get(0).endMicros <= timeMicros) {
            OpenWindow window = epoch.windows.get(0);
            if (window.memory != null) {
                hear(epoch, window);
                completeUntil(epoch, window, window.endMicros);
                if (kind == Kind.SESSION) {
                    network.complete(window.memory);
                }
                long toMicros = kind == Kind.SESSION ? epoch.lastMicros : window.endMicros;
                decide(epoch, window, DecisionKind.FINAL, toMicros, window.endMicros, decisions);
            }
            forgetMemory(epoch, window);
            epoch.windows.remove(0);
        }
    }

    private void estimate(OpenEpoch epoch, long timeMicros, Consumer<Decision> decisions) {
        for (OpenWindow window : epoch.windows) {
            if (window.memory != null && window.changed) {
                hear(epoch, window);
                completeUntil(epoch, window, timeMicros);
                decide(
                        epoch,
                        window,
                        kind == Kind.CONTINUOUS ? DecisionKind.FINAL : DecisionKind.ESTIMATE,
                        timeMicros,
                        timeMicros,
                        decisions);
            }
        }
    }

    /** Has the network live to this time, but not longer in a silence than it may. */
    private void completeUntil(OpenEpoch epoch, OpenWindow window, long timeMicros) {
        if (!samples) {
            long untilMicros = settings.maxSilenceMicros() == 0
                    ? timeMicros
                    : Math.min(timeMicros, epoch.lastMicros + settings.maxSilenceMicros());
            network.completeUntil(window.memory, untilMicros - window.clockMicros);
        }
    }

    /**
     * Reads the scores and gives a decision; an estimate that is sure enough becomes an early one.
     *
     * @param dueMicros what begins at this time or later does not concern it
     */
    private void decide(
            OpenEpoch epoch,
            OpenWindow window,
            DecisionKind wanted,
            long toMicros,
            long dueMicros,
            Consumer<Decision> decisions) {
        network.scores(window.memory, scores);
        for (int c = 0; c < window.countsBefore.length; c++) {
            float count = scores[c];
            scores[c] -= window.countsBefore[c];
            window.countsBefore[c] = count;
        }
        boolean early = wanted == DecisionKind.ESTIMATE
                && settings.earlyExit() != null
                && !window.decidedEarly
                && margin(scores) >= settings.earlyExit().margin();
        decisions.accept(decision(epoch, window, early ? DecisionKind.EARLY : wanted, toMicros, dueMicros));
        window.changed = false;
        if (early) {
            window.decidedEarly = true;
            if (settings.earlyExit().then() == Then.STOP) {
                forgetMemory(epoch, window);
            }
        }
    }

    /** Best score less the second best. */
    static double margin(float[] scores) {
        double best = Double.NEGATIVE_INFINITY;
        double second = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            second = Math.max(second, Math.min(best, score));
            best = Math.max(best, score);
        }
        return best - second;
    }

    private Decision decision(
            OpenEpoch epoch, OpenWindow window, DecisionKind decisionKind, long toMicros, long dueMicros) {
        List<Float> scoreList = new ArrayList<>(scores.length);
        int best = 0;
        for (int c = 0; c < scores.length; c++) {
            scoreList.add(scores[c]);
            best = scores[c] > scores[best] ? c : best;
        }
        long spikes = epoch.spikes;
        long synapticOperations = epoch.synapticOperations;
        for (OpenWindow open : epoch.windows) {
            if (open.memory != null) {
                spikes += open.memory.spikes();
                synapticOperations += open.memory.synapticOperations();
            }
        }
        // A gap of one sensor of a watch may be known before the other has come as far.
        long gapsBefore = Math.min(nowMicros, dueMicros);
        boolean wholeEpoch = kind == Kind.EPOCH || kind == Kind.CONTINUOUS;
        Subject subject = epoch.subject;
        long offsetsPerMicro = PICOSECONDS_PER_MICROSECOND / subject.offsetUnitPicoseconds();
        return Decision.newBuilder()
                .setSensorId(subject.sensorId())
                .setEpoch(epoch.epoch)
                .setSequence(epoch.decisions++)
                .setKind(decisionKind)
                .setRecordingId(subject.recordingId())
                .setFromOffset(window.fromMicros * offsetsPerMicro)
                .setToOffset(toMicros * offsetsPerMicro)
                .setBaseUnixNanos(subject.baseUnixNanos())
                .setOffsetUnitPicoseconds(subject.offsetUnitPicoseconds())
                .setLabel(model.classes().get(best))
                .setClassIndex(best)
                .setScores(scoreList)
                .setModel(model.name())
                .setModelVersion(model.version())
                .setEvents(epoch.events)
                .setSpikes(spikes)
                .setSynapticOperations(synapticOperations)
                .setDenseOperations(denseOperations(epoch, toMicros))
                .setMissingPackets(
                        wholeEpoch
                                ? epoch.missingPackets
                                : window.forgottenMissing + epoch.gaps.packetsWithin(window.fromMicros, gapsBefore))
                .setClockDomain(subject.clockDomain())
                .setGaps(epoch.gaps.within(window.fromMicros, gapsBefore, epoch.sensorIds))
                .setLateEvents(window.lateEvents)
                .setSkippedEvents(epoch.skippedEvents)
                .build();
    }

    /** Of one evaluation of every step of the epoch so far, however many windows share it. */
    private long denseOperations(OpenEpoch epoch, long toMicros) {
        return samples
                ? (epoch.events + epoch.skippedEvents) * network.denseOperationsPerStep()
                : network.denseOperations(epoch.fromMicros, toMicros);
    }

    /** The first multiple of the estimates' distance after a time. */
    private long multipleAfter(long micros) {
        return (micros / settings.everyMicros() + 1) * settings.everyMicros();
    }

    private long wholeSteps(long micros) {
        return micros / stepMicros * stepMicros;
    }
}
