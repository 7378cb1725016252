package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraMarkers;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.packets.RecordingException;
import java.util.Locale;

/** What Prophesee's encodings cannot hold. */
final class PropheseeLimits {

    private PropheseeLimits() {}

    /**
     * Refuses a batch with an event, marker or inertial sample that the encoding has no words for.
     *
     * @param maxSide columns and rows are below it
     * @param endMicros times are below it, and not below 0
     * @param channels trigger lines are below it; 0 where there are no triggers
     */
    static void check(String encoding, CameraBatch batch, int maxSide, long endMicros, int channels)
            throws RecordingException {
        if (batch.imu().size() > 0) {
            throw new RecordingException(encoding + " holds no inertial samples");
        }
        for (int i = 0; i < batch.size(); i++) {
            checkTime(encoding, batch.timeMicros()[i], endMicros);
            if (batch.x(i) >= maxSide || batch.y(i) >= maxSide) {
                throw new RecordingException(encoding + " holds columns and rows below " + maxSide + ", not ("
                        + batch.x(i) + ", " + batch.y(i) + ")");
            }
        }
        CameraMarkers markers = batch.markers();
        for (int i = 0; i < markers.size(); i++) {
            Kind kind = markers.kind(i);
            if (channels == 0) {
                throw new RecordingException(encoding + " holds no markers");
            }
            if (kind != Kind.TRIGGER || markers.value(i) < 0 || markers.value(i) > 1) {
                throw new RecordingException(encoding + " holds triggers with level 0 or 1, not a marker "
                        + kind.name().toLowerCase(Locale.ROOT) + " with value " + markers.value(i));
            }
            if (markers.channel(i) < 0 || markers.channel(i) >= channels) {
                throw new RecordingException(
                        encoding + " holds trigger lines below " + channels + ", not " + markers.channel(i));
            }
            checkTime(encoding, markers.timeMicros(i), endMicros);
        }
    }

    private static void checkTime(String encoding, long timeMicros, long endMicros) throws RecordingException {
        if (timeMicros < 0 || timeMicros >= endMicros) {
            throw new RecordingException(
                    encoding + " holds times from 0 to " + (endMicros - 1) + " us, not " + timeMicros);
        }
    }
}
