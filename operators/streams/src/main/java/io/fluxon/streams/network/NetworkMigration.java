package io.fluxon.streams.network;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.streams.network.OpenEpoch.Made;
import java.util.Arrays;
import java.util.List;

/**
 * Carries what is kept of keys over from one model to another of as long steps and as many inputs. Layers that both models have
 * keep their membranes, others start at rest; where a network's outputs change in number, what they have counted starts
 * at 0. Positions, windows and counters stay.
 */
public final class NetworkMigration {

    private final StreamNetwork from;
    private final StreamNetwork to;

    public NetworkMigration(Model from, Model to) {
        this.from = StreamNetwork.of(from);
        this.to = StreamNetwork.of(to);
        if (from.stepMicros() != to.stepMicros()) {
            throw new ModelException(to.name() + " " + to.version() + ": a step of " + to.stepMicros()
                    + " us cannot take over one of " + from.stepMicros() + " us");
        }
        if (inputs(this.from) != inputs(this.to) || this.from.takesEvents() != this.to.takesEvents()) {
            throw new ModelException(to.name() + " " + to.version() + ": " + inputs(this.to) + " inputs of "
                    + (this.to.takesEvents() ? "events" : "samples") + " cannot take over " + inputs(this.from)
                    + " of " + (this.from.takesEvents() ? "events" : "samples"));
        }
    }

    private static int inputs(StreamNetwork network) {
        return Arrays.stream(network.inputShape()).reduce(1, (a, b) -> a * b);
    }

    /** Names of the layers whose membranes are kept. */
    public List<String> keptLayers() {
        return to.adopted(from);
    }

    /** Carries a state over; refuses one of a model that is not the first. */
    public void migrate(NetworkKeyState state) {
        for (OpenEpoch epoch : state.open) {
            Made made = epoch.made;
            Model model = from.model();
            if (!made.model().equals(model.name()) || !made.version().equals(model.version())) {
                throw new ModelException("epoch " + epoch.epoch + " is of model " + made.model() + " " + made.version()
                        + ", not of " + model.name() + " " + model.version());
            }
            for (OpenWindow window : epoch.windows) {
                if (window.memory == null) {
                    continue;
                }
                if (!from.fits(window.memory)) {
                    throw new ModelException("epoch " + epoch.epoch + " has a network that is not " + model.name() + " "
                            + model.version());
                }
                window.memory = to.adopt(from, window.memory);
                if (made.window().kind() == NetworkSettings.Kind.CONTINUOUS && to.countsSpikes()) {
                    window.countsBefore = countsBefore(window);
                }
            }
            epoch.made = new Made(
                    to.model().name(),
                    to.model().version(),
                    to.model().stepMicros(),
                    inputs(to),
                    made.window(),
                    made.everyMicros());
        }
    }

    /** The counts at the last decision; 0 of outputs that have started afresh. */
    private float[] countsBefore(OpenWindow window) {
        float[] counts = new float[to.model().classes().size()];
        to.scores(window.memory, counts);
        for (int c = 0; c < counts.length; c++) {
            float before = c < window.countsBefore.length ? window.countsBefore[c] : 0;
            counts[c] = Math.min(counts[c], before);
        }
        return counts;
    }
}
