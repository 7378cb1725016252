package io.fluxon.launcher.state;

import io.fluxon.networks.engine.LayerSummary;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.NetworkState;
import io.fluxon.networks.model.ModelException;
import io.fluxon.streams.KeyState;
import io.fluxon.streams.SensorPosition;
import io.fluxon.streams.network.NetworkKeyState;
import io.fluxon.streams.network.OpenEpoch;
import io.fluxon.streams.network.OpenWindow;
import io.fluxon.streams.pulses.DigitiserState;
import io.fluxon.streams.pulses.OpenSpectrum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is kept of one key, by names and values for people and programs; numbers have their unit in the name. */
final class KeyDescription {

    private KeyDescription() {}

    /**
     * @param all whether each gap, window and spectrum is named, not only counted
     * @param plan of the networks; null if their layers are not wanted
     */
    static Map<String, Object> of(KeyState<?> state, int bytes, boolean all, NetworkPlan plan) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("bytes", bytes);
        values.put("last_append", Instant.ofEpochMilli(state.appendUnixMillis()).toString());
        List<Map<String, Object>> sensors = new ArrayList<>();
        for (SensorPosition position : state.sensors()) {
            sensors.add(sensor(position, all));
        }
        values.put("sensors", sensors);
        if (state.function() instanceof NetworkKeyState networks) {
            List<Map<String, Object>> epochs = new ArrayList<>();
            for (OpenEpoch epoch : networks.openEpochs()) {
                epochs.add(epoch(epoch, all, plan));
            }
            values.put("open_epochs", epochs);
        } else if (state.function() instanceof DigitiserState digitiser) {
            values.put("digitiser", digitiser(digitiser, all));
        }
        return values;
    }

    private static Map<String, Object> sensor(SensorPosition position, boolean all) {
        Map<String, Object> values = new LinkedHashMap<>();
        long[] gaps = position.gaps();
        values.put("sensor", position.sensorId());
        values.put("epoch", position.epoch());
        values.put("next_sequence", position.nextSequence());
        values.put("ended", position.ended());
        values.put("held_packets", position.heldPackets());
        values.put("held_bytes", position.heldBytes());
        values.put("gaps", gaps.length / 2);
        if (all && gaps.length > 0) {
            List<String> ranges = new ArrayList<>();
            for (int i = 0; i < gaps.length; i += 2) {
                ranges.add(gaps[i] + "-" + gaps[i + 1]);
            }
            values.put("missing_sequences", ranges);
        }
        return values;
    }

    private static Map<String, Object> epoch(OpenEpoch epoch, boolean all, NetworkPlan plan) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("epoch", epoch.epoch());
        values.put("model", epoch.model());
        values.put("version", epoch.modelVersion());
        values.put("last_us", epoch.lastMicros());
        values.put("events", epoch.events());
        values.put("spikes", epoch.spikes());
        values.put("synaptic_operations", epoch.synapticOperations());
        values.put("decisions", epoch.decisions());
        values.put("missing_packets", epoch.missingPackets());
        values.put("windows", epoch.windows().size());
        if (all) {
            List<Map<String, Object>> windows = new ArrayList<>();
            for (OpenWindow window : epoch.windows()) {
                windows.add(window(window, plan));
            }
            values.put("open_windows", windows);
        }
        return values;
    }

    private static Map<String, Object> window(OpenWindow window, NetworkPlan plan) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("from_us", window.fromMicros());
        if (window.endMicros() != Long.MAX_VALUE) {
            values.put("end_us", window.endMicros());
        }
        NetworkState network = window.networkState();
        if (network != null && plan != null) {
            if (!plan.fits(network)) {
                throw new ModelException(
                        plan.model().name() + " " + plan.model().version() + ": the key's network is of another model");
            }
            values.put("layers", layers(network, plan));
        } else if (window.recurrentState() != null) {
            values.put("steps", window.recurrentState().steps());
            values.put("hidden_deltas", window.recurrentState().hiddenDeltas());
        }
        values.put("takes_in", network != null || window.recurrentState() != null);
        return values;
    }

    private static List<Map<String, Object>> layers(NetworkState network, NetworkPlan plan) {
        List<Map<String, Object>> layers = new ArrayList<>();
        for (int layer = 0; layer < plan.layers().size(); layer++) {
            LayerSummary summary = plan.layers().get(layer);
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("name", summary.name());
            values.put("type", summary.type());
            values.put("spikes", plan.spikes(network, layer));
            DoubleSummaryStatistics potentials = plan.potentials(network, layer);
            if (potentials.getCount() > 0) {
                values.put("potential_min", potentials.getMin());
                values.put("potential_mean", potentials.getAverage());
                values.put("potential_max", potentials.getMax());
            }
            layers.add(values);
        }
        return layers;
    }

    private static Map<String, Object> digitiser(DigitiserState state, boolean all) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("epoch", state.epoch());
        values.put("missing_packets", state.missingPackets());
        values.put("spectra", state.openSpectra().size());
        values.put(
                "pulses",
                state.openSpectra().stream().mapToLong(OpenSpectrum::pulses).sum());
        if (all) {
            List<Map<String, Object>> spectra = new ArrayList<>();
            for (OpenSpectrum spectrum : state.openSpectra()) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("window", spectrum.window());
                one.put("channel", spectrum.channel());
                one.put("pulses", spectrum.pulses());
                one.put("outside", spectrum.outside());
                one.put("pile_ups", spectrum.pileUps());
                one.put("saturated", spectrum.saturated());
                spectra.add(one);
            }
            values.put("open_spectra", spectra);
        }
        return values;
    }
}
