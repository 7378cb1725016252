package io.fluxon.connectors.packets;

import java.io.IOException;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;

/** A recording, or a part of one, that can be played as one epoch of its sensors. */
@FunctionalInterface
public interface Playable {

    /**
     * Everything that is to be published for the epoch.
     *
     * @param number the epoch, larger than every earlier one of the sensors
     * @param startUnixNanos Unix time at which the epoch begins, unless the recording itself knows when it was made
     */
    Episode episode(long number, long startUnixNanos) throws IOException;

    /**
     * The records of one epoch.
     *
     * @param packets START, data, END of each sensor, in the order in which they are due: by lastOffset
     * @param truth known answers, each with a field sensorId, its Kafka key; empty if nothing is known
     */
    record Episode(PacketSource packets, List<? extends SpecificRecordBase> truth) {}
}
