package io.fluxon.streams.pulses;

import io.fluxon.connectors.detector.PulseBatch;
import io.fluxon.connectors.detector.PulsePackets;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.CoincidenceBatch;
import io.fluxon.schemas.HitBatch;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Spectrum;
import io.fluxon.schemas.Topic;
import io.fluxon.signals.pulses.PulseSettings;
import io.fluxon.streams.SideOutputs;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Analyses the pulses of each digitiser and keeps its open spectra and unpaired pulses. Expects packets valid and in order.
 * Hits, coincidences and spectra are the main output; hits also go to {@link SideOutputs#LIVE}.
 */
public final class PulseFunction extends KeyedProcessFunction<String, KafkaRecord, OutgoingRecord> {

    private static final long serialVersionUID = 1;

    private final TreeMap<String, PulseSettings> settings;
    private final PulseWindows windows;
    private final ModelFile modelFile;

    private transient PulseProcessor processor;
    private transient ValueState<DigitiserState> states;
    private transient AvroCodec<SensorPacket> packetCodec;
    private transient AvroCodec<HitBatch> hitCodec;
    private transient AvroCodec<CoincidenceBatch> coincidenceCodec;
    private transient AvroCodec<Spectrum> spectrumCodec;
    private transient PulseBatch batch;
    private transient Counter pulses;

    /**
     * @param settings by front end
     * @param modelFile a network for one of the front ends; null for none
     */
    public PulseFunction(Map<String, PulseSettings> settings, PulseWindows windows, ModelFile modelFile) {
        this.settings = new TreeMap<>(settings);
        this.windows = windows;
        this.modelFile = modelFile;
    }

    @Override
    public void open(OpenContext context) {
        processor = new PulseProcessor(settings, windows, modelFile == null ? null : modelFile.openPulses());
        states = getRuntimeContext().getState(new ValueStateDescriptor<>("digitiser", new DigitiserStateSerializer()));
        packetCodec = new AvroCodec<>(SensorPacket.class);
        hitCodec = new AvroCodec<>(HitBatch.class);
        coincidenceCodec = new AvroCodec<>(CoincidenceBatch.class);
        spectrumCodec = new AvroCodec<>(Spectrum.class);
        batch = new PulseBatch();
        pulses = getRuntimeContext().getMetricGroup().counter("pulses");
    }

    @Override
    public void processElement(KafkaRecord in, Context context, Collector<OutgoingRecord> out) throws Exception {
        SensorPacket packet = in.packet(packetCodec);
        PulsePackets.decode(packet, batch);
        DigitiserState state = processor.accept(states.value(), packet, batch, new PulseProcessor.Output() {
            @Override
            public void hits(HitBatch hits) {
                byte[] value = hitCodec.encode(hits);
                context.output(SideOutputs.LIVE, record(Topic.PULSES_LIVE_HITS, value));
                out.collect(record(Topic.PULSES_HITS, value));
            }

            @Override
            public void coincidences(CoincidenceBatch coincidences) {
                out.collect(record(Topic.PULSES_COINCIDENCES, coincidenceCodec.encode(coincidences)));
            }

            @Override
            public void spectrum(Spectrum spectrum) {
                out.collect(record(Topic.PULSES_SPECTRA, spectrumCodec.encode(spectrum)));
            }

            private OutgoingRecord record(Topic topic, byte[] value) {
                return new OutgoingRecord(topic, in.key, value, in.appendUnixMillis);
            }
        });
        if (state == null) {
            states.clear();
        } else {
            states.update(state);
        }
        pulses.inc(batch.size());
    }
}
