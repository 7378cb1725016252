package io.fluxon.networks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Dialect.Current;
import io.fluxon.networks.model.Dialect.Integrator;
import io.fluxon.networks.model.Dialect.Preset;
import io.fluxon.networks.model.Dialect.Reset;
import io.fluxon.networks.model.Dialect.ResetTime;
import io.fluxon.networks.model.Dialect.SpikeTest;
import io.fluxon.networks.model.Dialect.SpikesPerStep;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirFile;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One neuron on other platforms (NIR, paper/01_lif): the graph lif_norse.nir, 1,000 steps of 0.1 ms, and of every platform
 * the input, potential and spikes that it recorded. docs/conformance.md explains the differences between them.
 */
class NirLifConformanceTest {

    private static final double STEP_SECONDS = 1e-4;

    /** Of what unleaked input adds, dt / tau instead of 1 - exp(-dt / tau). */
    private static final double EULER_GAIN = 0.04 / -Math.expm1(-0.04);

    private static final List<Integer> USUAL = List.of(460, 510, 710, 760);
    private static final List<Integer> STEP_LATER = List.of(461, 511, 711, 761);
    private static final List<Integer> HIGHER_GAIN = List.of(450, 500, 710, 760);

    /** What reproduces a platform's column; potentials in the column are {@code scale} times ours. */
    enum Column {
        NORSE("norse", Preset.NORSE.dialect(STEP_SECONDS), 1, 1, 0, 1e-7, USUAL),
        SNNTORCH("snntorch", snnTorchOfNir(), 25, 1, 0, 1e-7, USUAL),
        NENGO("nengo", Preset.NENGO.dialect(STEP_SECONDS), 10, 1, 0, 1e-8, USUAL),
        SPINNAKER2("spinnaker2", Preset.NORSE.dialect(STEP_SECONDS), 25, 102 / 102.02, 0, 1e-7, USUAL),
        LAVA("lava_cpu_float", Preset.LAVA.dialect(STEP_SECONDS), 1, 1, 1, 1e-7, STEP_LATER),
        SPYX("spyx", spyx(), 1, 1, 0, 1e-7, STEP_LATER),
        SINABS("sinabs", Preset.SINABS.dialect(STEP_SECONDS), 1, EULER_GAIN, 0, 1e-7, HIGHER_GAIN),
        ROCKPOOL("rockpool", Preset.ROCKPOOL.dialect(STEP_SECONDS), 1, EULER_GAIN, 0, 1e-7, HIGHER_GAIN),
        EXACT("exact", Preset.NENGO.dialect(STEP_SECONDS), 1, 1, 0, 1e-2, USUAL);

        private final String file;
        private final Dialect dialect;
        private final double scale;
        private final double gain;
        private final int potentialSteps;
        private final double tolerance;
        private final List<Integer> spikes;

        Column(
                String file,
                Dialect dialect,
                double scale,
                double gain,
                int potentialSteps,
                double tolerance,
                List<Integer> spikes) {
            this.file = file;
            this.dialect = dialect;
            this.scale = scale;
            this.gain = gain;
            this.potentialSteps = potentialSteps;
            this.tolerance = tolerance;
            this.spikes = spikes;
        }
    }

    @ParameterizedTest
    @EnumSource(Column.class)
    void spikesAndPotentialAreThoseOfThePlatform(Column column) throws Exception {
        Path folder = folder();
        List<double[]> recorded = rows(folder.resolve("lif_" + column.file + ".csv"));
        List<double[]> traced = trace(
                new Model(
                        NirFile.read(folder.resolve("lif_norse.nir")),
                        "lif",
                        "1",
                        List.of("0"),
                        100,
                        column.dialect,
                        "a test"),
                column.gain);

        double worst = 0;
        for (int step = column.potentialSteps; step < recorded.size(); step++) {
            double difference = traced.get(step - column.potentialSteps)[1] - recorded.get(step)[1] / column.scale;
            worst = Math.max(worst, Math.abs(difference));
        }
        assertThat(spikesOf(traced)).isEqualTo(column.spikes);
        assertThat(spikesOf(recorded)).isEqualTo(column.spikes);
        assertThat(worst).isLessThan(column.tolerance);
    }

    /**
     * In fixed point, Lava's importer makes 64 * 10 of the input's weight, 163 / 4096 of the leak and 64 * 25 of the
     * threshold, which a potential has to exceed. The chip shows 128 in the step of a spike, the simulator the reset to 0.
     */
    @ParameterizedTest
    @CsvSource({"lava_cpu_fixed, 0", "lava_loihi_fixed, 128"})
    void fixedPointIsReproducedToTheBit(String file, double shownAtSpike) throws Exception {
        Path folder = folder();
        List<double[]> recorded = rows(folder.resolve("lif_" + file + ".csv"));
        List<double[]> traced = trace(
                new Model(
                        NirGraph.chain(
                                Map.entry("input", new NirNode.Input(new int[] {1})),
                                Map.entry("weight", new NirNode.Linear(new float[] {640}, 1, 1)),
                                Map.entry("lif", new NirNode.LoihiCubaLif(new int[] {1}, 4096, 163, 1601)),
                                Map.entry("output", new NirNode.Output(new int[] {1}))),
                        "lif",
                        "1",
                        List.of("0"),
                        100,
                        Preset.LAVA.dialect(STEP_SECONDS),
                        "a test"),
                1);

        assertThat(spikesOf(traced)).isEqualTo(STEP_LATER);
        assertThat(spikesOf(recorded)).isEqualTo(STEP_LATER);
        for (int step = 1; step < recorded.size(); step++) {
            double expected = STEP_LATER.contains(step) ? shownAtSpike : traced.get(step - 1)[1];
            assertThat(recorded.get(step)[1]).as("step %d", step).isEqualTo(expected);
        }
    }

    /** Of every step the input, the potential after it, and whether a spike comes out in it. */
    private static List<double[]> trace(Model model, double gain) throws Exception {
        GraphCompiler compiler = new GraphCompiler(model);
        NetworkPlan plan = new NetworkPlan(compiler);
        int neuron = Arrays.stream(compiler.populations)
                .filter(population -> population.type.endsWith("LIF"))
                .findFirst()
                .orElseThrow()
                .index;
        List<double[]> traced = new ArrayList<>();
        for (double[] row : rows(folder().resolve("lif_norse.csv"))) {
            traced.add(new double[] {row[0] * gain, 0, 0});
        }
        NetworkPlan.Scratch scratch = plan.newScratch((layer, step, neurons, values, count) ->
                traced.get((int) step + model.dialect().transmissionSteps())[2] = 1);
        NetworkState state = plan.newState();
        for (double[] row : traced) {
            // An input of 0 has the potential brought to this step.
            plan.step(state, scratch, new int[] {0}, row, 1);
            row[1] = state.potential[neuron][0];
        }
        return traced;
    }

    /** snnTorch's reader of NIR builds its neurons with reset_mechanism zero and without reset_delay. */
    private static Dialect snnTorchOfNir() {
        return new Dialect(
                STEP_SECONDS,
                Integrator.EULER,
                Reset.ZERO,
                ResetTime.AT_SPIKE,
                SpikeTest.ABOVE,
                SpikesPerStep.ONE,
                Current.NEW,
                0);
    }

    /** Spyx fires by the potential that the step before left, and subtracts then. */
    private static Dialect spyx() {
        return new Dialect(
                STEP_SECONDS,
                Integrator.EULER,
                Reset.SUBTRACT,
                ResetTime.NEXT_STEP,
                SpikeTest.ABOVE,
                SpikesPerStep.ONE,
                Current.NEW,
                1);
    }

    private static List<Integer> spikesOf(List<double[]> rows) {
        List<Integer> spikes = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i)[2] > 0) {
                spikes.add(i);
            }
        }
        return spikes;
    }

    private static List<double[]> rows(Path file) throws Exception {
        List<double[]> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] values = line.split(",");
            rows.add(new double[] {
                Double.parseDouble(values[0]), Double.parseDouble(values[1]), Double.parseDouble(values[2])
            });
        }
        return rows;
    }

    private static Path folder() {
        String configured = System.getenv("FLUXON_DATA");
        Path data = configured == null
                ? Path.of(System.getProperty("fluxon.root", "../.."), "..", "shared", "data")
                : Path.of(configured);
        Path folder = data.resolve("nets/nir_lif");
        assumeTrue(Files.isDirectory(folder), "skipped: no " + folder + "; set FLUXON_DATA to the data's folder");
        return folder;
    }
}
