package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import java.io.IOException;
import java.nio.file.Path;

/** A process that opens a recording, says so, and holds it open until it is ended from outside. */
final class TestingOpenBag {

    static final char OPEN = 'o';

    private TestingOpenBag() {}

    public static void main(String[] arguments) throws IOException {
        try (CameraReader reader = CameraFormat.open(Path.of(arguments[0]), ReadOptions.STRICT)) {
            reader.read(new CameraBatch());
            System.out.print(OPEN);
            System.out.flush();
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }
}
