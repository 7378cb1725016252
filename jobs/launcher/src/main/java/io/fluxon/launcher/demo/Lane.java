package io.fluxon.launcher.demo;

import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.pipelines.Pipeline;
import io.fluxon.pipelines.PipelineSettings;
import io.fluxon.schemas.SensorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** One kind of sensor in a demo: what is played, the pipeline it runs through, and what is to be said about the results. */
abstract class Lane {

    /** Packets in no completed checkpoint at which the player waits: the topics do not keep everything. */
    private static final long MAX_LAG_PACKETS = 10_000;

    private final PipelineSettings settings;
    private final String title;
    private final Player.Feed feed;
    private final boolean endless;

    /**
     * @param settings of its pipeline, whatever their broker
     * @param title what is played
     * @param endless the feed never ends, so stopping it is no interruption
     */
    Lane(PipelineSettings settings, String title, Player.Feed feed, boolean endless) {
        this.settings = settings;
        this.title = title;
        this.feed = feed;
        this.endless = endless;
    }

    /** How the input goes, and how fast results come. */
    record Progress(
            long packets,
            double packetsPerSecond,
            long events,
            double eventsPerSecond,
            long recordings,
            double resultsPerSecond,
            OptionalLong lagPackets) {}

    /**
     * A part of the live view.
     *
     * @param rows what stands in the box
     * @param plainLine the same in one line
     */
    record Section(String title, List<String> rows, String plainLine) {}

    /** Adds the pipeline to a job. */
    final void build(StreamExecutionEnvironment environment, String bootstrap) {
        Pipeline.build(environment, settings.withBootstrap(bootstrap));
    }

    /** Consumer group of the pipeline. */
    final String groupId() {
        return settings.name();
    }

    abstract Tally tally();

    abstract List<String> rows(Progress progress);

    abstract String plainLine(Progress progress);

    abstract LaneReport report(long packets, long events, double seconds);

    /** What is still to come once nothing more is played, in words; empty if nothing is. */
    Optional<String> missing(long recordings, OptionalLong lagPackets) {
        if (lagPackets.isPresent() && lagPackets.getAsLong() == 0) {
            return Optional.empty();
        }
        return Optional.of((lagPackets.isPresent() ? Text.count(lagPackets.getAsLong()) : "some") + " " + name()
                + " packets are in no completed checkpoint");
    }

    /** Whether the player has to wait for the pipeline. */
    boolean isAhead(long recordings, OptionalLong lagPackets) {
        return lagPackets.orElse(0) >= MAX_LAG_PACKETS;
    }

    final Section section(Progress progress) {
        return new Section(name() + ": " + title, rows(progress), name() + "  " + plainLine(progress));
    }

    final SensorKind kind() {
        return settings.sensor();
    }

    /** Name of the kind in options, in the view and in the JSON line. */
    final String name() {
        return kind().lowerCaseName();
    }

    final Player.Feed feed() {
        return feed;
    }

    final boolean isEndless() {
        return endless;
    }

    /** The rows that all lanes begin with. */
    static List<String> inputRows(Progress progress, String events, String recording, Tally.Common common) {
        return List.of(
                Text.row(
                        "input",
                        Text.quantity(Text.rate(progress.packetsPerSecond()), "packets/s")
                                + Text.quantity(Text.rate(progress.eventsPerSecond()), events + "/s")
                                + "  " + Text.plural(progress.recordings(), recording)),
                Text.row(
                        "pipeline",
                        String.format(Locale.ROOT, "%9s lag", Text.orDash(progress.lagPackets()))
                                + "   gaps " + Text.count(common.gaps())
                                + "  duplicates " + Text.count(common.duplicates())
                                + "  dead letters " + Text.count(common.deadLetters())));
    }

    static String latencyRow(Tally.Common common) {
        return Text.row(
                "p50/p99",
                "  live " + Text.latency(common.live()) + "   committed " + Text.latency(common.committed()));
    }

    static String plainInput(Progress progress, String events) {
        return Text.rate(progress.packetsPerSecond()) + " packets/s  " + Text.rate(progress.eventsPerSecond()) + " "
                + events + "/s  lag " + Text.orDash(progress.lagPackets());
    }

    static String plainCommon(Tally.Common common) {
        return "p50/p99 live " + Text.latency(common.live()) + " committed " + Text.latency(common.committed())
                + "  gaps " + Text.count(common.gaps()) + "  duplicates " + Text.count(common.duplicates())
                + "  dead letters " + Text.count(common.deadLetters());
    }

    /**
     * Reads a model and refuses, by the file's name, one that another kind of sensor was meant for.
     *
     * @param check opens the model as the kind's pipeline does
     */
    static ModelFile checkedModel(SensorKind kind, Path file, Consumer<ModelFile> check) throws IOException {
        if (Files.isDirectory(file)) {
            throw new ModelException(file + ": a folder, not a model file");
        }
        ModelFile model = ModelFile.of(file);
        try {
            check.accept(model);
        } catch (ModelException e) {
            String message = e.getMessage().startsWith(file + ": ")
                    ? e.getMessage().substring(file.toString().length() + 2)
                    : e.getMessage();
            throw new ModelException(file + ": no model for " + kind.lowerCaseName() + ": " + message, e);
        }
        return model;
    }
}
