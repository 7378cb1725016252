package io.fluxon.training.pulses;

import io.fluxon.connectors.simulation.PulseFrontEnd;
import io.fluxon.connectors.simulation.PulseFrontEnd.Disturbance;
import io.fluxon.connectors.simulation.SimulatedDetector;
import io.fluxon.networks.engine.QuantizedPulseNetwork;
import io.fluxon.networks.model.PulseModel;
import io.fluxon.signals.pulses.FrontEnds;
import io.fluxon.signals.pulses.PulseAnalyzer;
import io.fluxon.signals.pulses.PulseMeasurement;
import io.fluxon.signals.pulses.PulseSettings;

/** A way to measure start and amplitude of pulses of {@link PulseFrontEnd}. */
interface PulseMethod {

    /** Seed of the pulses that constant fraction is calibrated with. */
    long CALIBRATION_SEED = 0xca1b;

    /**
     * Measures waveforms that lie one after another.
     *
     * @param startSamples where the starts go, samples from the first sample
     * @param amplitudes where the amplitudes go, LSB
     */
    void measure(short[] waveforms, int count, double[] startSamples, double[] amplitudes);

    /**
     * Time by constant fraction and energy by trapezoid, as the stream measures them. The constant difference between
     * constant fraction and start is that of undisturbed pulses of another seed. A waveform in which the analysis finds
     * no pulse counts as the middle of the range.
     */
    static PulseMethod classical() {
        PulseSettings settings = FrontEnds.settings().get(PulseFrontEnd.NAME);
        PulseAnalyzer analyzer = new PulseAnalyzer(settings);
        PulseMeasurement measurement = new PulseMeasurement();
        PulseMethod uncorrected = (waveforms, count, startSamples, amplitudes) -> {
            for (int i = 0; i < count; i++) {
                int from = i * PulseFrontEnd.SAMPLES;
                analyzer.analyze(waveforms, from, from + PulseFrontEnd.SAMPLES, measurement);
                boolean found = measurement.triggered();
                startSamples[i] = found ? measurement.cfdSample() : Double.NaN;
                amplitudes[i] = found
                        ? measurement.energy() * SimulatedDetector.LSB_PER_KEV
                        : (PulseFrontEnd.MIN_AMPLITUDE + PulseFrontEnd.MAX_AMPLITUDE) / 2;
            }
        };
        PulseTable.Sample sample = new PulseTable.Sample(Disturbance.IDEAL, 5000, CALIBRATION_SEED);
        double[] starts = new double[sample.count];
        uncorrected.measure(sample.waveforms, sample.count, starts, new double[sample.count]);
        double sum = 0;
        for (int i = 0; i < sample.count; i++) {
            sum += starts[i] - sample.startSamples[i];
        }
        double late = sum / sample.count;
        return (waveforms, count, startSamples, amplitudes) -> {
            uncorrected.measure(waveforms, count, startSamples, amplitudes);
            for (int i = 0; i < count; i++) {
                startSamples[i] =
                        Double.isNaN(startSamples[i]) ? PulseExamples.REFERENCE_SAMPLES : startSamples[i] - late;
            }
        };
    }

    static PulseMethod leastSquares() {
        LeastSquares fit = new LeastSquares();
        return (waveforms, count, startSamples, amplitudes) -> {
            for (int i = 0; i < count; i++) {
                fit.fit(waveforms, i * PulseFrontEnd.SAMPLES);
                startSamples[i] = fit.startSamples();
                amplitudes[i] = fit.amplitude();
            }
        };
    }

    static PulseMethod network(PulseCnn network) {
        PulseCnn.Scratch scratch = network.new Scratch();
        int[] normalized = new int[2 * PulseFrontEnd.SAMPLES];
        double[] heights = new double[PulseCnn.BATCH];
        return (waveforms, count, startSamples, amplitudes) -> {
            for (int from = 0; from < count; from += PulseCnn.BATCH) {
                int batch = Math.min(PulseCnn.BATCH, count - from);
                for (int b = 0; b < batch; b++) {
                    heights[b] = PulseExamples.load(
                                    waveforms, (from + b) * PulseFrontEnd.SAMPLES, normalized, scratch.input(), b)
                            / 16.0;
                }
                network.forward(scratch);
                float[][] answer = scratch.answer();
                for (int b = 0; b < batch; b++) {
                    startSamples[from + b] = PulseExamples.REFERENCE_SAMPLES + PulseCnn.TIME_SCALE * answer[0][b];
                    amplitudes[from + b] = heights[b] * (1 + PulseCnn.HEIGHT_SCALE * answer[1][b]);
                }
            }
        };
    }

    static PulseMethod network(PulseModel model) {
        QuantizedPulseNetwork network = QuantizedPulseNetwork.compile(model);
        return (waveforms, count, startSamples, amplitudes) -> {
            for (int i = 0; i < count; i++) {
                network.measure(waveforms, i * PulseFrontEnd.SAMPLES);
                startSamples[i] =
                        model.triggerSample() + network.timePicoseconds() / (double) model.samplePeriodPicoseconds();
                amplitudes[i] = network.energySixteenths() / 16.0;
            }
        };
    }
}
