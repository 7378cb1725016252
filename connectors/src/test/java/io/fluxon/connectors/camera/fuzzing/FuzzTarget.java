package io.fluxon.connectors.camera.fuzzing;

import io.fluxon.connectors.camera.files.CameraFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Something that takes any bytes from outside, and what must hold whatever they are. */
interface FuzzTarget {

    /** Names its folder of inputs. */
    String name();

    /**
     * Hands on the input and checks what must hold; throws anything if it does not.
     *
     * @return whether the input was valid and gave events
     */
    boolean accepts(byte[] input) throws Exception;

    /** Valid inputs to begin with. */
    List<byte[]> seeds() throws IOException;

    static List<FuzzTarget> all() {
        List<FuzzTarget> targets = new ArrayList<>(List.of(new DecoderFuzz(), new PacketFuzz(), new BagMessageFuzz()));
        targets.add(new RecordingFuzz(Optional.empty()));
        for (CameraFormat format : CameraFormat.values()) {
            targets.add(new RecordingFuzz(Optional.of(format)));
        }
        return targets;
    }

    static FuzzTarget named(String name) {
        return all().stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
