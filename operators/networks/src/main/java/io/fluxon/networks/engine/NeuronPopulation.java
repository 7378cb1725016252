package io.fluxon.networks.engine;

import io.fluxon.networks.engine.NetworkPlan.Scratch;
import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Dialect.Reset;
import io.fluxon.networks.model.Dialect.ResetTime;
import io.fluxon.networks.model.Dialect.SpikeTest;
import io.fluxon.networks.model.Dialect.SpikesPerStep;
import java.util.Arrays;

/**
 * Neurons without a synaptic current: LIF and IF, which spike, LI and I, which give their potential.
 *
 * <p>A silence of n steps is v(k + n) = v&#8734; + kappa<sup>n</sup> (v(k) - v&#8734;), with kappa<sup>n</sup> by repeated
 * squaring; that is the definition. It is taken where v does not exceed the threshold, nor v&#8734;, which leak and bias lead to: then
 * no step of the silence can make a spike.
 */
class NeuronPopulation extends Population {

    static final Kernels KERNELS = Kernels.BEST;

    /** A potential this close to the threshold counts as one that can reach it, relative to the threshold. */
    private static final double MARGIN = 1e-9;

    /** kappa to the n for n below this is tabulated where kappa is the same for all; beyond, it is computed on the way. */
    private static final int TABULATED_STEPS = 1024;

    /** Values in a line of the cache. */
    private static final int LINE = 8;

    final Parameters parameters;
    final Dialect dialect;
    private final boolean givesPotential;

    /** The largest potential that does not fire, per element of a block. */
    final double[] limit;

    /** What SUBTRACT takes off, per element of a block. */
    private final double[] span;

    private final boolean withoutConstant;

    /** Whether a step of the whole population is one kernel. */
    private final boolean inOneGo;

    /** Whether what is due of a population of many blocks is gone through in one loop. */
    private final boolean placesInOneGo;

    private final double[] powers;

    /**
     * What the elements of a block have, an array per parameter.
     *
     * @param kappa leak per step
     * @param constant what leak and bias add to the potential per step
     * @param vLeak potential of a new state
     * @param threshold infinite for neurons that do not spike
     */
    record Parameters(double[] kappa, double[] constant, double[] vLeak, double[] threshold, double[] vReset) {

        /** Potential that an element goes to if nothing reaches it. */
        double equilibrium(int j) {
            if (kappa[j] < 1) {
                return constant[j] / (1 - kappa[j]);
            }
            return constant[j] == 0 ? Double.NEGATIVE_INFINITY : Math.copySign(Double.POSITIVE_INFINITY, constant[j]);
        }
    }

    NeuronPopulation(
            int index,
            String name,
            String type,
            Layout layout,
            Parameters parameters,
            Dialect dialect,
            boolean givesPotential,
            String steppedBecause) {
        super(index, name, type, layout, steppedBecause);
        this.parameters = parameters;
        this.dialect = dialect;
        this.givesPotential = givesPotential;
        int size = layout.blockSize();
        this.limit = new double[size];
        this.span = new double[size];
        for (int j = 0; j < size; j++) {
            double threshold = parameters.threshold[j];
            limit[j] = dialect.spikeTest() == SpikeTest.ABOVE ? threshold : Math.nextDown(threshold);
            span[j] = threshold - parameters.vReset[j];
        }
        this.withoutConstant = Arrays.stream(parameters.constant).allMatch(c -> c == 0);
        this.inOneGo = withoutConstant && layout.blocks() == 1 && !hasCurrent();
        boolean uniform = Arrays.stream(parameters.kappa).distinct().count() == 1;
        this.powers = new double[uniform ? TABULATED_STEPS : 0];
        for (int n = 0; n < powers.length; n++) {
            powers[n] = power(parameters.kappa[0], n);
        }
        this.placesInOneGo = layout.blocks() > 1
                && uniform
                && withoutConstant
                && steppedBecause == null
                && spikes()
                && !hasCurrent()
                && dialect.resetTime() == ResetTime.AT_SPIKE
                && dialect.spikesPerStep() == SpikesPerStep.ONE;
    }

    /** Whether a neuron whose potential goes to this one can come to fire. */
    static boolean canFire(double potential, double threshold) {
        return potential > threshold - MARGIN * Math.max(1, Math.abs(threshold));
    }

    @Override
    final boolean spikes() {
        return parameters.threshold[0] != Double.POSITIVE_INFINITY;
    }

    @Override
    int stateValues() {
        return layout.size();
    }

    @Override
    void rest(NetworkState state) {
        super.rest(state);
        double[] v = state.potential[index];
        for (int i = 0; i < v.length; i++) {
            v[i] = parameters.vLeak[i % layout.blockSize()];
        }
    }

    /** Potential of an element after the given step, whatever the step up to which the state has it. */
    double potentialAfter(NetworkState state, int element, long step) {
        long steps = step - state.clock[index][element / layout.blockSize()];
        double v = state.potential[index][element];
        if (steps <= 0) {
            return v;
        }
        int j = element % layout.blockSize();
        double decay = power(j, steps);
        return v * decay + drift(j, steps, decay);
    }

    /**
     * Where there are more events than lines of an array, nearly all lines will be needed, and one after the other they come
     * out of memory several times as fast as at random.
     */
    @Override
    void touch(NetworkState state, Scratch scratch, int events) {
        if (placesInOneGo && layout.blockSize() == 1 && events >= layout.size() / LINE) {
            scratch.touched += sumOfLines(state.potential[index], state.drive[index], state.clock[index]);
        }
    }

    private static double sumOfLines(double[] v, double[] drive, long[] clock) {
        double values = 0;
        long clocks = 0;
        for (int i = 0; i < v.length; i += LINE) {
            values += v[i] + drive[i];
            clocks += clock[i];
        }
        return values + clocks;
    }

    @Override
    void fire(NetworkState state, Scratch scratch, long step) {
        if (!placesInOneGo) {
            super.fire(state, scratch, step);
            return;
        }
        long[] due = state.due[index];
        double[] v = state.potential[index];
        Spikes spikes = scratch.spikes[index];
        int blocks = takeDue(due, scratch.blocks);
        int candidates = layout.blockSize() == 1
                ? advancePlaces(v, state.drive[index], state.clock[index], step, scratch.blocks, blocks, spikes.neurons)
                : advanceBlocks(
                        v, state.drive[index], state.clock[index], step, scratch.blocks, blocks, spikes.neurons);
        spikes.count = keepAbove(v, spikes.neurons, candidates);
        Arrays.fill(spikes.values, 0, spikes.count, 1);
        reset(v, spikes, due);
    }

    /**
     * Writes the set bits of the words, ascending, and clears them. Eight at a time whether there are so many or not: nobody
     * can foresee how many a word has, and a wrong guess costs more.
     *
     * @param indices has room for eight more than there are
     * @return how many there are
     */
    static int takeDue(long[] due, int[] indices) {
        int count = 0;
        for (int word = 0; word < due.length; word++) {
            long rest = due[word];
            if (rest == 0) {
                continue;
            }
            due[word] = 0;
            int base = word << 6;
            int end = count + Long.bitCount(rest);
            for (int i = count; i < end; i += 8) {
                for (int k = 0; k < 8; k++) {
                    indices[i + k] = base + Long.numberOfTrailingZeros(rest);
                    rest &= rest - 1;
                }
            }
            count = end;
        }
        return count;
    }

    /**
     * v = v kappa<sup>n</sup> + drive of the blocks of one element, each with its own n; then the drive is 0.
     *
     * @param candidates gets the elements that may be above their limit: no processor foresees which, so without a jump
     * @return how many candidates there are
     */
    private int advancePlaces(
            double[] v, double[] drive, long[] clock, long step, int[] places, int count, int[] candidates) {
        double constant = parameters.constant[0];
        double limit = this.limit[0];
        int found = 0;
        for (int b = 0; b < count; b++) {
            int i = places[b];
            double potential = v[i] * decay(step - clock[i]) + constant + drive[i];
            clock[i] = step;
            v[i] = potential;
            drive[i] = 0;
            candidates[found] = i;
            found += (int) (Double.doubleToRawLongBits(limit - potential) >>> 63);
        }
        return found;
    }

    /** {@link #advancePlaces} of blocks of several elements. */
    private int advanceBlocks(
            double[] v, double[] drive, long[] clock, long step, int[] blocks, int count, int[] candidates) {
        int size = limit.length;
        int found = 0;
        for (int b = 0; b < count; b++) {
            int block = blocks[b];
            double decay = decay(step - clock[block]);
            clock[block] = step;
            int base = block * size;
            for (int j = 0; j < size; j++) {
                int i = base + j;
                double potential = v[i] * decay + parameters.constant[j] + drive[i];
                v[i] = potential;
                drive[i] = 0;
                candidates[found] = i;
                found += (int) (Double.doubleToRawLongBits(limit[j] - potential) >>> 63);
            }
        }
        return found;
    }

    /** kappa<sup>steps</sup> where kappa is the same for all. */
    private double decay(long steps) {
        return steps < powers.length ? powers[(int) steps] : power(parameters.kappa[0], steps);
    }

    /** Keeps of the candidates those that are above the limit: infinities and NaN may have set the sign, too. */
    private int keepAbove(double[] v, int[] candidates, int count) {
        int size = limit.length;
        int kept = 0;
        for (int c = 0; c < count; c++) {
            int i = candidates[c];
            if (v[i] > limit[size == 1 ? 0 : i % size]) {
                candidates[kept++] = i;
            }
        }
        return kept;
    }

    /** Resets what has fired, and marks the blocks in which something still is above its limit. */
    private void reset(double[] v, Spikes spikes, long[] due) {
        int size = limit.length;
        for (int s = 0; s < spikes.count; s++) {
            int i = spikes.neurons[s];
            int j = size == 1 ? 0 : i % size;
            v[i] = dialect.reset() == Reset.ZERO ? parameters.vReset[j] : v[i] - span[j];
            if (v[i] > limit[j]) {
                Projection.mark(due, size == 1 ? i : i / size);
            }
        }
    }

    @Override
    boolean fireBlock(NetworkState state, Scratch scratch, int block, long step) {
        int base = block * layout.blockSize();
        double[] v = state.potential[index];
        Spikes spikes = scratch.spikes[index];
        long steps = step - state.clock[index][block];
        state.clock[index][block] = step;
        if (!spikes()) {
            integrate(state, scratch, base, steps);
            if (givesPotential) {
                for (int i = base; i < base + limit.length; i++) {
                    if (v[i] != 0) {
                        spikes.add(i, v[i]);
                    }
                }
            }
            return false;
        }
        int pending = dialect.resetTime() == ResetTime.NEXT_STEP ? aboveLimit(v, base, spikes) : 0;
        int fired;
        if (pending > 0) {
            setTimes(v, base, spikes, pending);
            integrate(state, scratch, base, steps);
            reset(v, base, spikes, pending);
            fired = aboveLimit(v, base, spikes);
        } else if (steps == 1 && inOneGo) {
            fired = KERNELS.leakAndSearch(v, parameters.kappa, state.drive[index], limit, spikes.neurons);
        } else {
            integrate(state, scratch, base, steps);
            fired = aboveLimit(v, base, spikes);
        }
        setTimes(v, base, spikes, fired);
        if (dialect.resetTime() == ResetTime.AT_SPIKE) {
            reset(v, base, spikes, fired);
        }
        boolean above = false;
        for (int s = spikes.count; s < spikes.count + fired; s++) {
            above |= v[spikes.neurons[s]] > limit[spikes.neurons[s] - base];
        }
        spikes.count += fired;
        return above || canRise(state, base);
    }

    /** Writes the elements above the limit behind the spikes, without counting them as such yet. */
    private int aboveLimit(double[] v, int base, Spikes spikes) {
        if (v.length == limit.length) {
            return KERNELS.indicesAbove(v, limit, spikes.neurons);
        }
        int end = spikes.count;
        for (int j = 0; j < limit.length; j++) {
            if (v[base + j] > limit[j]) {
                spikes.neurons[end++] = base + j;
            }
        }
        return end - spikes.count;
    }

    /** How often each of the elements found above the limit fires. */
    private void setTimes(double[] v, int base, Spikes spikes, int found) {
        if (dialect.spikesPerStep() == SpikesPerStep.ONE) {
            Arrays.fill(spikes.values, spikes.count, spikes.count + found, 1);
            return;
        }
        for (int s = spikes.count; s < spikes.count + found; s++) {
            int j = spikes.neurons[s] - base;
            double surplus = (v[base + j] - parameters.threshold[j]) / span[j];
            if (dialect.spikeTest() == SpikeTest.ABOVE) {
                spikes.values[s] = Math.max(1, Math.ceil(surplus));
            } else {
                spikes.values[s] = Math.floor(surplus) + 1;
            }
        }
    }

    private void reset(double[] v, int base, Spikes spikes, int found) {
        for (int s = spikes.count; s < spikes.count + found; s++) {
            int neuron = spikes.neurons[s];
            int j = neuron - base;
            v[neuron] = dialect.reset() == Reset.ZERO ? parameters.vReset[j] : v[neuron] - spikes.values[s] * span[j];
        }
    }

    /**
     * Advances a block by a silence and one step with its drive, and empties the drive.
     *
     * @param steps length of both together
     */
    void integrate(NetworkState state, Scratch scratch, int base, long steps) {
        double[] v = state.potential[index];
        double[] drive = state.drive[index];
        if (layout.blocks() > 1) {
            integratePlace(v, drive, base, steps);
            return;
        }
        double[] decay = parameters.kappa;
        double[] drift = parameters.constant;
        if (steps != 1) {
            decay = scratch.decay;
            drift = scratch.drift;
            if (powers.length > 0) {
                Arrays.fill(decay, 0, v.length, power(0, steps));
            } else {
                for (int j = 0; j < v.length; j++) {
                    decay[j] = power(j, steps);
                }
            }
            if (!withoutConstant) {
                for (int j = 0; j < v.length; j++) {
                    drift[j] = drift(j, steps, decay[j]);
                }
            }
        }
        if (withoutConstant) {
            KERNELS.leakAndIntegrate(v, decay, drive);
        } else {
            KERNELS.leakAndIntegrate(v, decay, drift, drive);
        }
        Arrays.fill(drive, 0);
    }

    private void integratePlace(double[] v, double[] drive, int base, long steps) {
        for (int j = 0; j < limit.length; j++) {
            int i = base + j;
            double decay = power(j, steps);
            v[i] = v[i] * decay + drift(j, steps, decay) + drive[i];
            drive[i] = 0;
        }
    }

    /** base<sup>exponent</sup> by repeated squaring: the same bits everywhere, and nothing allocated. */
    static double power(double base, long exponent) {
        double power = 1;
        double square = base;
        for (long rest = exponent; rest != 0; rest >>>= 1) {
            if (square == 0) {
                return 0;
            }
            if ((rest & 1) != 0) {
                power *= square;
            }
            square *= square;
        }
        return power;
    }

    /** kappa<sup>steps</sup>. */
    private double power(int j, long steps) {
        double kappa = parameters.kappa[j];
        if (steps == 1 || kappa == 1) {
            return kappa;
        }
        return steps < powers.length ? powers[(int) steps] : power(kappa, steps);
    }

    /** What leak and bias add to the potential in that many steps. */
    private double drift(int j, long steps, double decay) {
        double constant = parameters.constant[j];
        if (constant == 0 || steps == 1) {
            return constant;
        }
        return parameters.kappa[j] == 1 ? constant * steps : constant * ((1 - decay) / (1 - parameters.kappa[j]));
    }

    /** Whether something in the block can still lift an element above its limit without any further input. */
    boolean canRise(NetworkState state, int base) {
        return false;
    }
}
