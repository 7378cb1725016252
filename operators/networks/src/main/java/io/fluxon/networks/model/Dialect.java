package io.fluxon.networks.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * What NIR leaves open about the neurons of a graph: how their continuous equations become steps of length dt. With x(k)
 * the weighted sum that reaches a neuron in step k, kappa its leak and g its gain,
 *
 * <pre>
 *                    EULER                EXPONENTIAL
 * LIF, LI   kappa    1 - dt / tau         exp(-dt / tau)
 *           g        r dt / tau           r (1 - kappa)
 * IF, I     kappa    1                    1
 *           g        r                    r                   a step's input is a charge
 * CubaLIF   alpha    1 - dt / tau_syn     exp(-dt / tau_syn)
 *           i(k) = alpha i(k-1) + (1 - alpha) w_in x(k)
 *           v    as LIF's, of r i(k) (Current.NEW) or r i(k-1) (Current.OLD)
 *
 * v(k) = v_leak + kappa (v(k-1) - v_leak) + g x(k)
 * z(k) = [v(k) &gt; v_threshold], or &gt;= (SpikeTest)
 * </pre>
 *
 * Every neuron starts at rest, v = v_leak and i = 0. Where z = 1, a reset follows: to v_reset (ZERO), or by v_threshold -
 * v_reset (SUBTRACT). AT_SPIKE it is part of the step; NEXT_STEP the potential stays above the threshold until the next
 * step, which has the spike test of v(k-1) decide: SUBTRACT takes the threshold off after leak and input, ZERO replaces
 * leak and input by v_reset. With SpikesPerStep.MANY, z(k) is how often the threshold can be taken off one after the
 * other, and SUBTRACT takes it off as often.
 *
 * @param stepSeconds dt
 * @param transmissionSteps 0: a spike reaches the next layer in its own step, if no cycle forbids; 1: a step later, as do
 *     those that leave the graph
 */
public record Dialect(
        double stepSeconds,
        Integrator integrator,
        Reset reset,
        ResetTime resetTime,
        SpikeTest spikeTest,
        SpikesPerStep spikesPerStep,
        Current current,
        int transmissionSteps) {

    /** How an equation becomes a step. */
    public enum Integrator {
        EULER,
        EXPONENTIAL
    }

    /** What a spike does to the potential. */
    public enum Reset {
        ZERO,
        SUBTRACT
    }

    /** When it does so. */
    public enum ResetTime {
        AT_SPIKE,
        NEXT_STEP
    }

    /** Whether a potential equal to the threshold fires. */
    public enum SpikeTest {
        ABOVE,
        AT_OR_ABOVE
    }

    /** How often a neuron can fire in a step. */
    public enum SpikesPerStep {
        ONE,
        MANY
    }

    /** Which current charges the membrane of a CubaLIF in step k: that of step k or of step k - 1. */
    public enum Current {
        NEW,
        OLD
    }

    /**
     * What simulators take for granted, by the name of the simulator. Of what else they do, refractory times (Nengo) and
     * lower bounds of the potential (sinabs, Nengo) have no counterpart here. docs/conformance.md compares them.
     */
    public enum Preset {
        /** What this project's own trainers use. */
        FLUXON(
                Integrator.EXPONENTIAL,
                Reset.ZERO,
                ResetTime.AT_SPIKE,
                SpikeTest.ABOVE,
                SpikesPerStep.ONE,
                Current.NEW,
                0),
        /** norse/torch/functional/lif_box.py, and norse/torch/utils/import_nir.py for CubaLIF. */
        NORSE(Integrator.EULER, Reset.ZERO, ResetTime.AT_SPIKE, SpikeTest.ABOVE, SpikesPerStep.ONE, Current.NEW, 0),
        /**
         * The defaults of snntorch/_neurons/leaky.py and synaptic.py. Graphs that snnTorch has read from NIR
         * (snntorch/import_nir.py) reset to zero and at the spike instead.
         */
        SNNTORCH(
                Integrator.EULER,
                Reset.SUBTRACT,
                ResetTime.NEXT_STEP,
                SpikeTest.ABOVE,
                SpikesPerStep.ONE,
                Current.NEW,
                0),
        /**
         * sinabs/layers/lif.py with norm_input, and sinabs/activation/spike_generation.py (MultiSpike). Its own reader of NIR
         * (sinabs/nir.py) leaves norm_input out, so that it takes neither r nor 1 - kappa into the gain.
         */
        SINABS(
                Integrator.EXPONENTIAL,
                Reset.SUBTRACT,
                ResetTime.AT_SPIKE,
                SpikeTest.AT_OR_ABOVE,
                SpikesPerStep.MANY,
                Current.NEW,
                0),
        /** src/lava/proc/lif/models.py, floating point; a process sends what the next one receives a step later. */
        LAVA(Integrator.EULER, Reset.ZERO, ResetTime.AT_SPIKE, SpikeTest.ABOVE, SpikesPerStep.ONE, Current.NEW, 1),
        /** The defaults of py-spinnaker2's s2_nir.py: exponential, subtract, conn_delay 1. */
        SPINNAKER2(
                Integrator.EXPONENTIAL,
                Reset.SUBTRACT,
                ResetTime.AT_SPIKE,
                SpikeTest.ABOVE,
                SpikesPerStep.ONE,
                Current.NEW,
                1),
        /** LIF of nengo/neurons.py with a refractory time of 0. */
        NENGO(
                Integrator.EXPONENTIAL,
                Reset.ZERO,
                ResetTime.AT_SPIKE,
                SpikeTest.ABOVE,
                SpikesPerStep.ONE,
                Current.NEW,
                0),
        /** rockpool/nn/modules/torch/lif_neuron_torch.py (StepPWL); its inputs are not multiplied by 1 - kappa. */
        ROCKPOOL(
                Integrator.EXPONENTIAL,
                Reset.SUBTRACT,
                ResetTime.AT_SPIKE,
                SpikeTest.AT_OR_ABOVE,
                SpikesPerStep.MANY,
                Current.NEW,
                0),
        /** LIFNode of spikingjelly/activation_based/neuron.py, and nir_exchange/from_nir.py beside it. */
        SPIKINGJELLY(
                Integrator.EULER,
                Reset.ZERO,
                ResetTime.AT_SPIKE,
                SpikeTest.AT_OR_ABOVE,
                SpikesPerStep.ONE,
                Current.NEW,
                0);

        private final Dialect ofOneSecond;

        Preset(
                Integrator integrator,
                Reset reset,
                ResetTime resetTime,
                SpikeTest spikeTest,
                SpikesPerStep spikesPerStep,
                Current current,
                int transmissionSteps) {
            ofOneSecond =
                    new Dialect(1, integrator, reset, resetTime, spikeTest, spikesPerStep, current, transmissionSteps);
        }

        public Dialect dialect(double stepSeconds) {
            return ofOneSecond.withStepSeconds(stepSeconds);
        }
    }

    public Dialect {
        if (!(stepSeconds > 0 && stepSeconds < Double.POSITIVE_INFINITY)) {
            throw new ModelException("metadata: dt is " + stepSeconds + ", must be a positive number of seconds");
        }
        if (transmissionSteps != 0 && transmissionSteps != 1) {
            throw new ModelException("metadata: transmission_steps is " + transmissionSteps + ", must be 0 or 1");
        }
    }

    public Dialect withStepSeconds(double seconds) {
        return new Dialect(seconds, integrator, reset, resetTime, spikeTest, spikesPerStep, current, transmissionSteps);
    }

    /** The rule of Loihi's own neurons, whatever the others follow. */
    public Dialect ofLoihi() {
        return new Dialect(
                stepSeconds,
                integrator,
                Reset.ZERO,
                ResetTime.AT_SPIKE,
                SpikeTest.AT_OR_ABOVE,
                SpikesPerStep.ONE,
                current,
                transmissionSteps);
    }

    /**
     * Reads the keys preset, integrator, reset, reset_time, spike_test, spikes_per_step, current and transmission_steps:
     * the preset first ({@code fluxon} where there is none), then whatever else is given.
     */
    static Dialect of(Map<String, String> metadata, double stepSeconds) {
        Dialect base = choice(metadata, "preset", Preset.FLUXON).dialect(stepSeconds);
        return new Dialect(
                stepSeconds,
                choice(metadata, "integrator", base.integrator),
                choice(metadata, "reset", base.reset),
                choice(metadata, "reset_time", base.resetTime),
                choice(metadata, "spike_test", base.spikeTest),
                choice(metadata, "spikes_per_step", base.spikesPerStep),
                choice(metadata, "current", base.current),
                metadata.containsKey("transmission_steps")
                        ? (int) Metadata.wholeNumber(metadata, "transmission_steps", 0, 1)
                        : base.transmissionSteps);
    }

    /** Writes all of it but dt, one key each. */
    void writeTo(Map<String, String> metadata) {
        metadata.put("integrator", text(integrator));
        metadata.put("reset", text(reset));
        metadata.put("reset_time", text(resetTime));
        metadata.put("spike_test", text(spikeTest));
        metadata.put("spikes_per_step", text(spikesPerStep));
        metadata.put("current", text(current));
        metadata.put("transmission_steps", Integer.toString(transmissionSteps));
    }

    private static <E extends Enum<E>> E choice(Map<String, String> metadata, String key, E otherwise) {
        String value = metadata.get(key);
        if (value == null) {
            return otherwise;
        }
        for (E candidate : otherwise.getDeclaringClass().getEnumConstants()) {
            if (text(candidate).equals(value)) {
                return candidate;
            }
        }
        throw new ModelException("metadata: " + key + " is " + value + ", must be one of "
                + String.join(
                        ", ",
                        Arrays.stream(otherwise.getDeclaringClass().getEnumConstants())
                                .map(Dialect::text)
                                .toList()));
    }

    /** How a choice is written in metadata and on the command line. */
    public static String text(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }
}
