package io.fluxon.launcher.explain;

import io.fluxon.launcher.Printable;
import io.fluxon.launcher.explain.Activity.Entries;
import io.fluxon.launcher.explain.Explanation.Place;
import io.fluxon.launcher.explain.Explanation.Share;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SequenceGap;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An explanation as text, and as an object for JSON. Numbers have their unit in the name. */
final class ExplanationOutput {

    private static final int ROWS = 10;

    /** Entries of each kind that JSON lists one by one. */
    static final int MAX_JSON_ENTRIES = 10_000;

    private final Explanation explanation;

    ExplanationOutput(Explanation explanation) {
        this.explanation = explanation;
    }

    void print(PrintWriter out) {
        Decision decision = explanation.replayed();
        RecordedDecision recorded = explanation.recorded();
        line(
                out,
                "decision",
                DecisionName.of(decision) + " "
                        + words(decision, explanation.model().classes()));
        line(out, "recorded", recorded.topic() + " partition " + recorded.partition() + " offset " + recorded.offset());
        line(out, "state", explanation.start());
        explanation
                .packets()
                .forEach((sensor, packets) -> line(
                        out,
                        "packets",
                        format(
                                "%s: %,d, sequences %d to %d, %,d %s, %s partition %d offsets %d to %d",
                                sensor,
                                packets.count(),
                                packets.fromSequence(),
                                packets.toSequence(),
                                packets.events(),
                                unit(),
                                explanation.packetsTopic(),
                                explanation.packetsPartition(),
                                packets.fromOffset(),
                                packets.toOffset())));
        line(out, "gaps", gaps(decision));
        if (explanation.differences().isEmpty()) {
            line(out, "replay", "reproduced, byte for byte");
        } else {
            line(out, "replay", "NOT reproduced: " + String.join("; ", explanation.differences()));
        }
        if (explanation.other() != null) {
            line(
                    out,
                    "other model",
                    words(explanation.other(), explanation.otherModel().classes()));
        }
        out.println();
        printActivity(out);
        printPlaces(out);
        printShares(out);
        out.flush();
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println(format("%-12s%s", name, Printable.of(value)));
    }

    private static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }

    private String unit() {
        return switch (explanation.sensor()) {
            case CAMERA -> "events";
            case WATCH -> "samples";
            case PULSES -> "pulses";
        };
    }

    private static String words(Decision decision, List<String> classes) {
        int runnerUp = Explanation.runnerUp(decision);
        String second = runnerUp < 0
                ? ""
                : format(
                        ", %s has %.4g",
                        classes.get(runnerUp), decision.getScores().get(runnerUp));
        return format(
                "%s %s (score %.4g%s), %s %s, interval %,d to %,d us",
                decision.getKind(),
                decision.getLabel(),
                decision.getScores().get(decision.getClassIndex()),
                second,
                decision.getModel(),
                decision.getModelVersion(),
                Explanation.micros(decision, decision.getFromOffset()),
                Explanation.micros(decision, decision.getToOffset()));
    }

    private static String gaps(Decision decision) {
        if (decision.getGaps().isEmpty()) {
            return "none";
        }
        List<String> gaps = new ArrayList<>();
        for (SequenceGap gap : decision.getGaps()) {
            gaps.add(gap.getSensorId() + " " + gap.getFromSequence() + " to " + gap.getToSequence());
        }
        return decision.getMissingPackets() + " packets missing: " + String.join(", ", gaps);
    }

    private void printActivity(PrintWriter out) {
        if (explanation.fromSavepoint()) {
            out.println("Since the savepoint; what came before it is in the state only.");
        }
        if (explanation.activity().restartMicros() >= 0) {
            out.println(format(
                    "Since %,d us, where the network began anew after a silence.",
                    explanation.activity().restartMicros()));
        }
        out.println(format("%-24s %12s %9s %9s   %s", "within the window", "entries", "active", "of", "from, to (us)"));
        int[] shape = explanation.view().inputShape();
        int inputs = 1;
        for (int size : shape) {
            inputs *= size;
        }
        printEntries(out, "input", explanation.activity().inputs(), inputs);
        for (int l = 0; l < explanation.view().layers().size(); l++) {
            NetworkView.Layer layer = explanation.view().layers().get(l);
            printEntries(
                    out,
                    layer.name() + " (" + layer.type() + ")",
                    explanation.activity().layer(l),
                    layer.neurons());
        }
        out.println();
    }

    private static void printEntries(PrintWriter out, String name, Entries entries, int neurons) {
        out.println(format(
                "%-24s %,12d %,9d %,9d   %s",
                Printable.of(name),
                entries.count(),
                entries.active(),
                neurons,
                entries.count() == 0 ? "-" : format("%,d, %,d", entries.firstMicros(), entries.lastMicros())));
    }

    private void printPlaces(PrintWriter out) {
        List<Place> places = explanation.places();
        boolean delta = explanation.view().delta();
        out.println(format(
                "%-24s %12s %14s", delta ? "inputs by change sent" : "inputs by count", "entries", "sum of sizes"));
        for (Place place : places.subList(0, Math.min(ROWS, places.size()))) {
            out.println(format(
                    "%-24s %,12d %14.4g", explanation.placeName(place.input()), place.count(), place.absoluteSum()));
        }
        out.println();
    }

    private void printShares(PrintWriter out) {
        NetworkView.Readout readout = explanation.view().readout();
        if (readout == null) {
            out.println("No shares of neurons: the classes do not come from one layer by one matrix.");
            return;
        }
        List<Share> shares = explanation.shares();
        List<String> classes = explanation.model().classes();
        int runnerUp = explanation.runnerUp();
        String layer = layerName(readout);
        out.println(Printable.of(format(
                "%s neurons for %s%s: sum sent x (weight to it%s); all together %.4g",
                layer,
                explanation.replayed().getLabel(),
                runnerUp < 0 ? "" : " against " + classes.get(runnerUp),
                runnerUp < 0 ? "" : " - weight to the other",
                shares.stream().mapToDouble(Share::contribution).sum())));
        out.println(format("%12s %12s %14s %14s", "neuron", "entries", "sum sent", "share"));
        for (Share share : shares.subList(0, Math.min(ROWS, shares.size()))) {
            out.println(format(
                    "%12d %,12d %14.4g %14.4g", share.neuron(), share.count(), share.sum(), share.contribution()));
        }
    }

    private String layerName(NetworkView.Readout readout) {
        return readout.layer() == NetworkView.INPUT
                ? "input"
                : explanation.view().layers().get(readout.layer()).name();
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        Decision decision = explanation.replayed();
        json.put("decision", decision(decision));
        Map<String, Object> recorded = new LinkedHashMap<>();
        recorded.put("topic", explanation.recorded().topic());
        recorded.put("partition", explanation.recorded().partition());
        recorded.put("offset", explanation.recorded().offset());
        json.put("recorded", recorded);
        json.put("state", explanation.start());
        json.put("from_savepoint", explanation.fromSavepoint());
        json.put("reproduced", explanation.differences().isEmpty());
        json.put("differences", explanation.differences());
        json.put("packets", packets());
        json.put("gaps", gapList(decision));
        json.put("other", explanation.other() == null ? null : decision(explanation.other()));
        json.put(
                "window_decisions",
                explanation.window().stream().map(ExplanationOutput::decision).toList());
        json.put(
                "restart_us",
                explanation.activity().restartMicros() < 0
                        ? null
                        : explanation.activity().restartMicros());
        json.put("inputs", entries("input", "", explanation.activity().inputs()));
        List<Object> layers = new ArrayList<>();
        for (int l = 0; l < explanation.view().layers().size(); l++) {
            NetworkView.Layer layer = explanation.view().layers().get(l);
            layers.add(
                    entries(layer.name(), layer.type(), explanation.activity().layer(l)));
        }
        json.put("layers", layers);
        json.put("input_places", explanation.places().stream().map(this::place).toList());
        json.put(
                "shares_layer",
                explanation.view().readout() == null
                        ? null
                        : layerName(explanation.view().readout()));
        json.put(
                "shares_against",
                explanation.runnerUp() < 0
                        ? null
                        : explanation.model().classes().get(explanation.runnerUp()));
        json.put("shares", explanation.shares());
        return json;
    }

    private static Map<String, Object> decision(Decision decision) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sensor", decision.getSensorId());
        json.put("epoch", decision.getEpoch());
        json.put("sequence", decision.getSequence());
        json.put("kind", decision.getKind().name());
        json.put("recording", decision.getRecordingId());
        json.put("from_us", Explanation.micros(decision, decision.getFromOffset()));
        json.put("to_us", Explanation.micros(decision, decision.getToOffset()));
        json.put("label", decision.getLabel());
        json.put("class_index", decision.getClassIndex());
        json.put("scores", decision.getScores());
        json.put("model", decision.getModel());
        json.put("model_version", decision.getModelVersion());
        json.put("events", decision.getEvents());
        json.put("spikes", decision.getSpikes());
        json.put("synaptic_operations", decision.getSynapticOperations());
        json.put("missing_packets", decision.getMissingPackets());
        json.put("late_events", decision.getLateEvents());
        json.put("skipped_events", decision.getSkippedEvents());
        return json;
    }

    private List<Object> packets() {
        List<Object> list = new ArrayList<>();
        explanation.packets().forEach((sensor, packets) -> {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("sensor", sensor);
            json.put("count", packets.count());
            json.put("events", packets.events());
            json.put("from_sequence", packets.fromSequence());
            json.put("to_sequence", packets.toSequence());
            json.put("topic", explanation.packetsTopic());
            json.put("partition", explanation.packetsPartition());
            json.put("from_offset", packets.fromOffset());
            json.put("to_offset", packets.toOffset());
            list.add(json);
        });
        return list;
    }

    private static List<Object> gapList(Decision decision) {
        List<Object> list = new ArrayList<>();
        for (SequenceGap gap : decision.getGaps()) {
            list.add(Map.of(
                    "sensor", gap.getSensorId(),
                    "from_sequence", gap.getFromSequence(),
                    "to_sequence", gap.getToSequence()));
        }
        return list;
    }

    private Map<String, Object> place(Place place) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("input", place.input());
        json.put("place", explanation.placeName(place.input()));
        json.put("count", place.count());
        json.put("absolute_sum", place.absoluteSum());
        return json;
    }

    /** Entries are [time in us, index, value], the first {@value #MAX_JSON_ENTRIES}. */
    private static Map<String, Object> entries(String name, String type, Entries entries) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("type", type);
        json.put("count", entries.count());
        json.put("active", entries.active());
        int listed = Math.min(MAX_JSON_ENTRIES, entries.listed());
        json.put("listed", listed);
        List<List<Number>> list = new ArrayList<>(listed);
        for (int i = 0; i < listed; i++) {
            list.add(List.of(entries.timeMicros(i), entries.neuron(i), entries.value(i)));
        }
        json.put("entries", list);
        return json;
    }
}
