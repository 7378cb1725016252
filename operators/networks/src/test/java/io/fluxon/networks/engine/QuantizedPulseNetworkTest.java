package io.fluxon.networks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.PulseModel;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QuantizedPulseNetworkTest {

    @Test
    void agreesBitForBitWithItsDefinitionInUnboundedIntegers() {
        SplittableRandom random = new SplittableRandom(1);
        int measured = 0;
        for (int model = 0; model < 20; model++) {
            PulseModel pulseModel = TestingPulseModels.random(random);
            QuantizedPulseNetwork network = QuantizedPulseNetwork.compile(pulseModel);
            short[] waveforms = new short[500 * network.samples()];
            for (int i = 0; i < waveforms.length; i++) {
                waveforms[i] = (short) random.nextInt(1 << 16);
            }
            for (int pulse = 0; pulse < 500; pulse++) {
                int start = pulse * network.samples();
                if (pulse % 2 == 0) {
                    TestingPulseModels.drawPulse(random, waveforms, start, network.samples());
                }
                network.measure(waveforms, start);
                long[] expected = measureSlowly(pulseModel, waveforms, start);
                assertThat(new long[] {network.timePicoseconds(), network.energySixteenths()})
                        .isEqualTo(expected);
                measured++;
            }
        }
        assertThat(measured).isEqualTo(10_000);
    }

    /** Straight from the class comment, in unbounded integers and nested loops over [channel][position]. */
    private static long[] measureSlowly(PulseModel model, short[] waveforms, int start) {
        NirNode.PulseNormalization normalization =
                (NirNode.PulseNormalization) model.graph().nodes().get("normalization");
        int count = normalization.template().length;
        BigInteger sixteen = BigInteger.valueOf(16);
        BigInteger[] w = new BigInteger[count];
        for (int k = 0; k < count; k++) {
            w[k] = BigInteger.valueOf(Short.toUnsignedInt(waveforms[start + k]));
        }
        BigInteger level = BigInteger.ZERO;
        for (int k = 0; k < 16; k++) {
            level = level.add(w[k]);
        }
        BigInteger c = BigInteger.ZERO;
        for (int k = normalization.heightFrom(); k < normalization.heightTo(); k++) {
            c = c.add(w[k].multiply(sixteen).subtract(level));
        }
        BigInteger height = c.multiply(BigInteger.valueOf(normalization.heightGain()))
                .add(BigInteger.TWO.pow(17))
                .shiftRight(18)
                .max(BigInteger.valueOf(normalization.lowestHeight()))
                .min(BigInteger.TWO.pow(20));
        BigInteger reciprocal =
                BigInteger.TWO.pow(40).add(height.divide(BigInteger.TWO)).divide(height);
        BigInteger[][] x = new BigInteger[2][count];
        for (int k = 0; k < count; k++) {
            x[0][k] = clamp(
                    w[k].multiply(sixteen)
                            .subtract(level)
                            .multiply(reciprocal)
                            .add(BigInteger.TWO.pow(25))
                            .shiftRight(26)
                            .subtract(BigInteger.valueOf(normalization.template()[k])),
                    -32767);
            x[1][k] = reciprocal.shiftRight(15).min(BigInteger.valueOf(32767));
        }
        for (String name : List.of("convolution1", "convolution2", "convolution3")) {
            x = convolveSlowly((NirNode.QuantizedConv1d) model.graph().nodes().get(name), x);
        }
        BigInteger time = x[0][0].multiply(BigInteger.valueOf(model.samplePeriodPicoseconds()))
                .add(BigInteger.TWO.pow(11))
                .shiftRight(12)
                .add(BigInteger.valueOf(model.referencePicoseconds()));
        BigInteger energy =
                height.add(height.multiply(x[1][0]).add(BigInteger.TWO.pow(11)).shiftRight(12));
        return new long[] {time.longValueExact(), energy.longValueExact()};
    }

    private static BigInteger[][] convolveSlowly(NirNode.QuantizedConv1d node, BigInteger[][] x) {
        int positions = (x[0].length - node.kernel()) / node.stride() + 1;
        BigInteger[][] y = new BigInteger[node.outputs()][positions];
        for (int o = 0; o < node.outputs(); o++) {
            for (int p = 0; p < positions; p++) {
                BigInteger sum = BigInteger.valueOf(node.bias()[o]);
                for (int i = 0; i < node.inputs(); i++) {
                    for (int k = 0; k < node.kernel(); k++) {
                        int weight = node.weight()[(o * node.inputs() + i) * node.kernel() + k];
                        sum = sum.add(x[i][node.stride() * p + k].multiply(BigInteger.valueOf(weight)));
                    }
                }
                BigInteger high = sum.multiply(BigInteger.valueOf(node.multiplier()[o]))
                        .add(BigInteger.TWO.pow(30))
                        .shiftRight(31);
                BigInteger rounded = new BigDecimal(high)
                        .divide(new BigDecimal(BigInteger.TWO.pow(node.shift()[o])))
                        .setScale(0, RoundingMode.HALF_UP)
                        .toBigInteger();
                y[o][p] = clamp(rounded, node.relu() ? 0 : -32767);
            }
        }
        return y;
    }

    private static BigInteger clamp(BigInteger value, int lowest) {
        return value.max(BigInteger.valueOf(lowest)).min(BigInteger.valueOf(32767));
    }

    /** The rounding of gemmlowp's SaturatingRoundingDoublingHighMul and RoundingDivideByPOT, at their edges. */
    @Test
    void requantizesWithTheRoundingOfTheDefinition() {
        int half = 1 << 30;
        assertThat(QuantizedPulseNetwork.requantize(1, half, 0)).isEqualTo(1);
        assertThat(QuantizedPulseNetwork.requantize(-1, half, 0)).isZero();
        assertThat(QuantizedPulseNetwork.requantize(6, half, 1)).isEqualTo(2);
        assertThat(QuantizedPulseNetwork.requantize(-6, half, 1)).isEqualTo(-2);
        assertThat(QuantizedPulseNetwork.requantize(Integer.MAX_VALUE, Integer.MAX_VALUE, 0))
                .isEqualTo(Integer.MAX_VALUE - 1);
        assertThat(QuantizedPulseNetwork.requantize(Integer.MIN_VALUE, Integer.MAX_VALUE, 31))
                .isEqualTo(-1);
        assertThat(QuantizedPulseNetwork.requantize(-1_000_000, Integer.MAX_VALUE, 31))
                .isZero();
    }

    @Test
    void measuresTheSamePulseAtAnyPlaceInTheArray() {
        SplittableRandom random = new SplittableRandom(2);
        QuantizedPulseNetwork network = QuantizedPulseNetwork.compile(TestingPulseModels.random(random));
        short[] waveform = new short[network.samples()];
        TestingPulseModels.drawPulse(random, waveform, 0, network.samples());
        network.measure(waveform, 0);
        long time = network.timePicoseconds();
        long energy = network.energySixteenths();
        short[] shifted = new short[network.samples() + 7];
        System.arraycopy(waveform, 0, shifted, 7, waveform.length);
        network.measure(shifted, 7);
        assertThat(network.timePicoseconds()).isEqualTo(time);
        assertThat(network.energySixteenths()).isEqualTo(energy);
    }

    @Test
    void refusesGraphsThatItCannotRun() {
        SplittableRandom random = new SplittableRandom(3);
        PulseModel model = TestingPulseModels.random(random);
        assertThatThrownBy(() -> QuantizedPulseNetwork.compile(
                        TestingPulseModels.with(model, "input", new NirNode.Input(new int[] {63}))))
                .isInstanceOf(ModelException.class)
                .hasMessage("node normalization: has a template of 64 samples, got 63 inputs");
        assertThatThrownBy(() -> QuantizedPulseNetwork.compile(TestingPulseModels.with(
                        model, "convolution2", model.graph().nodes().get("convolution3"))))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("node convolution2: has ");
        assertThatThrownBy(() -> QuantizedPulseNetwork.compile(
                        TestingPulseModels.with(model, "convolution3", new NirNode.Output(new int[] {2}))))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("2 outputs: time and energy");
    }
}
