package io.fluxon.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.files.ReadOptions;
import io.fluxon.connectors.camera.files.RecordingFiles;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.replay.Labels;
import io.fluxon.connectors.simulation.LabelledRecording;
import io.fluxon.connectors.simulation.PulseFrontEnd;
import io.fluxon.connectors.simulation.PulseFrontEnd.Disturbance;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.connectors.simulation.SimulatedDetector;
import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.engine.QuantizedPulseNetwork;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.networks.model.PulseModel;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorKind;
import io.fluxon.signals.motion.MotionNormalizer;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkSettings;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
                    right += answer(ShippedModels.nmnist(), CameraRecording.of(file, ReadOptions.STRICT))
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

    /** The card: within 1.10 of the Cramer-Rao bound on undisturbed pulses, 59.7 ps and 0.1436 % at 0.9 of full scale. */
    @Test
    void thePulseModelStaysNearTheBoundOnPulsesThatItWasNotTrainedOn() {
        QuantizedPulseNetwork network =
                QuantizedPulseNetwork.compile(ShippedModels.pulseV1().openPulses());
        PulseFrontEnd frontEnd = new PulseFrontEnd(0xca4d);
        short[] samples = new short[PulseFrontEnd.SAMPLES];
        int count = 10_000;
        double time = 0;
        double energy = 0;
        for (int i = 0; i < count; i++) {
            frontEnd.next(Disturbance.IDEAL, samples, 0);
            network.measure(samples, 0);
            double late = network.timePicoseconds()
                    - PulseFrontEnd.SAMPLE_PERIOD_PICOSECONDS
                            * (frontEnd.startSamples() - PulseFrontEnd.TRIGGER_SAMPLE);
            time += Math.pow(late * frontEnd.amplitude() / PulseFrontEnd.MAX_AMPLITUDE, 2) / count;
            energy += Math.pow(network.energySixteenths() / 16.0 - frontEnd.amplitude(), 2) / count;
        }
        assertThat(Math.sqrt(time)).isBetween(0.97 * 59.7, 1.10 * 59.7);
        assertThat(Math.sqrt(energy) / PulseFrontEnd.MAX_AMPLITUDE).isBetween(0.97 * 0.001436, 1.10 * 0.001436);
    }

    /** Stamps, samples and truth of the simulated detector belong together. */
    @Test
    void thePulseModelMeasuresThePulsesOfTheSimulatedDetector() {
        QuantizedPulseNetwork network =
                QuantizedPulseNetwork.compile(ShippedModels.pulseV1().openPulses());
        SimulatedDetector.Slice slice = new SimulatedDetector(0xde7, 20_000, 200_000_000_000L).next();
        int alone = 0;
        double time = 0;
        double energy = 0;
        for (int i = 0; i < slice.batch().size(); i++) {
            if (slice.alone()[i]) {
                network.measure(slice.batch().samples(), slice.batch().sampleStart(i));
                double amplitude = slice.trueEnergyKev()[i] * SimulatedDetector.LSB_PER_KEV;
                double late = slice.batch().stampPicos()[i] + network.timePicoseconds() - slice.truePicos()[i];
                time += Math.pow(late * amplitude / PulseFrontEnd.MAX_AMPLITUDE, 2);
                energy += Math.pow(network.energySixteenths() / 16.0 - amplitude, 2);
                alone++;
            }
        }
        assertThat(alone).isGreaterThan(1_000);
        assertThat(Math.sqrt(time / alone)).isBetween(0.9 * 59.7, 1.15 * 59.7);
        assertThat(Math.sqrt(energy / alone) / PulseFrontEnd.MAX_AMPLITUDE).isBetween(0.9 * 0.001436, 1.15 * 0.001436);
    }

    /** Computed in numpy by pulse_v1_cnn_golden.py, which lies beside the file. */
    @Test
    void thePulseModelAnswersBitForBitAsAnotherImplementationOfItsDefinition() throws Exception {
        QuantizedPulseNetwork network =
                QuantizedPulseNetwork.compile(ShippedModels.pulseV1().openPulses());
        short[] samples = new short[PulseFrontEnd.SAMPLES];
        int lines = 0;
        try (InputStream in = ShippedModelsTest.class.getResourceAsStream("/models/pulse-v1-cnn-golden.csv");
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                long[] values = Arrays.stream(line.split(","))
                        .mapToLong(Long::parseLong)
                        .toArray();
                for (int k = 0; k < samples.length; k++) {
                    samples[k] = (short) values[k];
                }
                network.measure(samples, 0);
                assertThat(new long[] {network.timePicoseconds(), network.energySixteenths()})
                        .isEqualTo(new long[] {values[64], values[65]});
                lines++;
            }
        }
        assertThat(lines).isEqualTo(200);
    }

    @Test
    void theyNameThemselvesAndTheirData() {
        PulseModel pulses = ShippedModels.pulseV1().openPulses();
        assertThat(pulses.name()).isEqualTo("pulse-v1-cnn");
        assertThat(pulses.frontEnd()).isEqualTo(PulseFrontEnd.NAME);
        assertThat(pulses.provenance()).startsWith("fluxon train pulses --pulses ");
        for (ModelFile file : List.of(ShippedModels.nmnist(), ShippedModels.simulated())) {
            Model model = file.open();
            assertThat(model.name()).isIn("nmnist-lif", "simulated-lif");
            assertThat(model.provenance()).startsWith("fluxon train camera on ");
            assertThat(model.classes()).hasSize(10);
        }
    }

    @Test
    void theWatchModelNamesItselfAndCompiles() {
        Model model = ShippedModels.wisdm().open();
        assertThat(model.name()).isEqualTo("wisdm-deltagru");
        assertThat(model.provenance()).startsWith("fluxon train watch on 30 subjects of WISDM 2019");
        assertThat(model.classes()).hasSize(8).endsWith("none");
        DeltaGru network = DeltaGru.compile(model);
        assertThat(network.windowSteps() * model.stepMicros()).isEqualTo(2_000_000);
        assertThat(network.inputs()).isEqualTo(MotionNormalizer.CHANNELS);
        assertThat(MotionNormalizer.of(model.graph().metadata(), 1000 * model.stepMicros()))
                .isNotNull();
    }

    private static String answer(ModelFile model, CameraRecording recording) throws Exception {
        List<Decision> decisions = new NetworkFunction(
                        SensorKind.CAMERA, model.open(), NetworkSettings.defaults(SensorKind.CAMERA))
                .classify(new CameraEpoch(recording, "camera", 0, "test", 0).packets(CameraEpoch.PACKET_MICROS, 0));
        return decisions.get(decisions.size() - 1).getLabel();
    }
}
