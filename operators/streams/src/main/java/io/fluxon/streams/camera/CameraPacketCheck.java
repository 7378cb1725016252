package io.fluxon.streams.camera;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.PacketCheck;

/** A camera's packets decode, and the camera has the pixels that the model takes. */
public final class CameraPacketCheck implements PacketCheck {

    private static final long serialVersionUID = 1;

    private final int width;
    private final int height;
    private transient CameraBatch batch;

    public CameraPacketCheck(int width, int height) {
        this.width = width;
        this.height = height;
    }

    @Override
    public void check(SensorPacket packet) throws MalformedPacketException {
        if (batch == null) {
            batch = new CameraBatch();
        }
        CameraPackets.decode(packet, batch);
        CameraLayout layout = (CameraLayout) packet.getLayout();
        if (layout.getWidth() != width || layout.getHeight() != height) {
            throw new MalformedPacketException(
                    Rule.UNEXPECTED_GEOMETRY,
                    "the sensor has " + layout.getWidth() + "x" + layout.getHeight() + " pixels, the model takes "
                            + width + "x" + height);
        }
    }
}
