package io.fluxon.streams.pulses;

import io.fluxon.connectors.detector.PulseBatch;
import io.fluxon.connectors.detector.PulsePackets;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.networks.engine.QuantizedPulseNetwork;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.networks.model.PulseModel;
import io.fluxon.schemas.Coincidence;
import io.fluxon.schemas.CoincidenceBatch;
import io.fluxon.schemas.DetectorLayout;
import io.fluxon.schemas.Hit;
import io.fluxon.schemas.HitBatch;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Spectrum;
import io.fluxon.schemas.Topic;
import io.fluxon.signals.pulses.PulseAnalyzer;
import io.fluxon.signals.pulses.PulseMeasurement;
import io.fluxon.signals.pulses.PulseSettings;
import io.fluxon.signals.pulses.PulseTimes;
import io.fluxon.streams.PacketFunction;
import io.fluxon.streams.ValueSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Analyses the pulses of each digitiser and keeps its open spectra and unpaired pulses: hits, coincidences and spectra out.
 *
 * <p>Each DATA packet gives one {@link HitBatch}, and a {@link CoincidenceBatch} if it completes pairs. A spectrum leaves
 * when no later pulse can fall into its window any more, at the END, or when the next epoch begins without one. Windows
 * count from the epoch's base; a window without pulses gives no spectrum.
 */
public final class PulseFunction implements PacketFunction<DigitiserState> {

    /** One front end: how its pulses are analysed, and by which network, if any. */
    private static final class FrontEnd {

        private final PulseSettings settings;
        private final PulseAnalyzer analyzer;
        private final QuantizedPulseNetwork network;

        private FrontEnd(PulseSettings settings, QuantizedPulseNetwork network) {
            this.settings = settings;
            this.analyzer = new PulseAnalyzer(settings);
            this.network = network;
        }

        /** A waveform of another length is none that the network was trained on. */
        private boolean hasNetworkFor(int samples) {
            return network != null && samples == network.samples();
        }
    }

    private static final long PICOS_PER_NANO = 1000;

    private final PulseWindows windows;
    private final Map<String, FrontEnd> frontEnds = new TreeMap<>();
    private final PulseMeasurement measurement = new PulseMeasurement();
    private final PulseBatch batch = new PulseBatch();

    /**
     * @param settings by front end
     * @param model a network for one of the front ends; null for none
     */
    public PulseFunction(Map<String, PulseSettings> settings, PulseWindows windows, PulseModel model) {
        this.windows = windows;
        settings.forEach((name, own) -> frontEnds.put(
                name,
                new FrontEnd(
                        own,
                        model != null && model.frontEnd().equals(name) ? QuantizedPulseNetwork.compile(model) : null)));
    }

    /**
     * Ships what the function of each task is made of.
     *
     * @param settings by front end
     * @param modelFile a network for one of the front ends; null for none
     */
    public static PacketFunction.Factory<DigitiserState> factory(
            Map<String, PulseSettings> settings, PulseWindows windows, ModelFile modelFile) {
        TreeMap<String, PulseSettings> shipped = new TreeMap<>(settings);
        return () -> new PulseFunction(shipped, windows, modelFile == null ? null : modelFile.openPulses());
    }

    @Override
    public void decode(SensorPacket packet) throws MalformedPacketException {
        PulsePackets.decode(packet, batch);
        DetectorLayout layout = (DetectorLayout) packet.getLayout();
        FrontEnd frontEnd = frontEnds.get(layout.getFrontEnd());
        if (frontEnd == null) {
            throw new MalformedPacketException(
                    Rule.UNKNOWN_FRONT_END,
                    "front end " + PacketEnvelope.abbreviated(layout.getFrontEnd()) + " is not one of "
                            + frontEnds.keySet());
        }
        long expectedPicoseconds = frontEnd.settings.samplePeriodPicoseconds();
        if (layout.getSamplePeriodPicoseconds() != expectedPicoseconds) {
            throw new MalformedPacketException(
                    Rule.UNKNOWN_FRONT_END,
                    "the settings of " + layout.getFrontEnd() + " are for " + expectedPicoseconds
                            + " ps a sample, the packet has " + layout.getSamplePeriodPicoseconds());
        }
    }

    @Override
    public int events() {
        return batch.size();
    }

    @Override
    public ValueSerializer<DigitiserState> serializer() {
        return new DigitiserStateSerializer();
    }

    @Override
    public void expire(DigitiserState state, Output output) {
        closeSpectra(state, Long.MAX_VALUE, output);
    }

    @Override
    public DigitiserState accept(DigitiserState state, SensorPacket packet, Output output) {
        FrontEnd frontEnd = frontEnds.get(((DetectorLayout) packet.getLayout()).getFrontEnd());
        DigitiserState current = state;
        if (current == null || current.epoch != packet.getEpoch()) {
            if (current != null) {
                closeSpectra(current, Long.MAX_VALUE, output);
            }
            current = new DigitiserState(packet.getEpoch());
        }
        current.missingPackets += packet.getSequence() - current.nextSequence;
        current.nextSequence = packet.getSequence() + 1;
        DigitiserState.Binning binning = binning(packet, frontEnd.settings);
        if (!binning.equals(current.binning)) {
            // A job that goes on with other settings cannot add to spectra of the old ones.
            closeSpectra(current, Long.MAX_VALUE, output);
            current.binning = binning;
        }
        if (packet.getKind() == PacketKind.DATA) {
            analyze(current, packet, frontEnd, output);
        }
        if (packet.getKind() == PacketKind.END) {
            closeSpectra(current, Long.MAX_VALUE, output);
            return null;
        }
        // Later stamps are no earlier than this packet's last, and a pulse lies within its waveform.
        PulseSettings settings = frontEnd.settings;
        long earliestPicos = PulseTimes.hitPicos(settings, packet.getLastOffset(), 0) - 1;
        closeSpectra(current, Math.floorDiv(earliestPicos, windows.spectrumPicos()), output);
        current.coincidences.forgetBefore(earliestPicos - windows.coincidencePicos());
        return current;
    }

    /** All that the pipeline would say on the packets of one digitiser. */
    public void process(List<SensorPacket> packets, Output output) throws MalformedPacketException {
        DigitiserState state = null;
        for (SensorPacket packet : packets) {
            decode(packet);
            state = accept(state, packet, output);
        }
    }

    private void analyze(DigitiserState state, SensorPacket packet, FrontEnd frontEnd, Output output) {
        PulseSettings settings = frontEnd.settings;
        List<Hit> hits = new ArrayList<>(batch.size());
        List<Coincidence> pairs = new ArrayList<>();
        boolean byNetwork = false;
        for (int i = 0; i < batch.size(); i++) {
            int from = batch.sampleStart(i);
            int to = batch.sampleEnd(i);
            frontEnd.analyzer.analyze(batch.samples(), from, to, measurement);
            if (!measurement.triggered()) {
                continue;
            }
            long picos = PulseTimes.hitPicos(settings, batch.stampPicos()[i], measurement.cfdSample());
            Hit.Builder builder = hit(packet, settings, batch.channel()[i], picos);
            if (frontEnd.hasNetworkFor(to - from)) {
                addNetwork(builder, frontEnd, batch, i, picos);
                byNetwork = true;
            }
            Hit hit = builder.build();
            hits.add(hit);
            count(state, settings, hit, picos);
            pair(state, packet, hit, picos, pairs);
        }
        HitBatch batchOfHits = HitBatch.newBuilder()
                .setSensorId(packet.getSensorId())
                .setEpoch(packet.getEpoch())
                .setSequence(packet.getSequence())
                .setRecordingId(packet.getRecordingId())
                .setClockDomain(packet.getClockDomain())
                .setFrontEnd(((DetectorLayout) packet.getLayout()).getFrontEnd())
                .setEnergyUnit(settings.energyUnit())
                .setModel(byNetwork ? nameOf(frontEnd.network.model()) : null)
                .setUntriggered(batch.size() - hits.size())
                .setHits(hits)
                .build();
        output.emit(Topic.PULSES_LIVE_HITS, batchOfHits);
        output.emit(Topic.PULSES_HITS, batchOfHits);
        if (!pairs.isEmpty()) {
            output.emit(
                    Topic.PULSES_COINCIDENCES,
                    CoincidenceBatch.newBuilder()
                            .setSensorId(packet.getSensorId())
                            .setEpoch(packet.getEpoch())
                            .setSequence(packet.getSequence())
                            .setRecordingId(packet.getRecordingId())
                            .setClockDomain(packet.getClockDomain())
                            .setWindowPicoseconds(windows.coincidencePicos())
                            .setEnergyUnit(settings.energyUnit())
                            .setPairs(pairs)
                            .build());
        }
    }

    private Hit.Builder hit(SensorPacket packet, PulseSettings settings, int channel, long picos) {
        boolean fitted = !Double.isNaN(measurement.templateSample());
        return Hit.newBuilder()
                .setChannel(channel)
                .setUnixNanos(PulseTimes.unixNanos(packet.getBaseUnixNanos(), picos))
                .setPicoseconds(PulseTimes.picoseconds(picos))
                .setEnergy(measurement.energy())
                .setTemplatePicoseconds(
                        fitted
                                ? (measurement.templateSample() - measurement.cfdSample())
                                        * settings.samplePeriodPicoseconds()
                                : null)
                .setTemplateEnergy(fitted ? measurement.templateEnergy() : null)
                .setChiSquare(fitted ? measurement.chiSquare() : null)
                .setShape(orNull(measurement.shape()))
                .setLongCharge(orNull(measurement.longCharge()))
                .setBaseline(measurement.baseline())
                .setPileUp(measurement.pileUp())
                .setSaturated(measurement.saturated());
    }

    private static void addNetwork(Hit.Builder hit, FrontEnd frontEnd, PulseBatch batch, int pulse, long cfdPicos) {
        QuantizedPulseNetwork network = frontEnd.network;
        network.measure(batch.samples(), batch.sampleStart(pulse));
        long picos = PulseTimes.hitPicos(
                        frontEnd.settings,
                        batch.stampPicos()[pulse],
                        network.model().triggerSample())
                + network.timePicoseconds();
        hit.setNetworkPicoseconds((double) (picos - cfdPicos));
        hit.setNetworkEnergy(frontEnd.settings.energyOfAmplitude(network.energySixteenths() / 16.0));
    }

    private void count(DigitiserState state, PulseSettings settings, Hit hit, long picos) {
        OpenSpectrum spectrum = state.spectrum(Math.floorDiv(picos, windows.spectrumPicos()), hit.getChannel());
        if (hit.getSaturated()) {
            spectrum.saturated++;
            return;
        }
        if (hit.getPileUp()) {
            spectrum.pileUps++;
            return;
        }
        int bin = settings.spectrum().bin(hit.getEnergy());
        if (bin < 0 || bin >= settings.spectrum().count()) {
            spectrum.outside++;
        } else {
            spectrum.count(bin);
        }
    }

    private void pair(DigitiserState state, SensorPacket packet, Hit hit, long picos, List<Coincidence> pairs) {
        int channel = hit.getChannel();
        if (channel != windows.firstChannel() && channel != windows.secondChannel()) {
            return;
        }
        int other = windows.firstChannel() + windows.secondChannel() - channel;
        CoincidenceFinder finder = state.coincidences;
        int partner = finder.nearest(other, picos, windows.coincidencePicos());
        if (partner == CoincidenceFinder.NONE) {
            finder.add(channel, picos, hit.getEnergy());
            return;
        }
        boolean partnerFirst = other == windows.firstChannel();
        long firstPicos = partnerFirst ? finder.picos(partner) : picos;
        long secondPicos = partnerFirst ? picos : finder.picos(partner);
        pairs.add(new Coincidence(
                windows.firstChannel(),
                PulseTimes.unixNanos(packet.getBaseUnixNanos(), firstPicos),
                PulseTimes.picoseconds(firstPicos),
                partnerFirst ? finder.energy(partner) : hit.getEnergy(),
                windows.secondChannel(),
                partnerFirst ? hit.getEnergy() : finder.energy(partner),
                secondPicos - firstPicos));
        finder.remove(partner);
    }

    private DigitiserState.Binning binning(SensorPacket packet, PulseSettings settings) {
        return new DigitiserState.Binning(
                packet.getSensorId(),
                packet.getRecordingId() == null ? "" : packet.getRecordingId(),
                packet.getClockDomain(),
                packet.getBaseUnixNanos(),
                windows.spectrumPicos(),
                settings.energyUnit(),
                settings.spectrum().from(),
                settings.spectrum().width());
    }

    private static void closeSpectra(DigitiserState state, long beforeWindow, Output output) {
        while (!state.spectra.isEmpty() && state.spectra.firstKey().window() < beforeWindow) {
            OpenSpectrum spectrum = state.spectra.pollFirstEntry().getValue();
            List<Long> counts = new ArrayList<>(spectrum.counts().length);
            for (long count : spectrum.counts()) {
                counts.add(count);
            }
            DigitiserState.Binning binning = state.binning;
            long windowNanos = binning.windowPicos() / PICOS_PER_NANO;
            long fromNanos = binning.baseUnixNanos() + spectrum.window * windowNanos;
            output.emit(
                    Topic.PULSES_SPECTRA,
                    Spectrum.newBuilder()
                            .setSensorId(binning.sensorId())
                            .setEpoch(state.epoch)
                            .setRecordingId(binning.recordingId().isEmpty() ? null : binning.recordingId())
                            .setClockDomain(binning.clockDomain())
                            .setChannel(spectrum.channel)
                            .setFromUnixNanos(fromNanos)
                            .setToUnixNanos(fromNanos + windowNanos)
                            .setEnergyUnit(binning.energyUnit())
                            .setBinWidth(binning.binWidth())
                            .setFirstEdge(binning.firstEdge() + spectrum.firstBin() * binning.binWidth())
                            .setCounts(counts)
                            .setOutside(spectrum.outside)
                            .setPileUps(spectrum.pileUps)
                            .setSaturated(spectrum.saturated)
                            .setMissingPackets(state.missingPackets)
                            .build());
        }
    }

    private static Double orNull(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static String nameOf(PulseModel model) {
        return model.name() + " " + model.version();
    }
}
