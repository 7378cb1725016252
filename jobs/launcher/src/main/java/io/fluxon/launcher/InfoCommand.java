package io.fluxon.launcher;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraRecording;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon info}: what a recording holds. */
@Command(
        name = "info",
        description = "Shows what a recording holds.",
        footer = {"", "Example:", "  ./fluxon info recording.bs2 --json"})
final class InfoCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "Recording: .bin or .bs2 (N-MNIST).")
    private Path file;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Info info = Info.of(CameraRecording.read(file));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(info));
        } else {
            info.print(out);
        }
        out.flush();
        return 0;
    }

    /** Counts and sums over all events of a recording; times in microseconds. */
    record Info(
            String format,
            int width,
            int height,
            long events,
            long on,
            @JsonProperty("first_us") long firstMicros,
            @JsonProperty("last_us") long lastMicros,
            @JsonProperty("sum_t_us") long sumMicros,
            @JsonProperty("sum_x") long sumX,
            @JsonProperty("sum_y") long sumY,
            @JsonProperty("sum_p") long sumPolarity) {

        static Info of(CameraRecording recording) {
            CameraBatch events = recording.events();
            long sumMicros = 0;
            long sumX = 0;
            long sumY = 0;
            long sumPolarity = 0;
            for (int i = 0; i < events.size(); i++) {
                sumMicros += events.timeMicros()[i];
                sumX += events.x()[i];
                sumY += events.y()[i];
                sumPolarity += events.polarity()[i];
            }
            return new Info(
                    recording.encoding(),
                    recording.layout().getWidth(),
                    recording.layout().getHeight(),
                    events.size(),
                    sumPolarity,
                    events.timeMicros()[0],
                    events.timeMicros()[events.size() - 1],
                    sumMicros,
                    sumX,
                    sumY,
                    sumPolarity);
        }

        private void print(PrintWriter out) {
            double seconds = (lastMicros - firstMicros) / 1e6;
            line(out, "format", format);
            line(out, "geometry", width + " x " + height + " pixels");
            line(out, "events", String.format(Locale.ROOT, "%,d (%,d on, %,d off)", events, on, events - on));
            line(out, "time", String.format(Locale.ROOT, "%.6f s to %.6f s", firstMicros / 1e6, lastMicros / 1e6));
            line(out, "rate", seconds > 0 ? String.format(Locale.ROOT, "%,.0f events/s", events / seconds) : "unknown");
        }

        private static void line(PrintWriter out, String name, String value) {
            out.printf(Locale.ROOT, "%-9s %s%n", name, value);
        }
    }
}
