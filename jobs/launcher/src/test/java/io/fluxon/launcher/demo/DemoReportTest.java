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
    void unknownValuesAreNull() {
        String json = json(new CameraSummary(0, 0, 0, null, 0, 0, 0, 0, null, null, 0));

        assertThat(json).contains("\"correct\":null", "\"latencyMillisP50\":null", "\"latencyMillisP99\":null");
    }

    private static String json(CameraSummary summary) {
        LaneReport lane = new LaneReport(SensorKind.CAMERA, summary, new CameraTally().common(), List.of());
        return new DemoReport(List.of(lane), true).toJson();
    }
}
