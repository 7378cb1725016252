package io.fluxon.streams.network;

import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.network.NetworkSettings.Kind;
import io.fluxon.streams.network.NetworkSettings.Window;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** One epoch of a key under way. Times are of the epoch's clock, microseconds. */
public final class OpenEpoch {

    private static final int MAX_SENSORS = 2;

    final long epoch;
    Made made;
    Subject subject;

    /** Start of the epoch as far as it is known: the least of its sensors' first offsets. */
    long fromMicros = Long.MAX_VALUE;

    /** End of the epoch, the greatest of the END records' offsets so far. */
    long endMicros;

    /** By sensor. */
    final String[] sensorIds;

    final long[] nextSequence;

    /** Last time known of the sensor. */
    final long[] lastMicrosOf;

    /** Whether nothing more will come of the sensor, and whether its END said so. */
    final boolean[] ended;

    final boolean[] toldEnd;

    GapLog gaps = new GapLog();
    long missingPackets;
    long decisions;
    long events;
    long skippedEvents;

    /** Work of networks whose memory is gone. */
    long spikes;

    long synapticOperations;

    /** What is remembered before the network; null if nothing. */
    final MotionMemory motion;

    /** Whether the first input has come; the fields below mean nothing before. */
    boolean begun;

    /** Latest time of an event or sample; of the epoch's start before the first. */
    long lastMicros;

    /** Next multiple of the estimates' distance. */
    long nextEstimateMicros;

    /** Windows that are open, in the order of their starts. */
    final List<OpenWindow> windows = new ArrayList<>();

    /**
     * What the networks under way were made by; of another one they are worth nothing.
     *
     * @param inputs number of the network's inputs
     * @param everyMicros as in {@link NetworkSettings}
     */
    record Made(String model, String version, long stepMicros, int inputs, Window window, long everyMicros) {

        /** Whether networks of one could go on as those of the other: all but the version is the same. */
        boolean mayGoOnAs(Made other) {
            return model.equals(other.model)
                    && stepMicros == other.stepMicros
                    && inputs == other.inputs
                    && window.equals(other.window)
                    && everyMicros == other.everyMicros;
        }

        private void writeTo(DataOutput out) throws IOException {
            out.writeUTF(model);
            out.writeUTF(version);
            out.writeLong(stepMicros);
            out.writeInt(inputs);
            out.writeByte(window.kind().ordinal());
            out.writeLong(window.lengthMicros());
            out.writeLong(window.slideMicros());
            out.writeLong(window.gapMicros());
            out.writeLong(everyMicros);
        }

        private static Made readFrom(DataInput in) throws IOException {
            String model = in.readUTF();
            String version = in.readUTF();
            long stepMicros = in.readLong();
            int inputs = in.readInt();
            int kind = in.readUnsignedByte();
            if (kind >= Kind.values().length) {
                throw new IOException("open epoch with windows of kind " + kind);
            }
            try {
                Window window = new Window(Kind.values()[kind], in.readLong(), in.readLong(), in.readLong());
                return new Made(model, version, stepMicros, inputs, window, in.readLong());
            } catch (IllegalArgumentException e) {
                throw new IOException("open epoch: " + e.getMessage(), e);
            }
        }
    }

    /** What every decision of the epoch repeats of its packets. */
    record Subject(
            String sensorId, String recordingId, String clockDomain, long baseUnixNanos, long offsetUnitPicoseconds) {

        static Subject of(SensorPacket packet) {
            return new Subject(
                    PacketEnvelope.key(packet),
                    packet.getRecordingId(),
                    packet.getClockDomain(),
                    packet.getBaseUnixNanos(),
                    packet.getOffsetUnitPicoseconds());
        }

        private void writeTo(DataOutput out) throws IOException {
            out.writeUTF(sensorId);
            out.writeBoolean(recordingId != null);
            if (recordingId != null) {
                out.writeUTF(recordingId);
            }
            out.writeUTF(clockDomain);
            out.writeLong(baseUnixNanos);
            out.writeLong(offsetUnitPicoseconds);
        }

        private static Subject readFrom(DataInput in) throws IOException {
            return new Subject(
                    in.readUTF(), in.readBoolean() ? in.readUTF() : null, in.readUTF(), in.readLong(), in.readLong());
        }
    }

    OpenEpoch(long epoch, Made made, Subject subject, int sensors, MotionMemory motion) {
        this.epoch = epoch;
        this.made = made;
        this.subject = subject;
        this.motion = motion;
        this.sensorIds = new String[sensors];
        Arrays.fill(sensorIds, "");
        this.nextSequence = new long[sensors];
        this.lastMicrosOf = new long[sensors];
        this.ended = new boolean[sensors];
        this.toldEnd = new boolean[sensors];
    }

    public long epoch() {
        return epoch;
    }

    /** Name of the model that the networks under way are of. */
    public String model() {
        return made.model();
    }

    public String modelVersion() {
        return made.version();
    }

    /** Latest time of an event or sample, of the epoch's clock. */
    public long lastMicros() {
        return lastMicros;
    }

    /** Events or samples that its networks took in. */
    public long events() {
        return events;
    }

    /** Packets that never came. */
    public long missingPackets() {
        return missingPackets;
    }

    public long decisions() {
        return decisions;
    }

    /** Messages of hidden units, of all windows so far. */
    public long spikes() {
        long sum = spikes;
        for (OpenWindow window : windows) {
            sum += window.memory == null ? 0 : window.memory.spikes();
        }
        return sum;
    }

    /** Weights added, in all windows so far. */
    public long synapticOperations() {
        long sum = synapticOperations;
        for (OpenWindow window : windows) {
            sum += window.memory == null ? 0 : window.memory.synapticOperations();
        }
        return sum;
    }

    /** Windows that are open, in the order of their starts. */
    public List<OpenWindow> windows() {
        return Collections.unmodifiableList(windows);
    }

    /** Takes in a packet's place in its sensor's stream: what is missing before it, how far the sensor is, its end. */
    void follow(int sensor, SensorPacket packet) {
        long firstMicros = DecodedStream.micros(packet, packet.getFirstOffset());
        subject = Subject.of(packet);
        sensorIds[sensor] = packet.getSensorId();
        if (packet.getSequence() > nextSequence[sensor]) {
            if (gaps.isFull()) {
                for (OpenWindow window : windows) {
                    window.forgottenMissing += gaps.oldestPacketsSince(window.fromMicros);
                }
            }
            missingPackets += packet.getSequence() - nextSequence[sensor];
            gaps.add(sensor, nextSequence[sensor], packet.getSequence() - 1, lastMicrosOf[sensor], firstMicros);
        }
        if (nextSequence[sensor] == 0 && !begun) {
            fromMicros = Math.min(fromMicros, firstMicros);
        }
        nextSequence[sensor] = packet.getSequence() + 1;
        lastMicrosOf[sensor] = Math.max(lastMicrosOf[sensor], DecodedStream.micros(packet, packet.getLastOffset()));
    }

    boolean isOver() {
        return allOf(ended);
    }

    /** Whether the END of every sensor has come. */
    boolean isComplete() {
        return allOf(toldEnd);
    }

    private static boolean allOf(boolean[] flags) {
        for (boolean flag : flags) {
            if (!flag) {
                return false;
            }
        }
        return true;
    }

    OpenEpoch copy() {
        OpenEpoch copy = new OpenEpoch(epoch, made, subject, ended.length, motion == null ? null : motion.copy());
        copy.fromMicros = fromMicros;
        copy.endMicros = endMicros;
        for (int s = 0; s < ended.length; s++) {
            copy.sensorIds[s] = sensorIds[s];
            copy.nextSequence[s] = nextSequence[s];
            copy.lastMicrosOf[s] = lastMicrosOf[s];
            copy.ended[s] = ended[s];
            copy.toldEnd[s] = toldEnd[s];
        }
        copy.gaps = gaps.copy();
        copy.missingPackets = missingPackets;
        copy.decisions = decisions;
        copy.events = events;
        copy.skippedEvents = skippedEvents;
        copy.spikes = spikes;
        copy.synapticOperations = synapticOperations;
        copy.begun = begun;
        copy.lastMicros = lastMicros;
        copy.nextEstimateMicros = nextEstimateMicros;
        windows.forEach(window -> copy.windows.add(window.copy()));
        return copy;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(epoch);
        made.writeTo(out);
        subject.writeTo(out);
        out.writeByte(ended.length);
        out.writeBoolean(motion != null);
        if (motion != null) {
            motion.writeTo(out);
        }
        out.writeLong(fromMicros);
        out.writeLong(endMicros);
        for (int s = 0; s < ended.length; s++) {
            out.writeUTF(sensorIds[s]);
            out.writeLong(nextSequence[s]);
            out.writeLong(lastMicrosOf[s]);
            out.writeBoolean(ended[s]);
            out.writeBoolean(toldEnd[s]);
        }
        gaps.writeTo(out);
        out.writeLong(missingPackets);
        out.writeLong(decisions);
        out.writeLong(events);
        out.writeLong(skippedEvents);
        out.writeLong(spikes);
        out.writeLong(synapticOperations);
        out.writeBoolean(begun);
        out.writeLong(lastMicros);
        out.writeLong(nextEstimateMicros);
        out.writeByte(windows.size());
        for (OpenWindow window : windows) {
            window.writeTo(out);
        }
    }

    static OpenEpoch readFrom(DataInput in) throws IOException {
        long epoch = in.readLong();
        Made made = Made.readFrom(in);
        Subject subject = Subject.readFrom(in);
        int sensors = in.readUnsignedByte();
        if (sensors < 1 || sensors > MAX_SENSORS) {
            throw new IOException("open epoch of " + sensors + " sensors, not 1 to " + MAX_SENSORS);
        }
        MotionMemory motion = in.readBoolean() ? MotionMemory.readFrom(in) : null;
        OpenEpoch open = new OpenEpoch(epoch, made, subject, sensors, motion);
        open.fromMicros = in.readLong();
        open.endMicros = in.readLong();
        for (int s = 0; s < sensors; s++) {
            open.sensorIds[s] = in.readUTF();
            open.nextSequence[s] = in.readLong();
            open.lastMicrosOf[s] = in.readLong();
            open.ended[s] = in.readBoolean();
            open.toldEnd[s] = in.readBoolean();
        }
        open.gaps = GapLog.readFrom(in, sensors);
        open.missingPackets = in.readLong();
        open.decisions = in.readLong();
        open.events = in.readLong();
        open.skippedEvents = in.readLong();
        open.spikes = in.readLong();
        open.synapticOperations = in.readLong();
        open.begun = in.readBoolean();
        open.lastMicros = in.readLong();
        open.nextEstimateMicros = in.readLong();
        int windows = in.readUnsignedByte();
        if (windows > NetworkSettings.MAX_OPEN_WINDOWS) {
            throw new IOException(
                    "open epoch with " + windows + " windows, at most " + NetworkSettings.MAX_OPEN_WINDOWS);
        }
        for (int w = 0; w < windows; w++) {
            open.windows.add(OpenWindow.readFrom(in));
        }
        return open;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OpenEpoch that
                && epoch == that.epoch
                && made.equals(that.made)
                && subject.equals(that.subject)
                && fromMicros == that.fromMicros
                && endMicros == that.endMicros
                && Arrays.equals(sensorIds, that.sensorIds)
                && Arrays.equals(nextSequence, that.nextSequence)
                && Arrays.equals(lastMicrosOf, that.lastMicrosOf)
                && Arrays.equals(ended, that.ended)
                && Arrays.equals(toldEnd, that.toldEnd)
                && gaps.equals(that.gaps)
                && missingPackets == that.missingPackets
                && decisions == that.decisions
                && events == that.events
                && skippedEvents == that.skippedEvents
                && spikes == that.spikes
                && synapticOperations == that.synapticOperations
                && Objects.equals(motion, that.motion)
                && begun == that.begun
                && lastMicros == that.lastMicros
                && nextEstimateMicros == that.nextEstimateMicros
                && windows.equals(that.windows);
    }

    @Override
    public int hashCode() {
        return Objects.hash(epoch, decisions, windows);
    }
}
