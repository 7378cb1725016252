package io.fluxon.streams.network;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.networks.model.ModelException;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.SensorPacket;
import java.util.Arrays;

/**
 * Events of a camera. Input [2, height, width]: index = polarity (ON = 1) * height * width + y * width + x; [1, height,
 * width] and [height, width] leave the polarity out.
 */
final class CameraStream extends DecodedStream {

    private final CameraBatch batch = new CameraBatch();
    private final int height;
    private final int width;
    private final boolean polarity;
    private int[] inputs = new int[0];

    CameraStream(StreamNetwork network) {
        int[] shape = network.inputShape();
        int rank = shape.length;
        int channels = rank == 3 ? shape[0] : 1;
        if (rank < 2 || rank > 3 || channels > 2) {
            throw new ModelException(network.model().name()
                    + ": a camera's network takes [2, height, width], [1, height, width] or [height, width], this one "
                    + Arrays.toString(shape));
        }
        this.height = shape[rank - 2];
        this.width = shape[rank - 1];
        this.polarity = channels == 2;
    }

    @Override
    void decode(SensorPacket packet) throws MalformedPacketException {
        CameraPackets.decode(packet, batch);
        CameraLayout layout = (CameraLayout) packet.getLayout();
        if (layout.getWidth() != width || layout.getHeight() != height) {
            throw new MalformedPacketException(
                    Rule.UNEXPECTED_GEOMETRY,
                    "the sensor has " + layout.getWidth() + "x" + layout.getHeight() + " pixels, the model takes "
                            + width + "x" + height);
        }
    }

    @Override
    int size() {
        return batch.size();
    }

    @Override
    boolean samples() {
        return false;
    }

    @Override
    void read(MotionMemory memory, int sensor, Rows rows) {
        if (inputs.length < batch.size()) {
            inputs = new int[batch.address().length];
        }
        NetworkFunction.bindInputs(batch, height, width, polarity, inputs);
        rows.events(inputs, batch.timeMicros(), batch.size());
    }
}
