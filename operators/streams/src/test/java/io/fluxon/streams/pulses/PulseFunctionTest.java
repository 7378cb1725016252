package io.fluxon.streams.pulses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.simulation.SimulatedDetector;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.CoincidenceBatch;
import io.fluxon.schemas.DetectorLayout;
import io.fluxon.schemas.HitBatch;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.Spectrum;
import io.fluxon.schemas.Topic;
import io.fluxon.signals.pulses.FrontEnds;
import io.fluxon.streams.PacketFunction;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class PulseFunctionTest {

    private static final long WINDOW_PICOS = 30_000_000_000L;

    private final PulseFunction function = function(WINDOW_PICOS);
    private final DigitiserStateSerializer serializer = new DigitiserStateSerializer();

    /** Everything in the order in which it came. */
    private static final class Recorder implements PacketFunction.Output {

        private final List<SpecificRecordBase> records = new ArrayList<>();
        private final List<Topic> topics = new ArrayList<>();

        @Override
        public void emit(Topic topic, SpecificRecordBase result) {
            assertThat(topic.schema()).isEqualTo(result.getSchema());
            records.add(result);
            topics.add(topic);
        }

        @Override
        public void report(SequenceReport report) {
            throw new AssertionError("pulses have nothing to report");
        }

        private <T> List<T> of(Topic topic, Class<T> contract) {
            return IntStream.range(0, records.size())
                    .filter(i -> topics.get(i) == topic)
                    .mapToObj(i -> contract.cast(records.get(i)))
                    .toList();
        }

        private <T> List<T> of(Class<T> contract) {
            return records.stream()
                    .filter(contract::isInstance)
                    .map(contract::cast)
                    .toList();
        }
    }

    @Test
    void aRestoreBetweenAnyTwoPacketsChangesNothing() throws Exception {
        List<SensorPacket> packets = packets(1, 1);
        Recorder expected = new Recorder();
        function.process(packets, expected);
        Recorder restored = new Recorder();
        DigitiserState state = null;
        for (SensorPacket packet : packets) {
            function.decode(packet);
            state = function.accept(state, packet, restored);
            if (state != null) {
                DigitiserState copy = serializer.copy(state);
                state = serializer.deserialize(new DataInputDeserializer(bytes(state)));
                assertThat(state).isEqualTo(copy).hasSameHashCodeAs(copy);
            }
        }

        assertThat(state).as("gone after END").isNull();
        assertThat(restored.records).isEqualTo(expected.records);
        assertThat(expected.of(Spectrum.class)).hasSizeGreaterThan(10);
        assertThat(expected.of(CoincidenceBatch.class)).hasSizeGreaterThan(5);
    }

    @Test
    void hitsAreSaidAtOnceAndOnceMoreExactlyOnceAndTheRestOnlyExactlyOnce() throws Exception {
        Recorder recorder = new Recorder();
        function.process(packets(1, 1), recorder);

        assertThat(recorder.of(Topic.PULSES_LIVE_HITS, HitBatch.class))
                .isEqualTo(recorder.of(Topic.PULSES_HITS, HitBatch.class))
                .isNotEmpty();
        assertThat(recorder.of(Topic.PULSES_SPECTRA, Spectrum.class)).isEqualTo(recorder.of(Spectrum.class));
        assertThat(recorder.of(Topic.PULSES_COINCIDENCES, CoincidenceBatch.class))
                .isEqualTo(recorder.of(CoincidenceBatch.class));
    }

    @Test
    void anExpiringKeyGivesTheSpectraThatAreOpen() throws Exception {
        List<SensorPacket> whole = packets(1, 1);
        Recorder expected = new Recorder();
        function.process(whole, expected);
        Recorder recorder = new Recorder();
        DigitiserState state = null;
        for (SensorPacket packet : whole.subList(0, whole.size() - 1)) {
            function.decode(packet);
            state = function.accept(state, packet, recorder);
        }
        int before = recorder.of(Spectrum.class).size();

        function.expire(state, recorder);

        assertThat(recorder.of(Spectrum.class))
                .isEqualTo(expected.of(Spectrum.class))
                .hasSizeGreaterThan(before);
    }

    @Test
    void packetsThatNeverCameAreCountedInTheSpectra() throws Exception {
        List<SensorPacket> packets = new ArrayList<>(packets(1, 1));
        packets.subList(2, 5).clear();
        Recorder recorder = new Recorder();

        function.process(packets, recorder);

        List<Spectrum> spectra = recorder.of(Spectrum.class);
        assertThat(spectra.get(spectra.size() - 1).getMissingPackets()).isEqualTo(3);
    }

    @Test
    void aFrontEndWithoutSettingsOrOfAnotherSamplingIsRefused() throws Exception {
        SensorPacket good = packets(1, 1).get(1);
        DetectorLayout layout = (DetectorLayout) good.getLayout();
        SensorPacket unknown = withLayout(
                good,
                new DetectorLayout(
                        "abacus", layout.getChannels(), layout.getSamplePeriodPicoseconds(), layout.getAdcBits()));
        SensorPacket otherSampling = withLayout(
                good,
                new DetectorLayout(
                        layout.getFrontEnd(),
                        layout.getChannels(),
                        layout.getSamplePeriodPicoseconds() + 1,
                        layout.getAdcBits()));

        function.decode(good);
        assertThat(function.events()).isEqualTo(good.getEventCount());
        for (SensorPacket bad : List.of(unknown, otherSampling)) {
            assertThatThrownBy(() -> function.decode(bad))
                    .isInstanceOfSatisfying(MalformedPacketException.class, e -> assertThat(e.rule())
                            .isEqualTo(MalformedPacketException.Rule.UNKNOWN_FRONT_END))
                    .hasMessageContaining(layout.getFrontEnd());
        }
    }

    @Test
    void theFactoryMakesAFunctionOfItsOwnForEachTask() throws Exception {
        PacketFunction.Factory<DigitiserState> factory = PulseFunction.factory(
                Map.copyOf(FrontEnds.settings()), new PulseWindows(WINDOW_PICOS, 0, 1, 50_000), null);
        PacketFunction.Factory<DigitiserState> shipped = InstantiationUtil.clone(factory);
        Recorder expected = new Recorder();
        function.process(packets(1, 1), expected);
        Recorder recorder = new Recorder();

        PulseFunction created = (PulseFunction) shipped.create();
        created.process(packets(1, 1), recorder);

        assertThat(recorder.records).isEqualTo(expected.records);
        assertThat(shipped.create()).isNotSameAs(created);
    }

    @Test
    void aWindowClosesAsSoonAsNoLaterPulseCanFallIntoIt() throws Exception {
        DigitiserState state = null;
        Recorder recorder = new Recorder();
        for (SensorPacket packet : packets(1, 1)) {
            function.decode(packet);
            state = function.accept(state, packet, recorder);
            long lastNanos = packet.getBaseUnixNanos() + packet.getLastOffset() / 1000;
            for (Spectrum spectrum : recorder.of(Spectrum.class)) {
                if (packet.getKind() != PacketKind.END) {
                    assertThat(spectrum.getToUnixNanos()).isLessThanOrEqualTo(lastNanos);
                }
            }
            if (state != null && !state.spectra.isEmpty()) {
                long open =
                        packet.getBaseUnixNanos() + (state.spectra.firstKey().window() + 1) * WINDOW_PICOS / 1000;
                assertThat(open).as("the oldest open window").isGreaterThan(lastNanos - 1_000);
            }
        }
    }

    @Test
    void anEpochWithoutEndGivesItsSpectraWhenTheNextBegins() throws Exception {
        List<SensorPacket> whole = packets(1, 1);
        Recorder expected = new Recorder();
        function.process(whole, expected);
        List<SensorPacket> cut = new ArrayList<>(whole.subList(0, whole.size() - 1));
        cut.add(packets(2, 2).get(0));
        Recorder recorder = new Recorder();

        function.process(cut, recorder);

        assertThat(recorder.of(Spectrum.class)).isEqualTo(expected.of(Spectrum.class));
    }

    @Test
    void aJobThatGoesOnWithOtherWindowsClosesTheOldSpectraFirst() throws Exception {
        List<SensorPacket> packets = packets(1, 1);
        Recorder recorder = new Recorder();
        DigitiserState state = null;
        for (int i = 0; i < packets.size(); i++) {
            PulseFunction current = i < packets.size() / 2 ? function : function(2 * WINDOW_PICOS);
            current.decode(packets.get(i));
            state = current.accept(state, packets.get(i), recorder);
        }

        long hits = recorder.of(Topic.PULSES_HITS, HitBatch.class).stream()
                .mapToLong(hit -> hit.getHits().size())
                .sum();
        long counted = recorder.of(Spectrum.class).stream()
                .mapToLong(spectrum -> spectrum.getOutside()
                        + spectrum.getPileUps()
                        + spectrum.getSaturated()
                        + spectrum.getCounts().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                .sum();
        assertThat(counted).isEqualTo(hits);
        assertThat(recorder.of(Spectrum.class))
                .extracting(spectrum -> spectrum.getToUnixNanos() - spectrum.getFromUnixNanos())
                .contains(WINDOW_PICOS / 1000, 2 * WINDOW_PICOS / 1000);
    }

    @Test
    void stateWrittenByTheFirstReleaseIsRead() throws Exception {
        byte[] stored;
        try (InputStream in = getClass().getResourceAsStream("/state/digitiser-simulated-v1.bin")) {
            stored = in.readAllBytes();
        }
        DigitiserState state = serializer.deserialize(new DataInputDeserializer(stored));

        assertThat(state.epoch).isEqualTo(7);
        assertThat(state.nextSequence).isEqualTo(5);
        assertThat(state.binning.sensorId()).isEqualTo("digitiser");
        assertThat(state.binning.energyUnit()).isEqualTo("keV");
        assertThat(state.spectra).isNotEmpty();
        assertThat(bytes(state)).isEqualTo(stored);
    }

    @Test
    void stateOfAnUnknownVersionIsRefused() {
        assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(new byte[] {99})))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 99");
    }

    @Test
    void theSnapshotRestoresACompatibleSerializer() throws Exception {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
        TypeSerializerSnapshot<DigitiserState> snapshot = TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());

        assertThat(snapshot.restoreSerializer()).isEqualTo(serializer);
    }

    private static SensorPacket withLayout(SensorPacket packet, DetectorLayout layout) {
        // Makes Avro trust the contracts.
        new AvroCodec<>(SensorPacket.class).encode(packet);
        return SensorPacket.newBuilder(packet).setLayout(layout).build();
    }

    private static PulseFunction function(long spectrumPicos) {
        return new PulseFunction(FrontEnds.settings(), new PulseWindows(spectrumPicos, 0, 1, 50_000), null);
    }

    private static List<SensorPacket> packets(long seed, long epoch) throws Exception {
        return new SimulatedDetector(seed, 2_000, 300_000_000_000L)
                .next()
                .playable("sim", "digitiser")
                .episode(epoch, 1_700_000_000_000_000_000L)
                .packets()
                .toList();
    }

    private byte[] bytes(DigitiserState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(state, out);
        return out.getCopyOfBuffer();
    }
}
