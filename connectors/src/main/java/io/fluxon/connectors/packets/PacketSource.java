package io.fluxon.connectors.packets;

import io.fluxon.schemas.SensorPacket;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Packets one after the other, made when they are asked for. */
public interface PacketSource extends Closeable {

    /** The next packet, null behind the last. */
    SensorPacket next() throws IOException;

    @Override
    default void close() throws IOException {}

    static PacketSource of(List<SensorPacket> packets) {
        Iterator<SensorPacket> remaining = packets.iterator();
        return () -> remaining.hasNext() ? remaining.next() : null;
    }

    /** All that is left, for sources that are known to be short. */
    default List<SensorPacket> toList() throws IOException {
        List<SensorPacket> packets = new ArrayList<>();
        for (SensorPacket packet = next(); packet != null; packet = next()) {
            packets.add(packet);
        }
        return packets;
    }
}
