package io.fluxon.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.schemas.Coincidence;
import io.fluxon.schemas.CoincidenceBatch;
import io.fluxon.schemas.Hit;
import io.fluxon.schemas.HitBatch;
import io.fluxon.schemas.Spectrum;
import io.fluxon.schemas.TrueHit;
import io.fluxon.schemas.TrueHits;
import java.util.List;
import org.junit.jupiter.api.Test;

class PulsesTallyTest {

    private static final long UNIX_NANOS = 1_700_000_000_000_000_000L;

    private final PulsesTally tally = new PulsesTally();

    @Test
    void comparesHitsWithTheTruthWhicheverComesFirst() {
        tally.truth(truth(1, trueHit(0, 1_000, 500, true)));
        tally.committed(hits(1, hit(0, 1_000, 505)), 0, 0);
        tally.committed(hits(2, hit(0, 2_000, 495)), 0, 0);
        tally.truth(truth(2, trueHit(0, 2_000, 500, true)));
        tally.committed(hits(3, hit(0, 3_000, 100)), 0, 0);

        assertThat(tally.counts().hits()).isEqualTo(3);
        assertThat(tally.counts().trueHits()).isEqualTo(2);
        assertThat(tally.counts().matched()).isEqualTo(2);
        assertThat(tally.counts().errors().energyPercent()).isEqualTo(1, within(1e-9));
    }

    @Test
    void findsATrueHitByTheNearestHitOfItsChannelWithin100Nanoseconds() {
        tally.truth(truth(
                1,
                trueHit(0, 1_000_000, 500, true),
                trueHit(1, 1_000_000, 500, true),
                trueHit(0, 5_000_000, 500, true)));
        tally.committed(
                hits(1, hit(0, 900_000, 400), hit(0, 1_010_000, 500), hit(1, 1_100_001, 500), hit(0, 5_000_001, 500)),
                0,
                0);

        assertThat(tally.counts().trueHits()).isEqualTo(3);
        assertThat(tally.counts().matched())
                .as("the hit of channel 1 is 1 ps too far off")
                .isEqualTo(2);
        assertThat(tally.counts().errors().energyPercent()).isZero();
    }

    @Test
    void aHitIsTheFindingOfOneTrueHitOnly() {
        tally.truth(truth(1, trueHit(0, 1_000, 500, false), trueHit(0, 2_000, 500, false)));
        tally.committed(hits(1, hit(0, 1_500, 500)), 0, 0);

        assertThat(tally.counts().matched()).isEqualTo(1);
    }

    @Test
    void timeErrorsAreAboutTheMeanOfTheirChannel() {
        tally.truth(truth(
                1,
                trueHit(0, 1_000_000, 500, true),
                trueHit(0, 2_000_000, 500, true),
                trueHit(1, 3_000_000, 500, true),
                trueHit(1, 4_000_000, 500, true)));
        tally.committed(
                hits(1, hit(0, 1_013_100, 500), hit(0, 2_012_900, 500), hit(1, 3_000_100, 500), hit(1, 4_000_300, 500)),
                0,
                0);

        assertThat(tally.counts().errors().timePicos()).isEqualTo(100, within(1e-6));
    }

    @Test
    void theNetworksTimeCountsFromTheConstantFraction() {
        tally.truth(truth(1, trueHit(0, 1_000_000, 500, true), trueHit(0, 2_000_000, 500, true)));
        Hit early = Hit.newBuilder(hit(0, 1_000_100, 500))
                .setNetworkPicoseconds(-90.0)
                .setNetworkEnergy(510.0)
                .build();
        Hit late = Hit.newBuilder(hit(0, 1_999_900, 500))
                .setNetworkPicoseconds(90.0)
                .setNetworkEnergy(490.0)
                .build();
        tally.committed(hits(1, early, late), 0, 0);

        PulsesTally.Errors errors = tally.counts().errors();
        assertThat(errors.timePicos()).isEqualTo(100, within(1e-6));
        assertThat(errors.networkTimePicos()).isEqualTo(10, within(1e-6));
        assertThat(errors.networkEnergyPercent()).isEqualTo(2, within(1e-9));
    }

    @Test
    void onlyCleanPulsesHaveErrors() {
        tally.truth(truth(
                1, trueHit(0, 1_000, 500, false), trueHit(0, 1_000_000, 500, true), trueHit(0, 2_000_000, 500, true)));
        Hit pileUp = Hit.newBuilder(hit(0, 1_000_000, 900)).setPileUp(true).build();
        Hit saturated =
                Hit.newBuilder(hit(0, 2_000_000, 100)).setSaturated(true).build();
        tally.committed(hits(1, hit(0, 1_000, 900), pileUp, saturated), 0, 0);

        PulsesTally.Counts counts = tally.counts();
        assertThat(counts.matched()).isEqualTo(3);
        assertThat(counts.pileUps()).isEqualTo(1);
        assertThat(counts.saturated()).isEqualTo(1);
        assertThat(counts.errors()).isEqualTo(new PulsesTally.Errors(null, null, null, null));
    }

    @Test
    void dropsLiveHitsThatComeAgain() {
        for (int time = 0; time < 2; time++) {
            tally.live(hits(1, hit(0, 1_000, 500), hit(1, 1_000, 500)), 1_000, 1_004);
            tally.live(hits(2, hit(0, 2_000, 500)), 1_000, 1_004);
        }

        assertThat(tally.liveResults()).isEqualTo(3);
        assertThat(tally.common().live()).isEqualTo(new Tally.Latency(4L, 4L));
    }

    @Test
    void countsPairsAndKeepsTheNewestSpectrumOfTheLowestChannel() {
        Coincidence pair = new Coincidence(0, UNIX_NANOS, 0, 511.0, 1, 511.0, 700L);
        tally.coincidences(
                new CoincidenceBatch("digitiser", 1L, 1L, null, "replay", 10_000L, "keV", List.of(pair, pair)));
        for (int window = 0; window < 2; window++) {
            for (int channel = 0; channel < 2; channel++) {
                tally.spectrum(spectrum(channel, UNIX_NANOS + window));
            }
        }

        assertThat(tally.counts().coincidences()).isEqualTo(2);
        assertThat(tally.counts().spectra()).isEqualTo(4);
        assertThat(tally.counts().newest()).isEqualTo(spectrum(0, UNIX_NANOS + 1));
    }

    @Test
    void forgetsHitsThatNoTruthComesFor() {
        Hit[] many = new Hit[1_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = hit(0, i * 1_000_000L, 500);
        }
        for (int sequence = 1; sequence <= 300; sequence++) {
            tally.committed(hits(sequence, many), 0, 0);
        }
        tally.truth(truth(1, trueHit(0, 0, 500, true)));
        tally.truth(truth(300, trueHit(0, 0, 500, true)));

        assertThat(tally.counts().hits()).isEqualTo(300_000);
        assertThat(tally.counts().trueHits()).isEqualTo(1);
    }

    static HitBatch hits(long sequence, Hit... hits) {
        return HitBatch.newBuilder()
                .setSensorId("digitiser")
                .setEpoch(1)
                .setSequence(sequence)
                .setClockDomain("replay")
                .setFrontEnd("pulse-v1")
                .setEnergyUnit("keV")
                .setUntriggered(0)
                .setHits(List.of(hits))
                .build();
    }

    static Hit hit(int channel, long picos, double energy) {
        return Hit.newBuilder()
                .setChannel(channel)
                .setUnixNanos(UNIX_NANOS + picos / 1_000)
                .setPicoseconds((int) (picos % 1_000))
                .setEnergy(energy)
                .setBaseline(0)
                .setPileUp(false)
                .setSaturated(false)
                .build();
    }

    static TrueHits truth(long sequence, TrueHit... hits) {
        return new TrueHits("digitiser", 1L, sequence, List.of(hits));
    }

    static TrueHit trueHit(int channel, long picos, double energy, boolean alone) {
        return new TrueHit(channel, UNIX_NANOS + picos / 1_000, (int) (picos % 1_000), energy, alone);
    }

    static Spectrum spectrum(int channel, long fromUnixNanos) {
        return Spectrum.newBuilder()
                .setSensorId("digitiser")
                .setEpoch(1)
                .setClockDomain("replay")
                .setChannel(channel)
                .setFromUnixNanos(fromUnixNanos)
                .setToUnixNanos(fromUnixNanos + 1_000_000_000)
                .setEnergyUnit("keV")
                .setBinWidth(4)
                .setFirstEdge(264)
                .setCounts(List.of(1L, 2L, 8L, 1L))
                .setOutside(0)
                .setPileUps(0)
                .setSaturated(0)
                .setMissingPackets(0)
                .build();
    }
}
