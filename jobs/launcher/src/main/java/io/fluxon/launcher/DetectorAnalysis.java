package io.fluxon.launcher;

import io.fluxon.connectors.detector.DetectorRecording;
import io.fluxon.connectors.detector.LegendFile;
import io.fluxon.connectors.detector.PulseBatch;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.signals.pulses.FrontEnds;
import io.fluxon.signals.pulses.PulseAnalyzer;
import io.fluxon.signals.pulses.PulseMeasurement;
import io.fluxon.signals.pulses.PulseSettings;
import io.fluxon.signals.pulses.PulseTimes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pulses of recordings of one front end, analysed without a stream, by channel, and with them what others measured on
 * the same waveforms: the digitiser itself, or the experiment's own tiers.
 */
final class DetectorAnalysis {

    private static final double PICOSECONDS_PER_SECOND = 1e12;
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final PulseSettings settings;
    private final Map<String, Reference> reference;
    private final Map<String, List<Pulse>> pulses = new TreeMap<>();

    /**
     * One waveform.
     *
     * @param hitPicos time by constant fraction since the recording's base
     * @param startPicos time of the waveform's first sample since the recording's base
     * @param others what others measured, by name
     */
    record Pulse(
            boolean triggered,
            boolean pileUp,
            boolean saturated,
            long stampPicos,
            long hitPicos,
            long startPicos,
            double energy,
            double shape,
            double longCharge,
            double shortCharge,
            int ownEnergy,
            int ownShortEnergy,
            Map<String, Double> others) {}

    /** Rows of other tiers by channel and Unix time. */
    private record Reference(Map<Double, Map<String, Double>> rows) {}

    private DetectorAnalysis(PulseSettings settings, Map<String, Reference> reference) {
        this.settings = settings;
        this.reference = reference;
    }

    /**
     * @param files recordings, all of one front end
     * @param references files of the tiers dsp and hit, which may be none
     */
    static DetectorAnalysis of(List<Path> files, List<Path> references) throws IOException {
        Map<String, Reference> reference = readReferences(references);
        DetectorAnalysis analysis = null;
        String frontEnd = null;
        for (Path file : files) {
            DetectorRecording recording = DetectorRecording.read(file);
            String name = recording.layout().getFrontEnd();
            if (frontEnd != null && !frontEnd.equals(name)) {
                throw new RecordingException(file + ": front end " + name + ", the files before have " + frontEnd);
            }
            if (analysis == null) {
                frontEnd = name;
                analysis = new DetectorAnalysis(settings(file, recording), reference);
            }
            analysis.add(recording);
        }
        return analysis;
    }

    private static PulseSettings settings(Path file, DetectorRecording recording) throws RecordingException {
        String frontEnd = recording.layout().getFrontEnd();
        PulseSettings settings = FrontEnds.settings().get(frontEnd);
        if (settings == null
                || settings.samplePeriodPicoseconds() != recording.layout().getSamplePeriodPicoseconds()) {
            throw new RecordingException(file + ": no settings for front end " + frontEnd + " with "
                    + recording.layout().getSamplePeriodPicoseconds() + " ps a sample");
        }
        return settings;
    }

    private void add(DetectorRecording recording) {
        PulseAnalyzer analyzer = new PulseAnalyzer(settings);
        PulseMeasurement measured = new PulseMeasurement();
        PulseBatch batch = recording.pulses();
        for (int i = 0; i < batch.size(); i++) {
            analyzer.analyze(batch.samples(), batch.sampleStart(i), batch.sampleEnd(i), measured);
            String channel = recording.channelNames().get(batch.channel()[i]);
            long stampPicos = batch.stampPicos()[i];
            pulses.computeIfAbsent(channel, name -> new ArrayList<>())
                    .add(new Pulse(
                            measured.triggered(),
                            measured.pileUp(),
                            measured.saturated(),
                            stampPicos,
                            measured.triggered()
                                    ? PulseTimes.hitPicos(settings, stampPicos, measured.cfdSample())
                                    : stampPicos,
                            PulseTimes.hitPicos(settings, stampPicos, 0),
                            measured.energy(),
                            measured.shape(),
                            measured.longCharge(),
                            measured.shortCharge(),
                            batch.ownEnergy()[i],
                            batch.ownShortEnergy()[i],
                            others(recording, channel, stampPicos)));
        }
    }

    private Map<String, Double> others(DetectorRecording recording, String channel, long stampPicos) {
        Reference rows = reference.get(channel);
        if (rows == null || recording.baseUnixNanos().isEmpty()) {
            return Map.of();
        }
        double unixSeconds =
                recording.baseUnixNanos().getAsLong() / NANOSECONDS_PER_SECOND + stampPicos / PICOSECONDS_PER_SECOND;
        return rows.rows.getOrDefault(unixSeconds, Map.of());
    }

    private static Map<String, Reference> readReferences(List<Path> files) throws IOException {
        Map<String, Reference> reference = new HashMap<>();
        for (Path file : files) {
            try (LegendFile legend = LegendFile.open(file)) {
                boolean found = readTier(legend, "dsp", List.of("trapEmax", "tp_50"), reference);
                found |= readTier(legend, "hit", List.of("trapEmax_ctc_cal", "is_valid_cal"), reference);
                if (!found) {
                    throw new RecordingException(file + ": no table chN/dsp or chN/hit with a timestamp");
                }
            }
        }
        return reference;
    }

    private static boolean readTier(
            LegendFile legend, String tier, List<String> columns, Map<String, Reference> reference)
            throws RecordingException {
        boolean found = false;
        for (String channel : legend.channels(tier)) {
            double[] unixSeconds = legend.column(channel, tier, "timestamp").orElse(new double[0]);
            found |= unixSeconds.length > 0;
            Reference rows = reference.computeIfAbsent(channel, name -> new Reference(new HashMap<>()));
            for (String column : columns) {
                double[] values = legend.column(channel, tier, column).orElse(new double[0]);
                for (int i = 0; i < Math.min(values.length, unixSeconds.length); i++) {
                    rows.rows
                            .computeIfAbsent(unixSeconds[i], time -> new HashMap<>())
                            .put(column, values[i]);
                }
            }
        }
        return found;
    }

    PulseSettings settings() {
        return settings;
    }

    /** Waveforms by the name of their channel, in the order of the files. */
    Map<String, List<Pulse>> pulses() {
        return pulses;
    }
}
