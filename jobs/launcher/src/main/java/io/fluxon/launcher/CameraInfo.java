package io.fluxon.launcher;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;

/**
 * Counts and exact sums over a camera's recording; times in microseconds as the recording tells them.
 *
 * @param firstMicros time of the first event in the order of the file, null if there is none; lastMicros likewise
 * @param special markers that did not come from a trigger line
 * @param imu inertial samples
 * @param warnings what gave no event, by name
 */
record CameraInfo(
        String format,
        int width,
        int height,
        long events,
        long on,
        @JsonProperty("first_us") Long firstMicros,
        @JsonProperty("last_us") Long lastMicros,
        @JsonProperty("sum_t_us") BigInteger sumMicros,
        @JsonProperty("sum_x") long sumX,
        @JsonProperty("sum_y") long sumY,
        @JsonProperty("sum_p") long sumPolarity,
        long triggers,
        long special,
        long imu,
        Map<String, Long> warnings)
        implements Info {

    /** Reads a recording to its end. */
    static CameraInfo of(CameraReader reader) throws IOException {
        CameraBatch batch = new CameraBatch();
        Sums sums = new Sums();
        while (reader.read(batch)) {
            sums.add(batch);
        }
        return new CameraInfo(
                reader.format(),
                reader.layout().getWidth(),
                reader.layout().getHeight(),
                sums.events,
                sums.polarity,
                sums.firstMicros,
                sums.lastMicros,
                sums.micros,
                sums.x,
                sums.y,
                sums.polarity,
                sums.triggers,
                sums.special,
                sums.imu,
                reader.warnings().byName());
    }

    private static final class Sums {

        private long events;
        private Long firstMicros;
        private Long lastMicros;
        private BigInteger micros = BigInteger.ZERO;
        private long x;
        private long y;
        private long polarity;
        private long triggers;
        private long special;
        private long imu;

        void add(CameraBatch batch) {
            int size = batch.size();
            if (size > 0) {
                firstMicros = firstMicros == null ? Long.valueOf(batch.timeMicros()[0]) : firstMicros;
                lastMicros = batch.timeMicros()[size - 1];
                events += size;
                micros = micros.add(sum(batch.timeMicros(), size));
                sumAddresses(batch);
            }
            triggers += batch.markers().triggers();
            special += batch.markers().size() - batch.markers().triggers();
            imu += batch.imu().size();
        }

        /** A sum of Unix microseconds needs more than 64 bits; those of its upper and lower halves do not. */
        private static BigInteger sum(long[] values, int size) {
            long upper = 0;
            long lower = 0;
            for (int i = 0; i < size; i++) {
                upper += values[i] >> Integer.SIZE;
                lower += values[i] & 0xFFFF_FFFFL;
            }
            return BigInteger.valueOf(upper).shiftLeft(Integer.SIZE).add(BigInteger.valueOf(lower));
        }

        private void sumAddresses(CameraBatch batch) {
            long sumX = 0;
            long sumY = 0;
            long sumPolarity = 0;
            int size = batch.size();
            for (int i = 0; i < size; i++) {
                sumX += batch.x(i);
                sumY += batch.y(i);
                sumPolarity += batch.polarity(i);
            }
            x += sumX;
            y += sumY;
            polarity += sumPolarity;
        }
    }

    @Override
    public void print(PrintWriter out) {
        Info.line(out, "format", format);
        Info.line(out, "geometry", width + " x " + height + " pixels");
        Info.line(out, "events", String.format(Locale.ROOT, "%,d (%,d on, %,d off)", events, on, events - on));
        if (firstMicros != null) {
            double seconds = (lastMicros - firstMicros) / 1e6;
            Info.line(
                    out,
                    "time",
                    String.format(
                            Locale.ROOT,
                            "%.6f s to %.6f s, %.6f s long",
                            firstMicros / 1e6,
                            lastMicros / 1e6,
                            seconds));
            Info.line(
                    out,
                    "rate",
                    seconds > 0 ? String.format(Locale.ROOT, "%,.0f events/s", events / seconds) : "unknown");
        }
        Info.line(out, "sums", "t " + sumMicros + " us, x " + sumX + ", y " + sumY + ", p " + sumPolarity);
        Info.line(out, "triggers", String.format(Locale.ROOT, "%,d; %,d special events", triggers, special));
        Info.line(out, "imu", String.format(Locale.ROOT, "%,d samples", imu));
        warnings.forEach((name, count) ->
                Info.line(out, "warning", String.format(Locale.ROOT, "%,d %s", count, name.replace('_', ' '))));
    }
}
