package io.fluxon.streams.network;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.NetworkState;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.streams.network.NetworkSettings.Kind;
import io.fluxon.streams.network.NetworkSettings.Then;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * What a {@link NetworkFunction} has to decide on the events of one whole epoch whose times do not run back: every window by
 * itself, and every decision by a new run of the network over its window's events.
 */
final class SlowWindows {

    private static final long NEVER = Long.MAX_VALUE;

    private final NetworkPlan plan;
    private final NetworkSettings settings;
    private final CameraBatch events;
    private final long endMicros;
    private final List<Expected> decisions = new ArrayList<>();

    /** @param dueMicros time at which it is given */
    record Expected(
            long dueMicros, DecisionKind kind, long fromMicros, long toMicros, List<Float> scores, boolean closing) {}

    SlowWindows(NetworkPlan plan, NetworkSettings settings, CameraBatch events, long endMicros) {
        this.plan = plan;
        this.settings = settings;
        this.events = events;
        this.endMicros = endMicros;
    }

    List<Expected> decisions() {
        long first = events.timeMicros()[0];
        long length = settings.window().lengthMicros();
        switch (settings.window().kind()) {
            case EPOCH -> window(first, NEVER);
            case CONTINUOUS -> continuous();
            case TUMBLING, SLIDING -> {
                long stride = settings.window().kind() == Kind.SLIDING
                        ? settings.window().slideMicros()
                        : length;
                for (long start = 0; start <= endMicros; start += stride) {
                    if (!eventsWithin(start, start + length).isEmpty()) {
                        window(start, start + length);
                    }
                }
            }
            case SESSION -> {
                long start = first;
                for (int i = 1; i <= events.size(); i++) {
                    long last = events.timeMicros()[i - 1];
                    if (i == events.size()
                            || events.timeMicros()[i] - last
                                    >= settings.window().gapMicros()) {
                        window(start, last + settings.window().gapMicros());
                        start = i == events.size() ? 0 : events.timeMicros()[i];
                    }
                }
            }
            default -> throw new AssertionError();
        }
        decisions.sort(Comparator.comparingLong(Expected::dueMicros)
                .thenComparing(expected -> !expected.closing)
                .thenComparingLong(Expected::fromMicros));
        return decisions;
    }

    /** The window of the events in [start, end). */
    private void window(long start, long end) {
        TreeSet<Long> estimates = new TreeSet<>();
        long every = settings.everyMicros();
        if (every > 0) {
            for (int i : eventsWithin(start, end)) {
                long due = (events.timeMicros()[i] / every + 1) * every;
                if (due < end && due <= endMicros) {
                    estimates.add(due);
                }
            }
        }
        boolean early = false;
        for (long due : estimates) {
            List<Float> scores = scores(start, eventsWithin(start, due), due, false);
            List<Float> sorted = scores.stream().sorted().toList();
            boolean sure = settings.earlyExit() != null
                    && (double) sorted.get(sorted.size() - 1) - sorted.get(sorted.size() - 2)
                            >= settings.earlyExit().margin();
            boolean isEarly = sure && !early;
            decisions.add(
                    new Expected(due, isEarly ? DecisionKind.EARLY : DecisionKind.ESTIMATE, start, due, scores, false));
            early |= sure;
            if (isEarly && settings.earlyExit().then() == Then.STOP) {
                return;
            }
        }
        List<Integer> all = eventsWithin(start, end);
        boolean cut = end > endMicros;
        boolean session = settings.window().kind() == Kind.SESSION;
        long to = cut ? endMicros : end;
        if (session) {
            to = events.timeMicros()[all.get(all.size() - 1)];
        }
        List<Float> scores = scores(start, all, Math.min(end, endMicros), cut || session);
        decisions.add(new Expected(cut ? NEVER : end, DecisionKind.FINAL, start, to, scores, true));
    }

    private void continuous() {
        long every = settings.everyMicros();
        long first = events.timeMicros()[0];
        List<Float> before = null;
        long restartBefore = -1;
        long previous = 0;
        for (int i = 0; i < events.size(); i++) {
            long interval = events.timeMicros()[i] / every;
            if (i + 1 < events.size() && events.timeMicros()[i + 1] / every == interval) {
                continue;
            }
            long due = (interval + 1) * every;
            boolean cut = due > endMicros;
            List<Integer> all = eventsWithin(first, due);
            List<Float> scores = scores(first, all, Math.min(due, endMicros), cut);
            long restart = restart(all);
            List<Float> said = new ArrayList<>(scores);
            if (plan.spikingOutput() && before != null && restart == restartBefore) {
                for (int c = 0; c < said.size(); c++) {
                    said.set(c, scores.get(c) - before.get(c));
                }
            }
            long from = Math.max(first, interval * every);
            decisions.add(new Expected(cut ? NEVER : due, DecisionKind.FINAL, from, cut ? endMicros : due, said, true));
            before = scores;
            restartBefore = restart;
            previous = due;
        }
        if (previous == 0) {
            throw new AssertionError("no events");
        }
    }

    private List<Integer> eventsWithin(long fromMicros, long toMicros) {
        List<Integer> within = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (events.timeMicros()[i] >= fromMicros && events.timeMicros()[i] < toMicros) {
                within.add(i);
            }
        }
        return within;
    }

    /** The last of the events that comes after a silence that is too long, the first one if none does. */
    private int restart(List<Integer> all) {
        for (int k = all.size() - 1; k > 0; k--) {
            if (isAfterSilence(all.get(k))) {
                return k;
            }
        }
        return 0;
    }

    private boolean isAfterSilence(int event) {
        return settings.maxSilenceMicros() > 0
                && event > 0
                && events.timeMicros()[event] - events.timeMicros()[event - 1] > settings.maxSilenceMicros();
    }

    /**
     * @param untilMicros up to when what the events set off is gone through
     * @param cut whether the last event's step counts though it ends later
     */
    private List<Float> scores(long start, List<Integer> all, long untilMicros, boolean cut) {
        int restart = restart(all);
        boolean endless =
                settings.window().kind() == Kind.EPOCH || settings.window().kind() == Kind.CONTINUOUS;
        long clock = endless && settings.maxSilenceMicros() == 0 ? 0 : start;
        if (restart > 0) {
            clock = events.timeMicros()[all.get(restart)];
        }
        clock -= clock % plan.model().stepMicros();
        NetworkState state = plan.newState();
        NetworkPlan.Scratch scratch = plan.newScratch();
        boolean polarity = plan.inputShape().length == 3 && plan.inputShape()[0] == 2;
        for (int k = restart; k < all.size(); k++) {
            int i = all.get(k);
            int input = (polarity ? events.polarity(i) * 34 * 34 : 0) + events.y(i) * 34 + events.x(i);
            plan.advance(state, scratch, new int[] {input}, new long[] {events.timeMicros()[i] - clock}, 0, 1);
        }
        long until = untilMicros;
        if (settings.maxSilenceMicros() > 0) {
            until = Math.min(until, events.timeMicros()[all.get(all.size() - 1)] + settings.maxSilenceMicros());
        }
        plan.completeUntil(state, scratch, until - clock);
        if (cut) {
            plan.complete(state, scratch);
        }
        float[] scores = new float[plan.model().classes().size()];
        plan.scores(state, scores);
        List<Float> list = new ArrayList<>();
        for (float score : scores) {
            list.add(score);
        }
        return list;
    }
}
