package io.fluxon.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxon.connectors.camera.CameraEpoch;
import io.fluxon.connectors.camera.CameraRecording;
import io.fluxon.connectors.camera.RecordingFiles;
import io.fluxon.connectors.replay.Labels;
import io.fluxon.connectors.simulation.LabelledRecording;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.schemas.Decision;
import io.fluxon.streams.camera.EpochClassifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The shipped models still answer as their cards say. */
class ShippedModelsTest {

    @Test
    void theNMnistModelAnswersTheHeldOutRecordings() throws Exception {
        String configured = System.getenv("FLUXON_DATA");
        Path data = configured == null
                ? Path.of(System.getProperty("fluxon.root", "../.."), "..", "shared", "data")
                : Path.of(configured);
        Path archive = data.resolve("dvs/nmnist/nmnist.zip");
        assumeTrue(Files.exists(archive), "skipped: no recordings at " + archive + "; set FLUXON_DATA to their folder");
        int asked = 0;
        int right = 0;
        try (RecordingFiles files = RecordingFiles.of(List.of(archive))) {
            Labels labels = Labels.read(files.textFiles("test").get(0));
            for (Path file : files.recordings()) {
                String name = file.getFileName().toString();
                Optional<String> label = labels.of(name.substring(0, name.lastIndexOf('.')));
                if (label.isPresent()) {
                    asked++;
                    right += answer(ShippedModels.nmnist(), CameraRecording.read(file))
                                    .equals(label.get())
                            ? 1
                            : 0;
                }
            }
        }
        assertThat(asked).isEqualTo(50);
        assertThat(right).isGreaterThanOrEqualTo(43);
    }

    @Test
    void theSimulatedModelAnswersACameraThatItWasNotTrainedOn() throws Exception {
        SimulatedCamera camera = new SimulatedCamera(3);
        int right = 0;
        for (int i = 0; i < 100; i++) {
            LabelledRecording shown = camera.next();
            right += answer(ShippedModels.simulated(), shown.recording()).equals(shown.label()) ? 1 : 0;
        }
        assertThat(right).isGreaterThanOrEqualTo(97);
    }

    @Test
    void theyNameThemselvesAndTheirData() {
        for (ModelFile file : List.of(ShippedModels.nmnist(), ShippedModels.simulated())) {
            Model model = file.open();
            assertThat(model.name()).isIn("nmnist-lif", "simulated-lif");
            assertThat(model.provenance()).startsWith("fluxon train camera on ");
            assertThat(model.classes()).hasSize(10);
        }
    }

    private static String answer(ModelFile model, CameraRecording recording) throws Exception {
        List<Decision> decisions = new EpochClassifier(NetworkPlan.compile(model.open()))
                .classify(new CameraEpoch(recording, "camera", 0, "test", 0).packets(CameraEpoch.PACKET_MICROS, 0));
        return decisions.get(decisions.size() - 1).getLabel();
    }
}
