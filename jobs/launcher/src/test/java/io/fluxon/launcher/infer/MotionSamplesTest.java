package io.fluxon.launcher.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.connectors.motion.WisdmFiles;
import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MotionSamplesTest {

    private static final int[] BOTH = {6};
    private static final int[] ACCELERATION = {3};

    @TempDir
    private Path folder;

    /** Lines without the subject: activity, nanoseconds, x, y, z. */
    private void write(String sensor, String... lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append("7,").append(line).append(";\n");
        }
        Files.writeString(folder.resolve("data_7_" + sensor + "_watch.txt"), text);
    }

    private MotionRecording recording() throws IOException {
        return WisdmFiles.of(List.of(folder)).read("7");
    }

    private static List<double[]> steps(MotionSamples samples, int inputs) {
        List<double[]> steps = new ArrayList<>();
        StepInput input = new StepInput(inputs);
        while (samples.nextStep(input)) {
            double[] values = new double[inputs];
            for (int i = 0; i < input.count(); i++) {
                values[input.inputs()[i]] = input.values()[i];
            }
            steps.add(values);
        }
        return steps;
    }

    /** Steps of 1 us, from 2,000 ns on. */
    private void writeBothSensors() throws IOException {
        write(
                "accel",
                "F,1000,1,2,3", // before the first of the gyroscope
                "F,1500,4,5,6", // held in step 0
                "F,3000,7,0,8", // the begin of step 1
                "F,3999,9,10,11", // the end of step 1
                "F,7000,12,13,14"); // after the last of the gyroscope
        write("gyro", "F,2000,-1,-2,-3", "F,5200,-4,-5,-6");
    }

    @Test
    void everyStepHasTheLatestValuesAsOfItsEndUntilOneSensorEnds() throws Exception {
        writeBothSensors();
        for (int[] shape : new int[][] {BOTH, {6, 1}}) {
            MotionSamples samples = new MotionSamples(recording(), shape, 1);

            assertThat(samples.nextSample()).isTrue();
            assertThat(samples.name()).isEqualTo("7");
            assertThat(steps(samples, 6))
                    .containsExactly(
                            new double[] {4, 5, 6, -1, -2, -3},
                            new double[] {9, 10, 11, -1, -2, -3},
                            new double[] {9, 10, 11, -1, -2, -3},
                            new double[] {9, 10, 11, -4, -5, -6});
            assertThat(samples.nextSample()).isFalse();
        }
    }

    @Test
    void threeInputsAreTheAccelerationAlone() throws Exception {
        write("accel", "F,1000,1,2,3", "F,1999,4,5,6", "F,2000,7,0,8");
        MotionSamples samples = new MotionSamples(recording(), ACCELERATION, 1);

        assertThat(samples.nextSample()).isTrue();
        assertThat(steps(samples, 3)).containsExactly(new double[] {4, 5, 6}, new double[] {7, 0, 8});
    }

    @Test
    void everyEpochIsASampleFromItsOwnTimeZero() throws Exception {
        write("accel", "F,5000,1,0,0", "A,2000,2,0,0", "A,3000,3,0,0");
        write("gyro", "F,5000,0,0,0", "A,2000,0,0,0", "A,3000,0,0,0");
        MotionSamples samples = new MotionSamples(recording(), BOTH, 1);

        assertThat(samples.nextSample()).isTrue();
        assertThat(samples.name()).isEqualTo("7-0");
        assertThat(steps(samples, 6)).containsExactly(new double[] {1, 0, 0, 0, 0, 0});
        assertThat(samples.nextSample()).isTrue();
        assertThat(samples.name()).isEqualTo("7-1");
        assertThat(steps(samples, 6)).containsExactly(new double[] {2, 0, 0, 0, 0, 0}, new double[] {3, 0, 0, 0, 0, 0});
        assertThat(samples.nextSample()).isFalse();
    }

    @Test
    void aMissingSensorIsAnErrorThatNamesIt() throws Exception {
        write("accel", "F,1000,1,2,3");
        MotionSamples withoutGyroscope = new MotionSamples(recording(), BOTH, 1);
        assertThatThrownBy(withoutGyroscope::nextSample)
                .isInstanceOf(RecordingException.class)
                .hasMessage(folder.resolve("data_7_accel_watch.txt")
                        + ": sample 7: has no angular velocity, which the model's Input [6] needs");

        Files.delete(folder.resolve("data_7_accel_watch.txt"));
        write("gyro", "F,1000,1,2,3");
        MotionSamples withoutAccelerometer = new MotionSamples(recording(), ACCELERATION, 1);
        assertThatThrownBy(withoutAccelerometer::nextSample)
                .hasMessageContaining("sample 7: has no acceleration, which the model's Input [3] needs");
    }

    @Test
    void sensorsWithoutCommonTimeAndClocksThatLeapAreErrors() throws Exception {
        write("accel", "F,1000,1,2,3");
        write("gyro", "F,2000,1,2,3");
        assertThatThrownBy(new MotionSamples(recording(), BOTH, 1)::nextSample)
                .hasMessageContaining("sample 7: one sensor ends before the other begins");

        write("accel", "F,0,1,2,3", "F," + Long.MAX_VALUE + ",1,2,3");
        assertThatThrownBy(new MotionSamples(recording(), ACCELERATION, 1000)::nextSample)
                .hasMessageContaining("sample 7: lasts more than 2147483647 steps of 1000 us");
    }

    @Test
    void otherInputsAreRefused() throws Exception {
        writeBothSensors();
        for (int[] shape : new int[][] {{}, {2}, {7}, {6, 2}, {1, 6}, {6, 1, 1}}) {
            MotionRecording recording = recording();
            assertThatThrownBy(() -> new MotionSamples(recording, shape, 1))
                    .isInstanceOf(RecordingException.class)
                    .hasMessageContaining("needs an Input [6], or [3] without angular velocity, the model's is [");
        }
    }
}
