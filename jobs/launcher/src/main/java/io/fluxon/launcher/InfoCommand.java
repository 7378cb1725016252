package io.fluxon.launcher;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.detector.DetectorRecording;
import io.fluxon.connectors.detector.PulseBatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon info}: what a recording holds. */
@Command(
        name = "info",
        description = "Shows what a recording holds.",
        footer = {
            "",
            "Examples:",
            "  ./fluxon info recording.raw --json",
            "  ./fluxon info words.bin --format libcaer --geometry 640x480"
        })
final class InfoCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE",
            description = "Recording of a camera, or of a detector: .bin (CoMPASS) or .lh5 (LEGEND).")
    private Path file;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Mixin
    private CameraInput cameraInput;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        boolean detector = !cameraInput.isNamed() && DetectorRecording.isRecording(file);
        Info info = detector ? DetectorInfo.of(DetectorRecording.read(file)) : camera();
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
        try (CameraReader reader = cameraInput.open(file)) {
            return CameraInfo.of(reader);
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
            Info.line(out, "format", format + ", front end " + frontEnd);
            Info.line(
                    out,
                    "geometry",
                    String.format(
                            Locale.ROOT,
                            "%d channels, %.3f ns a sample, %d bits",
                            channels,
                            samplePeriodPicoseconds / 1e3,
                            adcBits));
            Info.line(out, "pulses", String.format(Locale.ROOT, "%,d (%,d samples)", pulses, samples));
            Info.line(
                    out,
                    "base",
                    baseUnixNanos == null
                            ? "unknown"
                            : Instant.ofEpochSecond(0, baseUnixNanos).toString());
            Info.line(out, "time", String.format(Locale.ROOT, "%.9f s to %.9f s", firstPicos / 1e12, lastPicos / 1e12));
        }
    }
}
