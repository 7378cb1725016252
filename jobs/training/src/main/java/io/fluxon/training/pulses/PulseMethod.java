package io.fluxon.training.pulses;

import io.fluxon.connectors.simulation.PulseFrontEnd;
import io.fluxon.networks.engine.QuantizedPulseNetwork;
import io.fluxon.networks.model.PulseModel;

/** A way to measure start and amplitude of pulses of {@link PulseFrontEnd}. */
interface PulseMethod {

    /**
     * Measures waveforms that lie one after another. What a method does not measure is NaN throughout.
     *
     * @param startSamples where the starts go, samples from the first sample
     * @param amplitudes where the amplitudes go, LSB
     */
    void measure(short[] waveforms, int count, double[] startSamples, double[] amplitudes);

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
