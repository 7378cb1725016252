package io.fluxon.launcher.demo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.connectors.replay.Labels;
import io.fluxon.pipelines.ShippedModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CameraLaneTest {

    @TempDir
    private Path folder;

    @Test
    void aCameraThatTheModelDoesNotTakeIsRefusedBeforeAnythingStarts() throws Exception {
        Path file = Files.writeString(folder.resolve("other.csv"), "%geometry:640,480\n1,2,1,3\n");

        assertThatThrownBy(() -> CameraLane.recorded(List.of(file), Labels.none(), ShippedModels.nmnist()))
                .isInstanceOf(RecordingException.class)
                .hasMessage(file + ": a camera of 640x480 pixels; the model takes 34x34");
    }
}
