package io.fluxon.connectors.motion;

import java.util.List;

/**
 * What one wearable device recorded, checked when it was read. Times are nanoseconds of the device's own clock, as the
 * file gives them.
 *
 * @param id name of the recording, e.g. "1631"
 * @param deviceId name of the device, e.g. "watch-1631"
 * @param origin the files, for people
 * @param epochs runs of the device's clock in the order of the file; within one, time never runs back
 */
public record MotionRecording(String id, String deviceId, String origin, List<Epoch> epochs) {

    /** Label of a movement that is none of a model's classes. */
    public static final String NONE = "none";

    public MotionRecording {
        epochs = List.copyOf(epochs);
    }

    /**
     * One run of the device's clock.
     *
     * @param acceleration m/s^2, gravity included; empty where the sensor is missing
     * @param angularVelocity rad/s; empty where the sensor is missing
     * @param labels what was done when, in order of time, without overlap
     */
    public record Epoch(MotionBatch acceleration, MotionBatch angularVelocity, List<Label> labels) {

        public Epoch {
            labels = List.copyOf(labels);
        }
    }

    /**
     * What was done in a stretch of time.
     *
     * @param fromNanos first time of the stretch
     * @param toNanos first time after the stretch
     * @param name the activity, or {@link #NONE}
     */
    public record Label(long fromNanos, long toNanos, String name) {}
}
