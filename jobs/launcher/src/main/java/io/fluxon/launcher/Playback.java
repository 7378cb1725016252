package io.fluxon.launcher;

import io.fluxon.connectors.replay.Labels;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of every command that plays recordings. */
public final class Playback {

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description = "Known classes of the recordings, lines id<TAB or comma>class; published as truth.")
    private Path labelsFile;

    @Option(
            names = "--speed",
            paramLabel = "N|max",
            defaultValue = "1",
            converter = Speed.class,
            description = "Event time passed per wall time, or max (default: ${DEFAULT-VALUE}).")
    private double speed;

    public boolean hasLabels() {
        return labelsFile != null;
    }

    public Labels readLabels() throws IOException {
        return labelsFile == null ? Labels.none() : Labels.read(labelsFile);
    }

    public double speed() {
        return speed;
    }
}
