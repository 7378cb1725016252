package io.fluxon.training.pulses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.connectors.simulation.PulseFrontEnd;
import io.fluxon.connectors.simulation.PulseFrontEnd.Disturbance;
import io.fluxon.connectors.simulation.SimulatedDetector;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.PulseModel;
import io.fluxon.signals.pulses.FrontEnds;
import io.fluxon.signals.pulses.PulseAnalyzer;
import io.fluxon.signals.pulses.PulseMeasurement;
import io.fluxon.signals.pulses.PulseSettings;
import io.fluxon.training.pulses.PulseTable.Quantity;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PulseTrainingTest {

    /** 20,000 pulses are far too few, but already make sense of waveforms, in integers as in floats. */
    @Test
    void learnsAndRoundsWithoutLoss() throws InterruptedException {
        PulseTable table = new PulseTable(train(20_000), 1_000, 99);
        for (Quantity quantity : Quantity.values()) {
            double inFloats = ratio(table, quantity, PulseTable.FLOAT_NETWORK);
            double inIntegers = ratio(table, quantity, PulseTable.INTEGER_NETWORK);
            assertThat(inFloats).as("%s", quantity).isBetween(1.0, 8.0);
            assertThat(inIntegers).as("%s", quantity).isLessThan(1.1 * inFloats);
        }
    }

    private static double ratio(PulseTable table, Quantity quantity, String method) {
        return table.errors(quantity, Disturbance.IDEAL, method).spread().rootMeanSquare();
    }

    @Test
    void theSameSettingsGiveTheSameIntegers() throws InterruptedException {
        PulseModel one = train(4_000);
        PulseModel other = train(4_000);
        one.graph().nodes().forEach((name, node) -> assertThat(
                        other.graph().nodes().get(name))
                .usingRecursiveComparison()
                .isEqualTo(node));
    }

    private static PulseModel train(long pulses) throws InterruptedException {
        return new PulseTraining(PulseTrainingSettings.of(pulses)).train("test", "1", "", () -> {});
    }

    @Test
    void aModelKeepsTheFloatNetworkThatItCameFrom() {
        PulseCnn trained = PulseCnn.of(64, 2, new int[][] {{4, 5, 2}, {6, 5, 2}, {2, 13, 1}}, 1);
        PulseCnn tuned = PulseCnn.of(64, 2, new int[][] {{4, 5, 2}, {6, 5, 2}, {2, 13, 1}}, 2);
        PulseModel model = PulseQuantization.quantize(trained, tuned, 0.5, "test", "1", "");
        assertThat(PulseQuantization.floatTwin(model).parameters()).isEqualTo(trained.parameters());
        assertThat(((NirNode.QuantizedConv1d) model.graph().nodes().get("convolution1")).weight())
                .contains((byte) 127)
                .isNotEqualTo(new byte[40]);
    }

    @Test
    void roundedWeightsAreWithinHalfAStep() {
        PulseCnn network = PulseCnn.of(64, 2, new int[][] {{4, 5, 2}, {2, 30, 1}}, 1);
        float[] rounded = new float[network.parameters().length];
        PulseQuantization.roundWeights(network, rounded);
        PulseCnn.Layer layer = network.layers()[0];
        float largest = 0;
        for (int t = 0; t < layer.taps(); t++) {
            largest = Math.max(largest, Math.abs(network.parameters()[layer.weightAt() + t]));
        }
        for (int t = 0; t < layer.taps(); t++) {
            double step = largest / 127;
            assertThat((double) rounded[layer.weightAt() + t])
                    .isEqualTo(network.parameters()[layer.weightAt() + t], within(step / 2 + 1e-7));
            assertThat(Math.abs(rounded[layer.weightAt() + t] / step % 1))
                    .satisfiesAnyOf(rest -> assertThat(rest).isLessThan(1e-3), rest -> assertThat(rest)
                            .isGreaterThan(0.999));
        }
    }

    @Test
    void leastSquaresReachesTheBoundOnUndisturbedPulses() {
        PulseTable.Sample sample = new PulseTable.Sample(Disturbance.IDEAL, 4_000, 17);
        double[] starts = new double[sample.count];
        double[] amplitudes = new double[sample.count];
        PulseMethod.leastSquares().measure(sample.waveforms, sample.count, starts, amplitudes);
        double time = 0;
        double energy = 0;
        for (int i = 0; i < sample.count; i++) {
            time += Math.pow((starts[i] - sample.startSamples[i]) / sample.timeBoundSamples[i], 2) / sample.count;
            energy += Math.pow((amplitudes[i] - sample.amplitudes[i]) / sample.amplitudeBound[i], 2) / sample.count;
        }
        assertThat(Math.sqrt(time)).isEqualTo(1, within(0.04));
        assertThat(Math.sqrt(energy)).isEqualTo(1, within(0.04));
    }

    /** The settings "pulse-v1" of the stream: same template, zero at the start, keV as the detector makes them. */
    @Test
    void theStreamsTemplateFitAgreesWithLeastSquares() {
        PulseSettings settings = FrontEnds.settings().get(PulseFrontEnd.NAME);
        PulseTable.Sample sample = new PulseTable.Sample(Disturbance.IDEAL, 500, 18);
        double[] starts = new double[sample.count];
        double[] amplitudes = new double[sample.count];
        PulseMethod.leastSquares().measure(sample.waveforms, sample.count, starts, amplitudes);
        PulseAnalyzer analyzer = new PulseAnalyzer(settings);
        PulseMeasurement measurement = new PulseMeasurement();
        for (int i = 0; i < sample.count; i++) {
            analyzer.analyze(sample.waveforms, i * 64, i * 64 + 64, measurement);
            assertThat(measurement.templateSample()).isEqualTo(starts[i], within(1e-4));
            assertThat(measurement.templateEnergy() * SimulatedDetector.LSB_PER_KEV)
                    .isEqualTo(amplitudes[i], within(1e-3 * amplitudes[i]));
            assertThat(measurement.energy() * SimulatedDetector.LSB_PER_KEV)
                    .isEqualTo(sample.amplitudes[i], within(0.05 * sample.amplitudes[i]));
            assertThat(measurement.pileUp()).isFalse();
        }
        assertThat(settings.samplePeriodPicoseconds()).isEqualTo(PulseFrontEnd.SAMPLE_PERIOD_PICOSECONDS);
        assertThat(settings.stampSample()).isEqualTo(PulseFrontEnd.TRIGGER_SAMPLE);
        assertThat(Arrays.stream(settings.template().values()).max().orElseThrow())
                .isEqualTo(1);
    }
}
