package io.fluxon.streams;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.Topic;
import java.io.Serializable;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * What is computed on the packets of each key, without Flink: one object serves a task, one state {@code S} each key. The
 * results are a pure function of the key's packets in their order and of the times at which its silences are told.
 */
public interface PacketFunction<S> {

    /** Decodes a packet and checks that the function can take it; the next {@link #accept} is about this packet. */
    void decode(SensorPacket packet) throws MalformedPacketException;

    /**
     * Takes in the packet that was decoded last. The packets of a sensor come once and in the order of (epoch, sequence);
     * a sequence that is passed over never comes.
     *
     * @param state null if nothing is kept of the key; may be changed
     * @return the key's new state, null if nothing has to be kept
     */
    S accept(S state, SensorPacket packet, Output output);

    /** Events, samples or pulses of the packet decoded last. */
    int events();

    /** Log time without packets of a key after which {@link #silent} is called, milliseconds; 0 if never. */
    default long silenceMillis() {
        return 0;
    }

    /**
     * No packet of the key has come for {@link #silenceMillis()} of the log's time; called once in a silence, and without
     * effect on the packet that was decoded last.
     */
    default S silent(S state, Output output) {
        return state;
    }

    /**
     * The key has been silent for so long that its state is about to be deleted; says what must not be lost with it. Without
     * effect on the packet that was decoded last.
     */
    default void expire(S state, Output output) {}

    /** How a state is kept. */
    ValueSerializer<S> serializer();

    /** Takes what a function says. */
    interface Output {

        /** A record of a topic of results; its delivery is the topic's. The record must not change any more. */
        void emit(Topic topic, SpecificRecordBase result);

        /** Something about the order of packets that only the function can see. */
        void report(SequenceReport report);
    }

    /** Makes the function of a task; travels with the job. */
    interface Factory<S> extends Serializable {

        /** A new function; throws an unchecked exception of one line if the settings cannot be used. */
        PacketFunction<S> create();
    }
}
