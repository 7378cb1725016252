package io.fluxon.connectors.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.files.WordReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimulatedCameraTest {

    @Test
    void recordingDependsOnSeedAndIndexAlone() throws IOException {
        SimulatedCamera camera = new SimulatedCamera(5);
        LabelledRecording first = camera.next();
        LabelledRecording second = camera.next();
        LabelledRecording secondAlone = new SimulatedCamera(5).recording(1);

        assertThat(first.recording().id()).isEqualTo("sim-0");
        assertThat(second.recording().id()).isEqualTo("sim-1");
        assertThat(bytes(second)).isNotEqualTo(bytes(first));
        assertThat(bytes(secondAlone)).isEqualTo(bytes(second));
        assertThat(secondAlone.label()).isEqualTo(second.label());
        assertThat(bytes(new SimulatedCamera(6).recording(1))).isNotEqualTo(bytes(second));
    }

    @Test
    void bytesAreTheSameOnEveryMachine() throws IOException {
        SimulatedCamera camera = new SimulatedCamera(1);
        int hash = 0;
        for (int index = 0; index < 5; index++) {
            hash = 31 * hash + Arrays.hashCode(bytes(camera.next()));
        }
        assertThat(hash).isEqualTo(-577_623_154);
    }

    @Test
    void recordingsAreSizedAndTimedLikeNMnist() throws IOException {
        SimulatedCamera camera = new SimulatedCamera(2);
        int recordings = 60;
        int events = 0;
        int on = 0;
        for (int index = 0; index < recordings; index++) {
            LabelledRecording labelled = camera.next();
            CameraBatch batch = labelled.recording().events();
            assertThat(batch.size()).isBetween(1_000, 8_000);
            assertThat(batch.timeMicros()[0]).isBetween(0L, 30_000L);
            assertThat(batch.timeMicros()[batch.size() - 1]).isBetween(270_000L, 300_000L);
            assertThat(labelled.recording().origin())
                    .isEqualTo("simulated camera, seed 2, recording " + index + ", digit " + labelled.label());
            events += batch.size();
            for (int event = 0; event < batch.size(); event++) {
                on += batch.polarity(event);
            }
        }
        assertThat(events / recordings).isBetween(2_500, 4_500);
        assertThat((double) on / events).isBetween(0.45, 0.55);
    }

    @Test
    void allTenDigitsOccur() {
        SimulatedCamera camera = new SimulatedCamera(3);
        Set<String> labels = new TreeSet<>();
        for (int index = 0; index < 150; index++) {
            labels.add(camera.next().label());
        }
        assertThat(labels).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    @Test
    void encodedEventsDecodeToThemselves() throws Exception {
        double[] thresholds = new double[34 * 34];
        Arrays.fill(thresholds, 1);
        ContrastPixels pixels = new ContrastPixels(thresholds, thresholds, 0, new double[34 * 34]);
        double[] brighterLast = new double[34 * 34];
        brighterLast[34 * 34 - 1] = 1;
        pixels.advance(brighterLast, 70_001);
        double[] darkerSecondRow = brighterLast.clone();
        darkerSecondRow[34 + 2] = -1;
        pixels.advance(darkerSecondRow, (1 << 23) - 1);

        CameraBatch batch = CameraRecording.of("two", "test", SimulatedCamera.encode(pixels.sortedEvents()))
                .events();
        assertThat(batch.size()).isEqualTo(2);
        assertThat(Arrays.copyOf(batch.timeMicros(), 2)).containsExactly(70_001, (1 << 23) - 1);
        assertThat(Arrays.copyOf(batch.address(), 2))
                .containsExactly(CameraBatch.address(33, 33, 1), CameraBatch.address(2, 1, 0));
    }

    private static byte[] bytes(LabelledRecording labelled) throws IOException {
        try (WordReader reader = (WordReader) labelled.recording().open()) {
            byte[] buffer = new byte[1 << 20];
            return Arrays.copyOf(buffer, reader.readWords(buffer));
        }
    }
}
