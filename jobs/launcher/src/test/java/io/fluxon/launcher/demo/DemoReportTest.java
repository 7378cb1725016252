package io.fluxon.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.schemas.SensorKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoReportTest {

    @Test
    void theCameraIsOneLineWithTheAgreedNames() throws Exception {
        String json = json(new CameraSummary(10, 2_000, 3, 2L, 3, 1, 4, 5, 12L, 30L, 1.5));

        assertThat(json).doesNotContain("\n");
        assertThat(new ObjectMapper().readTree(json)).isEqualTo(new ObjectMapper().readTree("""
                                {"camera": {"packets": 10, "events": 2000, "decisions": 3, "correct": 2, "labelled": 3,
                                 "deadLetters": 1, "gaps": 4, "duplicates": 5,
                                 "latencyMillisP50": 12, "latencyMillisP99": 30, "seconds": 1.5}}
                                """));
    }

    @Test
    void allLanesAreOneLineWithTheAgreedNames() throws Exception {
        Tally.Common common = new CameraTally().common();
        String json = new DemoReport(
                        List.of(
                                new LaneReport(
                                        SensorKind.WATCH,
                                        new WatchSummary(10, 2_000, 3, 2L, 3, 75.5, 1, 4, 5, 12L, 30L, 1.5),
                                        common,
                                        List.of()),
                                new LaneReport(
                                        SensorKind.PULSES,
                                        new PulsesSummary(
                                                10, 2_000, 1_999, 300, 20, 3, 8, 1_990, 1_980, 2.5, 155.5, 1.5, 65.5, 1,
                                                4, 5, 12L, 30L, 1.5),
                                        common,
                                        List.of())),
                        true)
                .toJson();

        assertThat(json).doesNotContain("\n");
        assertThat(new ObjectMapper().readTree(json)).isEqualTo(new ObjectMapper().readTree("""
                                {"watch": {"packets": 10, "samples": 2000, "decisions": 3, "correct": 2, "labelled": 3,
                                 "operationsSavedPercent": 75.5, "deadLetters": 1, "gaps": 4, "duplicates": 5,
                                 "latencyMillisP50": 12, "latencyMillisP99": 30, "seconds": 1.5},
                                 "pulses": {"packets": 10, "pulses": 2000, "hits": 1999, "coincidences": 300,
                                 "pileUps": 20, "saturated": 3, "spectra": 8, "trueHits": 1990, "matched": 1980,
                                 "energyErrorPercentRms": 2.5, "timeErrorPicosecondsRms": 155.5,
                                 "networkEnergyErrorPercentRms": 1.5, "networkTimeErrorPicosecondsRms": 65.5,
                                 "deadLetters": 1, "gaps": 4, "duplicates": 5,
                                 "latencyMillisP50": 12, "latencyMillisP99": 30, "seconds": 1.5}}
                                """));
    }

    @Test
    void unknownValuesAreNull() {
        String json = json(new CameraSummary(0, 0, 0, null, 0, 0, 0, 0, null, null, 0));

        assertThat(json).contains("\"correct\":null", "\"latencyMillisP50\":null", "\"latencyMillisP99\":null");
    }

    private static String json(CameraSummary summary) {
        LaneReport lane = new LaneReport(SensorKind.CAMERA, summary, new CameraTally().common(), List.of());
        return new DemoReport(List.of(lane), true).toJson();
    }
}
