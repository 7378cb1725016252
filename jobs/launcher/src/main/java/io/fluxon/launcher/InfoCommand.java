package io.fluxon.launcher;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraFormat;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.camera.files.ReadOptions;
import io.fluxon.connectors.detector.DetectorRecording;
import io.fluxon.connectors.detector.PulseBatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
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

    @Parameters(
            paramLabel = "FILE",
            description = "Recording: .bin or .bs2 (N-MNIST), .bin (CoMPASS) or .lh5 (LEGEND).")
    private Path file;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Info info = DetectorRecording.isRecording(file) ? DetectorInfo.of(DetectorRecording.read(file)) : camera();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(info));
        } else {
            info.print(out);
        }
        out.flush();
        return 0;
    }

    private CameraInfo camera() throws IOException {
        try (CameraReader reader = CameraFormat.open(file, ReadOptions.STRICT)) {
            return CameraInfo.of(reader);
        }
    }

    /** What is printed, as text or as JSON. */
    private sealed interface Info {

        void print(PrintWriter out);
    }

    /** Counts and sums over all events of a recording; times in microseconds. */
    record CameraInfo(
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
            @JsonProperty("sum_p") long sumPolarity)
            implements Info {

        static CameraInfo of(CameraReader reader) throws IOException {
            CameraBatch events = new CameraBatch();
            long count = 0;
            long first = 0;
            long last = 0;
            long sumMicros = 0;
            long sumX = 0;
            long sumY = 0;
            long sumPolarity = 0;
            while (reader.read(events)) {
                if (events.size() > 0) {
                    first = count == 0 ? events.timeMicros()[0] : first;
                    last = events.timeMicros()[events.size() - 1];
                }
                count += events.size();
                for (int i = 0; i < events.size(); i++) {
                    sumMicros += events.timeMicros()[i];
                    sumX += events.x(i);
                    sumY += events.y(i);
                    sumPolarity += events.polarity(i);
                }
            }
            return new CameraInfo(
                    reader.format(),
                    reader.layout().getWidth(),
                    reader.layout().getHeight(),
                    count,
                    sumPolarity,
                    first,
                    last,
                    sumMicros,
                    sumX,
                    sumY,
                    sumPolarity);
        }

        @Override
        public void print(PrintWriter out) {
            double seconds = (lastMicros - firstMicros) / 1e6;
            line(out, "format", format);
            line(out, "geometry", width + " x " + height + " pixels");
            line(out, "events", String.format(Locale.ROOT, "%,d (%,d on, %,d off)", events, on, events - on));
            line(out, "time", String.format(Locale.ROOT, "%.6f s to %.6f s", firstMicros / 1e6, lastMicros / 1e6));
            line(out, "rate", seconds > 0 ? String.format(Locale.ROOT, "%,.0f events/s", events / seconds) : "unknown");
        }
    }

    /** Counts and sums over all pulses of a recording; times in picoseconds. */
    record DetectorInfo(
            String format,
            @JsonProperty("front_end") String frontEnd,
            int channels,
            @JsonProperty("sample_period_ps") long samplePeriodPicoseconds,
            @JsonProperty("adc_bits") int adcBits,
            @JsonProperty("base_unix_ns") Long baseUnixNanos,
            int pulses,
            long samples,
            @JsonProperty("first_ps") long firstPicos,
            @JsonProperty("last_ps") long lastPicos,
            @JsonProperty("sum_channel") long sumChannel,
            @JsonProperty("sum_samples") long sumSamples)
            implements Info {

        static DetectorInfo of(DetectorRecording recording) {
            PulseBatch pulses = recording.pulses();
            long sumChannel = 0;
            for (int i = 0; i < pulses.size(); i++) {
                sumChannel += pulses.channel()[i];
            }
            int samples = pulses.sampleEnd(pulses.size() - 1);
            long sumSamples = 0;
            for (int i = 0; i < samples; i++) {
                sumSamples += pulses.samples()[i] & 0xFFFF;
            }
            return new DetectorInfo(
                    recording.encoding(),
                    recording.layout().getFrontEnd(),
                    recording.layout().getChannels(),
                    recording.layout().getSamplePeriodPicoseconds(),
                    recording.layout().getAdcBits(),
                    recording.baseUnixNanos().isPresent()
                            ? recording.baseUnixNanos().getAsLong()
                            : null,
                    pulses.size(),
                    samples,
                    pulses.stampPicos()[0],
                    pulses.stampPicos()[pulses.size() - 1],
                    sumChannel,
                    sumSamples);
        }

        @Override
        public void print(PrintWriter out) {
            line(out, "format", format + ", front end " + frontEnd);
            line(
                    out,
                    "geometry",
                    String.format(
                            Locale.ROOT,
                            "%d channels, %.3f ns a sample, %d bits",
                            channels,
                            samplePeriodPicoseconds / 1e3,
                            adcBits));
            line(out, "pulses", String.format(Locale.ROOT, "%,d (%,d samples)", pulses, samples));
            line(
                    out,
                    "base",
                    baseUnixNanos == null
                            ? "unknown"
                            : Instant.ofEpochSecond(0, baseUnixNanos).toString());
            line(out, "time", String.format(Locale.ROOT, "%.9f s to %.9f s", firstPicos / 1e12, lastPicos / 1e12));
        }
    }

    private static void line(PrintWriter out, String name, String value) {
        out.printf(Locale.ROOT, "%-9s %s%n", name, value);
    }
}
