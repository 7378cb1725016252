package io.fluxon.streams.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.detector.PulseBatch;
import io.fluxon.connectors.detector.PulsePackets;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.connectors.simulation.SimulatedDetector;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.DetectorLayout;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.network.NetworkSettings.Window;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PulseNetworkTest {

    private static final long PICOS_PER_MICRO = 1_000_000;

    private final List<SensorPacket> packets = packets();
    private final int channels = ((DetectorLayout) packets.get(0).getLayout()).getChannels();

    private static List<SensorPacket> packets() {
        try {
            return new SimulatedDetector(1, 2_000, 300_000_000_000L)
                    .next()
                    .playable("r1", "detector")
                    .episode(1, 1_000_000_000)
                    .packets()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One neuron a channel that fires at each of its pulses; a score counts the pulses of its channel. */
    private static Model counter(int channels) {
        float[] identity = new float[channels * channels];
        for (int c = 0; c < channels; c++) {
            identity[c * channels + c] = 1;
        }
        return new Model(
                NirGraph.chain(
                        Map.entry("input", new NirNode.Input(new int[] {channels})),
                        Map.entry("weights", new NirNode.Linear(identity, channels, channels)),
                        Map.entry(
                                "count",
                                new NirNode.Lif(
                                        Tensor.of(1),
                                        Tensor.of(-1 / Math.expm1(-1e-6)),
                                        Tensor.of(0),
                                        Tensor.of(0.999),
                                        Tensor.of(0))),
                        Map.entry("output", new NirNode.Output(new int[] {channels}))),
                "counter",
                "1",
                IntStream.range(0, channels).mapToObj(c -> "channel " + c).toList(),
                1,
                "identity");
    }

    @Test
    void everyPulseIsAnEventOfItsChannelAtItsStamp() throws Exception {
        long lengthMicros = 10_000;
        TestingOutput output = new TestingOutput();
        NetworkFunction function = new NetworkFunction(
                SensorKind.PULSES, counter(channels), new NetworkSettings(Window.tumbling(lengthMicros), 0, 0, null));
        List<float[]> counts = new ArrayList<>();
        PulseBatch batch = new PulseBatch();
        NetworkKeyState state = null;
        int pulses = 0;
        for (SensorPacket packet : packets) {
            function.decode(packet);
            state = function.accept(state, packet, output);
            PulsePackets.decode(packet, batch);
            assertThat(function.events()).isEqualTo(batch.size());
            pulses += batch.size();
            for (int i = 0; i < batch.size(); i++) {
                int window = (int) (batch.stampPicos()[i] / (lengthMicros * PICOS_PER_MICRO));
                while (counts.size() <= window) {
                    counts.add(new float[channels]);
                }
                counts.get(window)[batch.channel()[i]]++;
            }
        }

        List<Decision> decisions = output.decisions(Topic.PULSES_DECISIONS);
        assertThat(state).isNull();
        assertThat(decisions).hasSizeGreaterThan(2);
        assertThat(decisions.get(decisions.size() - 1).getEvents()).isEqualTo(pulses);
        for (Decision decision : decisions) {
            int window = (int) (decision.getFromOffset() / (lengthMicros * PICOS_PER_MICRO));
            assertThat(decision.getKind()).isEqualTo(DecisionKind.FINAL);
            assertThat(decision.getOffsetUnitPicoseconds()).isEqualTo(1);
            for (int c = 0; c < channels; c++) {
                assertThat(decision.getScores().get(c)).isEqualTo(counts.get(window)[c]);
            }
        }
    }

    @Test
    void aDigitiserOfOtherChannelsIsRefused() {
        NetworkFunction function = new NetworkFunction(
                SensorKind.PULSES, counter(channels + 1), NetworkSettings.defaults(SensorKind.PULSES));

        assertThatThrownBy(() -> function.decode(packets.get(1)))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessage("the digitiser has " + channels + " channels, the model takes " + (channels + 1))
                .extracting(e -> ((MalformedPacketException) e).rule())
                .isEqualTo(Rule.UNEXPECTED_GEOMETRY);
    }
}
