package io.fluxon.streams;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.schemas.SensorPacket;
import java.io.Serializable;

/** The rules that a pipeline's packets keep beyond being readable; travels with the job to its tasks. */
@FunctionalInterface
public interface PacketCheck extends Serializable {

    /** Returns if the packet can be used: its envelope, its payload and what the pipeline expects of its sensor. */
    void check(SensorPacket packet) throws MalformedPacketException;
}
