package io.fluxon.streams;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** All that is kept of one key: where the streams of its sensors stand, and the state of the function on their packets. */
public final class KeyState<S> {

    static final int ENCODING_VERSION = 1;

    /** Sensors of one key; a wearable has two. */
    static final int MAX_SENSORS = 8;

    /** In place of a time where no timer is set. */
    public static final long NO_TIMER = Long.MIN_VALUE;

    final List<SensorPosition> sensors = new ArrayList<>();

    /** Null if the function keeps nothing of the key. */
    S function;

    /** When the broker appended the key's newest record, Unix milliseconds. */
    long appendUnixMillis;

    /** Whether the function was told of the silence since. */
    boolean silenceTold;

    /** Log time at which the key's timer is set, {@link #NO_TIMER} if it is not. */
    long timerUnixMillis = NO_TIMER;

    public List<SensorPosition> sensors() {
        return sensors;
    }

    /** Null if the function keeps nothing of the key. */
    public S function() {
        return function;
    }

    public void setFunction(S state) {
        function = state;
    }

    /** When the broker appended the key's newest record, Unix milliseconds. */
    public long appendUnixMillis() {
        return appendUnixMillis;
    }

    /** Log time at which the key's timer is set, {@link #NO_TIMER} if it is not. */
    public long timerUnixMillis() {
        return timerUnixMillis;
    }

    /** The position of a sensor, a new one if it has none; null if the key has as many sensors as it may have. */
    SensorPosition sensor(String sensorId) {
        for (int i = 0; i < sensors.size(); i++) {
            if (sensors.get(i).sensorId.equals(sensorId)) {
                return sensors.get(i);
            }
        }
        if (sensors.size() == MAX_SENSORS) {
            return null;
        }
        SensorPosition position = new SensorPosition(sensorId);
        sensors.add(position);
        return position;
    }

    KeyState<S> copy(ValueSerializer<S> serializer) {
        KeyState<S> copy = new KeyState<>();
        sensors.forEach(sensor -> copy.sensors.add(sensor.copy()));
        copy.function = function == null ? null : serializer.copy(function);
        copy.appendUnixMillis = appendUnixMillis;
        copy.silenceTold = silenceTold;
        copy.timerUnixMillis = timerUnixMillis;
        return copy;
    }

    /** Writes all but the function's state. */
    void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        out.writeByte(sensors.size());
        for (SensorPosition sensor : sensors) {
            sensor.writeTo(out);
        }
        out.writeLong(appendUnixMillis);
        out.writeBoolean(silenceTold);
        out.writeLong(timerUnixMillis);
        out.writeBoolean(function != null);
    }

    /** Reads all but the function's state into this; returns whether one follows. */
    boolean readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != ENCODING_VERSION) {
            throw new IOException("state of a key of version " + version + ", this release reads " + ENCODING_VERSION);
        }
        int count = in.readUnsignedByte();
        if (count > MAX_SENSORS) {
            throw new IOException("state of a key with " + count + " sensors, at most " + MAX_SENSORS);
        }
        for (int i = 0; i < count; i++) {
            sensors.add(SensorPosition.readFrom(in));
        }
        appendUnixMillis = in.readLong();
        silenceTold = in.readBoolean();
        timerUnixMillis = in.readLong();
        return in.readBoolean();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyState<?> that
                && sensors.equals(that.sensors)
                && Objects.equals(function, that.function)
                && appendUnixMillis == that.appendUnixMillis
                && silenceTold == that.silenceTold
                && timerUnixMillis == that.timerUnixMillis;
    }

    @Override
    public int hashCode() {
        return Objects.hash(sensors, function);
    }
}
