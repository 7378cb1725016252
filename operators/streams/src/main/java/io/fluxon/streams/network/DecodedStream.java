package io.fluxon.streams.network;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.networks.model.ModelException;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;

/** Packets of one kind of sensor as the input of a network, with the scratch memory of one thread. */
abstract class DecodedStream {

    /** The stream of a kind of sensor; refuses a network that cannot take it. */
    static DecodedStream of(SensorKind kind, StreamNetwork network) {
        if (kind != SensorKind.WATCH && !network.takesEvents()) {
            throw new ModelException(network.model().name() + ": a DeltaGRU takes samples, a "
                    + (kind == SensorKind.CAMERA ? "camera" : "digitiser") + " gives events");
        }
        return switch (kind) {
            case CAMERA -> new CameraStream(network);
            case WATCH -> new WatchStream(network);
            case PULSES -> new PulseStream(network);
        };
    }

    /** Takes a packet's input in the order of time. */
    interface Rows {

        /**
         * Events of the packet, whose times may run back by a little.
         *
         * @param inputs index of the network's input of each event
         * @param timesMicros microseconds since the epoch's base
         */
        void events(int[] inputs, long[] timesMicros, int size);

        /**
         * One sample.
         *
         * @param newSegment whether the step before has none
         * @param sample the network's inputs; valid during the call
         */
        void sample(long timeMicros, boolean newSegment, float[] sample);
    }

    /** Decodes a packet and checks that it is one of the sensors that the network is for. */
    abstract void decode(SensorPacket packet) throws MalformedPacketException;

    /** Events or samples of the packet decoded last. */
    abstract int size();

    /** Hands on what the packet decoded last adds. */
    abstract void read(MotionMemory memory, int sensor, Rows rows);

    /** Whether the input is samples, one a step, and not events. */
    abstract boolean samples();

    /** Sensors that share a key. */
    int sensors() {
        return 1;
    }

    /** Which of the key's sensors the packet is of. */
    int sensor(SensorPacket packet) {
        return 0;
    }

    /** A memory for a new epoch, null if the stream needs none. */
    MotionMemory newMemory() {
        return null;
    }

    /** Nothing more comes of this sensor. */
    void end(MotionMemory memory, int sensor) {}

    /** An offset of the packet in whole microseconds, rounded down. */
    static long micros(SensorPacket packet, long offset) {
        return packet.getOffsetUnitPicoseconds() == 1_000_000 ? offset : PacketEnvelope.nanos(packet, offset) / 1000;
    }
}
