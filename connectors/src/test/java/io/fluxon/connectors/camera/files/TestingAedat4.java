package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** AEDAT 4 files as the format's own programs may write them and ours does not. */
public final class TestingAedat4 {

    private TestingAedat4() {}

    /** Packets that are not compressed: events on a sensor of 34 x 34 pixels, and a trigger. */
    public static byte[] uncompressed() throws IOException {
        CameraBatch batch = new CameraBatch();
        batch.add(1000, 2, 3, 1);
        batch.add(1001, 33, 4, 0);
        batch.markers().add(1002, Kind.TRIGGER, 0, 1);
        Path file = Files.createTempFile("fuzzing", ".aedat4");
        try (CameraWriter writer = new Aedat4Writer(file, new CameraLayout(34, 34), Aedat4Compression.NONE)) {
            writer.write(batch);
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return bytes;
    }
}
