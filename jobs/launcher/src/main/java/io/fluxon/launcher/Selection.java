package io.fluxon.launcher;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraImu;
import io.fluxon.connectors.camera.CameraMarkers;

/** The part of a recording that is in an interval of time and, of its events, in a rectangle of pixels; counts both. */
final class Selection {

    private final long fromMicros;
    private final long toMicros;
    private final int x;
    private final int y;
    private final int width;
    private final int height;
    private final boolean eventsOnly;
    private long shiftMicros;
    private long eventsIn;
    private long eventsOut;
    private long leftOut;

    /** @param toMicros exclusive */
    Selection(long fromMicros, long toMicros, int x, int y, int width, int height, boolean eventsOnly) {
        this.fromMicros = fromMicros;
        this.toMicros = toMicros;
        this.x = x;
        this.y = y;
        this.width = width;
        this.height = height;
        this.eventsOnly = eventsOnly;
    }

    /** From now on adds this to all times that are selected; the interval stays. */
    void shiftBy(long micros) {
        shiftMicros = micros;
    }

    long eventsIn() {
        return eventsIn;
    }

    long eventsOut() {
        return eventsOut;
    }

    /** Markers and inertial samples in the interval that are not wanted. */
    long leftOut() {
        return leftOut;
    }

    /** Clears {@code out} and fills it with what is selected of {@code in}. */
    void select(CameraBatch in, CameraBatch out) {
        out.clear();
        selectEvents(in, out);
        eventsIn += in.size();
        eventsOut += out.size();
        selectMarkers(in.markers(), out.markers());
        selectImu(in.imu(), out.imu());
    }

    private boolean isInTime(long micros) {
        return micros >= fromMicros && micros < toMicros;
    }

    private void selectEvents(CameraBatch in, CameraBatch out) {
        out.reserve(in.size());
        long[] inMicros = in.timeMicros();
        int[] inAddress = in.address();
        long[] outMicros = out.timeMicros();
        int[] outAddress = out.address();
        int size = in.size();
        int selected = 0;
        for (int i = 0; i < size; i++) {
            outMicros[selected] = inMicros[i] + shiftMicros;
            outAddress[selected] = inAddress[i];
            int column = in.x(i) - x;
            int row = in.y(i) - y;
            boolean wanted = isInTime(inMicros[i]) && column >= 0 && column < width && row >= 0 && row < height;
            selected += wanted ? 1 : 0;
        }
        out.filledTo(selected);
    }

    private void selectMarkers(CameraMarkers in, CameraMarkers out) {
        for (int i = 0; i < in.size(); i++) {
            if (!isInTime(in.timeMicros(i))) {
                continue;
            }
            if (eventsOnly) {
                leftOut++;
            } else {
                out.add(in.timeMicros(i) + shiftMicros, in.kind(i), in.channel(i), in.value(i));
            }
        }
    }

    private void selectImu(CameraImu in, CameraImu out) {
        for (int i = 0; i < in.size(); i++) {
            if (!isInTime(in.timeMicros(i))) {
                continue;
            }
            if (eventsOnly) {
                leftOut++;
                continue;
            }
            out.add(in.timeMicros(i) + shiftMicros);
            for (int column = 0; column < CameraImu.VALUES; column++) {
                out.set(column, in.value(i, column));
            }
        }
    }
}
