package io.fluxon.launcher.demo;

import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.CoincidenceBatch;
import io.fluxon.schemas.Hit;
import io.fluxon.schemas.HitBatch;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.Spectrum;
import io.fluxon.schemas.Topic;
import io.fluxon.schemas.TrueHit;
import io.fluxon.schemas.TrueHits;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what arrives on the topics of detectors. The committed hits of a packet are compared with its true ones,
 * whichever come first: a true hit is found if a hit of its channel lies within 100 ns, the nearest one. Errors are those
 * of the clean ones among them: alone in their waveform, and neither flagged as pile-up nor as saturated.
 */
final class PulsesTally extends Tally {

    /** Largest distance of a hit from the true one. */
    private static final long MATCH_PICOS = 100_000;

    /** Hits, true or not, that wait for the other half of their packet; older ones are forgotten. */
    private static final int MAX_WAITING_HITS = 200_000;

    /** Epochs remembered to drop repeats. */
    private static final int REMEMBERED_EPOCHS = 1_000;

    private static final long PICOS_PER_NANO = 1_000;

    private final AvroCodec<HitBatch> hitsCodec = new AvroCodec<>(HitBatch.class);
    private final AvroCodec<CoincidenceBatch> coincidencesCodec = new AvroCodec<>(CoincidenceBatch.class);
    private final AvroCodec<Spectrum> spectrumCodec = new AvroCodec<>(Spectrum.class);
    private final AvroCodec<TrueHits> truthCodec = new AvroCodec<>(TrueHits.class);

    private final Map<RecentEpochs.Key, Long> lastLiveSequence = new RecentEpochs<>(REMEMBERED_EPOCHS);
    private final Map<PacketKey, List<Hit>> waitingHits = new LinkedHashMap<>();
    private final Map<PacketKey, List<TrueHit>> waitingTruth = new LinkedHashMap<>();
    private int waitingHitCount;
    private int waitingTruthCount;

    private long liveHits;
    private long hits;
    private long pileUps;
    private long saturated;
    private long coincidences;
    private long spectra;
    private Spectrum newest;

    private long trueHits;
    private long matched;
    private final RootMeanSquare energyPercent = new RootMeanSquare();
    private final RootMeanSquare networkEnergyPercent = new RootMeanSquare();
    private final Map<Integer, RootMeanSquare> timePicosByChannel = new HashMap<>();
    private final Map<Integer, RootMeanSquare> networkTimePicosByChannel = new HashMap<>();

    private record PacketKey(String sensorId, long epoch, long sequence) {}

    /** Mean of squares, about zero or about the mean, by Welford's recurrence. */
    private static final class RootMeanSquare {
        private long count;
        private double mean;
        private double squaresAboutMean;

        private void add(double value) {
            count++;
            double before = value - mean;
            mean += before / count;
            squaresAboutMean += before * (value - mean);
        }

        /** Null without values. */
        private Double aboutZero() {
            return count == 0 ? null : Math.sqrt(squaresAboutMean / count + mean * mean);
        }

        /** Of several sets, each about its own mean; null without values. */
        private static Double aboutMeans(Iterable<RootMeanSquare> sets) {
            long count = 0;
            double squares = 0;
            for (RootMeanSquare set : sets) {
                count += set.count;
                squares += set.squaresAboutMean;
            }
            return count == 0 ? null : Math.sqrt(squares / count);
        }
    }

    /**
     * Root mean square errors of clean pulses, null where unknown.
     *
     * @param energyPercent of the trapezoid's energy, percent of the true one
     * @param timePicos of the constant-fraction time, picoseconds, about the mean of its channel: the fraction is crossed a
     *     fixed time after the pulse starts
     */
    record Errors(Double energyPercent, Double timePicos, Double networkEnergyPercent, Double networkTimePicos) {}

    /**
     * The counts at one moment. Hits, coincidences and spectra are those that read_committed consumers see.
     *
     * @param trueHits true hits of the packets whose hits have come
     * @param matched how many of them were found
     * @param newest spectrum of the latest window of the lowest channel; null before the first
     */
    record Counts(
            Common common,
            long hits,
            long pileUps,
            long saturated,
            long coincidences,
            long spectra,
            long trueHits,
            long matched,
            Errors errors,
            Spectrum newest) {}

    PulsesTally() {
        super(SensorKind.PULSES);
    }

    @Override
    void countTruth(byte[] value) throws BadRecordException {
        truth(truthCodec.decode(value));
    }

    @Override
    void countLive(byte[] value, long appendUnixMillis, long visibleUnixMillis) throws BadRecordException {
        live(hitsCodec.decode(value), appendUnixMillis, visibleUnixMillis);
    }

    @Override
    void countResult(String topic, byte[] value, long appendUnixMillis, long visibleUnixMillis)
            throws BadRecordException {
        if (topic.equals(Topic.PULSES_HITS.topicName())) {
            committed(hitsCodec.decode(value), appendUnixMillis, visibleUnixMillis);
        } else if (topic.equals(Topic.PULSES_COINCIDENCES.topicName())) {
            coincidences(coincidencesCodec.decode(value));
        } else {
            spectrum(spectrumCodec.decode(value));
        }
    }

    /** Hits on the live topic, which may come again after a restart. */
    synchronized void live(HitBatch batch, long appendUnixMillis, long visibleUnixMillis) {
        RecentEpochs.Key key = new RecentEpochs.Key(batch.getSensorId(), batch.getEpoch());
        if (batch.getSequence() <= lastLiveSequence.getOrDefault(key, -1L)) {
            return;
        }
        lastLiveSequence.put(key, batch.getSequence());
        liveHits += batch.getHits().size();
        measureLive(appendUnixMillis, visibleUnixMillis);
    }

    /** Hits as read_committed consumers see them: exactly once. */
    synchronized void committed(HitBatch batch, long appendUnixMillis, long visibleUnixMillis) {
        measureCommitted(appendUnixMillis, visibleUnixMillis);
        for (Hit hit : batch.getHits()) {
            hits++;
            pileUps += hit.getPileUp() ? 1 : 0;
            saturated += hit.getSaturated() ? 1 : 0;
        }
        PacketKey key = new PacketKey(batch.getSensorId(), batch.getEpoch(), batch.getSequence());
        List<TrueHit> truth = waitingTruth.remove(key);
        if (truth != null) {
            waitingTruthCount -= truth.size();
            compare(batch.getHits(), truth);
        } else {
            waitingHits.put(key, batch.getHits());
            waitingHitCount =
                    forgetOldest(waitingHits, waitingHitCount + batch.getHits().size());
        }
    }

    synchronized void truth(TrueHits truth) {
        PacketKey key = new PacketKey(truth.getSensorId(), truth.getEpoch(), truth.getSequence());
        List<Hit> found = waitingHits.remove(key);
        if (found != null) {
            waitingHitCount -= found.size();
            compare(found, truth.getHits());
        } else {
            waitingTruth.put(key, truth.getHits());
            waitingTruthCount = forgetOldest(
                    waitingTruth, waitingTruthCount + truth.getHits().size());
        }
    }

    synchronized void coincidences(CoincidenceBatch batch) {
        coincidences += batch.getPairs().size();
    }

    synchronized void spectrum(Spectrum spectrum) {
        spectra++;
        if (newest == null || spectrum.getChannel() <= newest.getChannel()) {
            newest = spectrum;
        }
    }

    synchronized Counts counts() {
        return new Counts(
                common(),
                hits,
                pileUps,
                saturated,
                coincidences,
                spectra,
                trueHits,
                matched,
                new Errors(
                        energyPercent.aboutZero(),
                        RootMeanSquare.aboutMeans(timePicosByChannel.values()),
                        networkEnergyPercent.aboutZero(),
                        RootMeanSquare.aboutMeans(networkTimePicosByChannel.values())),
                newest);
    }

    @Override
    synchronized long liveResults() {
        return liveHits;
    }

    private void compare(List<Hit> found, List<TrueHit> truth) {
        trueHits += truth.size();
        if (found.isEmpty() || truth.isEmpty()) {
            return;
        }
        long baseUnixNanos = truth.get(0).getUnixNanos();
        Map<Integer, TreeMap<Long, Hit>> hitByPicosByChannel = new HashMap<>();
        for (Hit hit : found) {
            hitByPicosByChannel
                    .computeIfAbsent(hit.getChannel(), channel -> new TreeMap<>())
                    .put(picos(hit.getUnixNanos(), hit.getPicoseconds(), baseUnixNanos), hit);
        }
        for (TrueHit trueHit : truth) {
            TreeMap<Long, Hit> hitByPicos = hitByPicosByChannel.get(trueHit.getChannel());
            long picos = picos(trueHit.getUnixNanos(), trueHit.getPicoseconds(), baseUnixNanos);
            Long nearest = hitByPicos == null ? null : nearest(hitByPicos, picos);
            if (nearest != null && Math.abs(nearest - picos) <= MATCH_PICOS) {
                matched++;
                // A hit is the finding of one true hit only.
                Hit hit = hitByPicos.remove(nearest);
                if (trueHit.getAlone() && !hit.getPileUp() && !hit.getSaturated()) {
                    addErrors(hit, nearest - picos, trueHit.getEnergy());
                }
            }
        }
    }

    private void addErrors(Hit hit, long latePicos, double trueEnergy) {
        energyPercent.add(100 * (hit.getEnergy() / trueEnergy - 1));
        timePicosByChannel
                .computeIfAbsent(hit.getChannel(), channel -> new RootMeanSquare())
                .add(latePicos);
        if (hit.getNetworkEnergy() != null) {
            networkEnergyPercent.add(100 * (hit.getNetworkEnergy() / trueEnergy - 1));
        }
        if (hit.getNetworkPicoseconds() != null) {
            networkTimePicosByChannel
                    .computeIfAbsent(hit.getChannel(), channel -> new RootMeanSquare())
                    .add(latePicos + hit.getNetworkPicoseconds());
        }
    }

    /** Null if there is none. */
    private static Long nearest(TreeMap<Long, Hit> hitByPicos, long picos) {
        Long before = hitByPicos.floorKey(picos);
        Long after = hitByPicos.ceilingKey(picos);
        if (before == null || after == null) {
            return before == null ? after : before;
        }
        return picos - before <= after - picos ? before : after;
    }

    /** Picoseconds since a base less than 100 days away. */
    private static long picos(long unixNanos, int picoseconds, long baseUnixNanos) {
        return (unixNanos - baseUnixNanos) * PICOS_PER_NANO + picoseconds;
    }

    /** Drops the packets that have waited longest until few enough hits are left; returns how many are. */
    private static <T> int forgetOldest(Map<PacketKey, List<T>> waiting, int waitingCount) {
        int left = waitingCount;
        Iterator<List<T>> oldest = waiting.values().iterator();
        while (left > MAX_WAITING_HITS && oldest.hasNext()) {
            left -= oldest.next().size();
            oldest.remove();
        }
        return left;
    }
}
