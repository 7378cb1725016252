package io.fluxon.launcher.infer;

import io.fluxon.connectors.detector.DetectorRecording;
import io.fluxon.connectors.detector.PulseBatch;
import io.fluxon.connectors.packets.RecordingException;
import java.util.Arrays;

/** The pulses of a detector's recording, each a sample: one step per waveform sample, its value in LSB the only input. */
final class PulseSamples implements Samples {

    private final PulseBatch pulses;
    private int pulse = -1;
    private int next;

    PulseSamples(DetectorRecording recording, int[] inputShape) throws RecordingException {
        if (!Arrays.equals(inputShape, new int[] {1})) {
            throw new RecordingException(recording.origin()
                    + ": a detector's waveform needs an Input [1], the model's is " + Arrays.toString(inputShape));
        }
        pulses = recording.pulses();
    }

    @Override
    public boolean nextSample() {
        pulse++;
        if (pulse == pulses.size()) {
            return false;
        }
        next = pulses.sampleStart(pulse);
        return true;
    }

    @Override
    public String name() {
        return "";
    }

    @Override
    public boolean nextStep(StepInput input) {
        if (next == pulses.sampleEnd(pulse)) {
            return false;
        }
        input.clear();
        int value = Short.toUnsignedInt(pulses.samples()[next]);
        if (value != 0) {
            input.add(0, value);
        }
        next++;
        return true;
    }

    @Override
    public void close() {}
}
