package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** A recording of an event camera that can be opened again and again; it is read part by part and not kept in memory. */
public final class CameraRecording {

    /** The sensor of the N-MNIST data set. */
    public static final CameraLayout N_MNIST = new CameraLayout(34, 34);

    /** Most events that {@link #events} keeps in memory, of 12 bytes each. */
    private static final int MAX_EVENTS = 1 << 26;

    /** Opens the recording at its beginning. */
    @FunctionalInterface
    private interface Source {

        CameraReader open() throws IOException;
    }

    private final String id;
    private final String origin;
    private final Source source;

    private CameraRecording(String id, String origin, Source source) {
        this.id = id;
        this.origin = origin;
        this.source = source;
    }

    /** A recording in a file; it is not looked at until it is opened. */
    public static CameraRecording of(Path file, ReadOptions options) throws RecordingException {
        // A root folder has no name of its own.
        String fileName = Objects.toString(file.getFileName(), "");
        int dot = fileName.lastIndexOf('.');
        String id = dot < 1 ? fileName : fileName.substring(0, dot);
        if (id.length() > PacketEnvelope.MAX_NAME) {
            throw new RecordingException(file + ": the name is longer than " + PacketEnvelope.MAX_NAME + " characters");
        }
        return new CameraRecording(id, file.toString(), () -> CameraFormat.open(file, options));
    }

    /** A recording from bytes in the N-MNIST layout. */
    public static CameraRecording of(String id, String origin, byte[] bytes) {
        WordEncoding encoding = WordEncoding.NMNIST;
        return new CameraRecording(
                id,
                origin,
                () -> new WordReader(
                        origin,
                        encoding.encodingName(),
                        encoding,
                        N_MNIST,
                        new ByteArrayInputStream(bytes),
                        encoding.decoder(N_MNIST.getWidth(), N_MNIST.getHeight(), Damage.REFUSE)));
    }

    /** Base name of the file. */
    public String id() {
        return id;
    }

    /** Where the events came from, for people. */
    public String origin() {
        return origin;
    }

    public CameraReader open() throws IOException {
        return source.open();
    }

    /** All events at once, for recordings that are known to be short. */
    public CameraBatch events() throws IOException {
        CameraBatch all = new CameraBatch();
        CameraBatch part = new CameraBatch();
        try (CameraReader reader = open()) {
            while (reader.read(part)) {
                if (all.size() + part.size() > MAX_EVENTS) {
                    throw new RecordingException(origin + ": more than " + MAX_EVENTS + " events");
                }
                all.addEvents(part);
            }
        }
        if (all.size() == 0) {
            throw new RecordingException(origin + ": holds no events");
        }
        return all;
    }
}
