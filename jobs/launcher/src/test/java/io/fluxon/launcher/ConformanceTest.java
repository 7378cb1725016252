package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxon.launcher.infer.NpyFile;
import io.fluxon.networks.engine.LayerSummary;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.NetworkState;
import io.fluxon.networks.imports.ImportOptions;
import io.fluxon.networks.imports.NetworkFamily;
import io.fluxon.networks.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Networks that others trained, on real recordings, answer as their references say: imported, written as a model file, read
 * back and run by the engine. The references were computed by others, in Python. docs/conformance.md has the results.
 */
class ConformanceTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(TestingReferences.class)
    void everySampleGivesAsManySpikesAsTheReference(TestingReferences network) throws Exception {
        Path nets = nets();
        Model model = throughAFile(network.model(nets));
        NetworkPlan plan = NetworkPlan.compile(model);
        int hidden = layer(plan, network.hiddenLayer());
        List<String> expected = Files.readAllLines(nets.resolve(network.reference()));
        List<String> different = new ArrayList<>();
        int samples = expected.size() - 1;
        try (TestingReferences.Samples recordings = network.samples(nets)) {
            for (int i = 0; i < samples; i++) {
                String[] row = expected.get(i + 1).split(",");
                String counts = counts(plan, recordings.steps(row[0]), hidden, network.hiddenColumn() >= 0);
                String wanted = network.expectedCounts(row);
                if (!counts.equals(wanted)) {
                    different.add("sample " + row[0] + " gives " + counts + ", not " + wanted);
                }
            }
        }
        assertThat(different).isEmpty();
        assertThat(samples).isEqualTo(network.sampleCount());
    }

    /** Of 10,178 spikes of the reference none is missing, none is in another step, and none is added. */
    @Test
    void theOxfordNetworkGivesEverySpikeInItsStep() throws Exception {
        Path nets = nets();
        Model model =
                throughAFile(NetworkFamily.LAVA.read(nets.resolve("oxford_loihi/network.net"), ImportOptions.NONE));
        double[][] input = rows(nets.resolve("oxford_loihi/input.npy"));
        Set<String> expected = new TreeSet<>();
        long steps = 0;
        for (double[] spike : rows(nets.resolve("oxford_loihi/ground_truth.npy"))) {
            long step = (long) Math.rint(spike[2]);
            expected.add(step + ":" + (long) spike[0]);
            steps = Math.max(steps, step + 1);
        }
        Set<String> given = new TreeSet<>();
        NetworkPlan plan = NetworkPlan.compile(model);
        int output = layer(plan, "layer1");
        int transmissionSteps = model.dialect().transmissionSteps();
        NetworkPlan.Scratch scratch = plan.newScratch((layer, step, neurons, values, count) -> {
            if (layer == output) {
                for (int i = 0; i < count; i++) {
                    given.add(step + transmissionSteps + ":" + neurons[i]);
                }
            }
        });
        double[][] dense = new double[(int) steps][plan.inputs()];
        for (double[] spike : input) {
            int step = (int) Math.rint(spike[2]);
            if (step < steps) {
                dense[step][(int) spike[0]] = 1;
            }
        }
        run(plan, scratch, dense);

        assertThat(expected).hasSize(10_178);
        assertThat(given).isEqualTo(expected);
    }

    private Model throughAFile(Model model) throws IOException {
        Path file = folder.resolve("imported.nir");
        model.write(file);
        return Model.read(file);
    }

    private static Path nets() {
        Path nets = TestingData.folder().resolve("nets");
        assumeTrue(Files.isDirectory(nets), "skipped: no networks at " + nets + "; set FLUXON_DATA to their folder");
        return nets;
    }

    /** Spikes of every class, those of the hidden layer before them: what has left the layer by the end of the last step. */
    private static String counts(NetworkPlan plan, double[][] steps, int hidden, boolean withHidden) {
        long end = steps.length - plan.model().dialect().transmissionSteps();
        long[] left = new long[1];
        NetworkState state = run(
                plan,
                plan.newScratch((layer, step, neurons, values, count) -> {
                    if (layer == hidden && step < end) {
                        left[0] += count;
                    }
                }),
                steps);
        StringBuilder counts = new StringBuilder(withHidden ? left[0] + ":" : "");
        for (int c = 0; c < plan.outputs(); c++) {
            counts.append(' ').append((long) plan.score(state, c));
        }
        return counts.toString();
    }

    private static NetworkState run(NetworkPlan plan, NetworkPlan.Scratch scratch, double[][] steps) {
        NetworkState state = plan.newState();
        int[] inputs = new int[plan.inputs()];
        double[] values = new double[plan.inputs()];
        for (double[] step : steps) {
            int count = 0;
            for (int i = 0; i < step.length; i++) {
                if (step[i] != 0) {
                    inputs[count] = i;
                    values[count++] = step[i];
                }
            }
            plan.step(state, scratch, inputs, values, count);
        }
        return state;
    }

    private static int layer(NetworkPlan plan, String name) {
        List<String> names = plan.layers().stream().map(LayerSummary::name).toList();
        assertThat(names).contains(name);
        return names.indexOf(name);
    }

    private static double[][] rows(Path file) throws IOException {
        NpyFile array = NpyFile.open(file);
        double[][] rows = new double[array.shape()[0]][array.shape()[1]];
        for (int i = 0; i < rows.length; i++) {
            array.read((long) i * rows[i].length, rows[i], rows[i].length);
        }
        return rows;
    }
}
