package io.fluxon.pipelines;

import io.fluxon.networks.model.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The models that ship with the project; docs/models.md has their cards. */
public final class ShippedModels {

    private ShippedModels() {}

    /** Ten digits, trained on 1,000 N-MNIST recordings. */
    public static ModelFile nmnist() {
        return resource("models/nmnist-lif.nir");
    }

    /** Ten digits, trained on the simulated camera. */
    public static ModelFile simulated() {
        return resource("models/simulated-lif.nir");
    }

    /** The seven hand activities of the WISDM set of 2019. */
    public static ModelFile wisdm() {
        return resource("models/wisdm-deltagru.nir");
    }

    /** The activities of the simulated wrist. */
    public static ModelFile simulatedWrist() {
        return resource("models/simulated-wrist.nir");
    }

    /** Time and energy of pulses of the simulated front end pulse-v1; {@link ModelFile#openPulses} opens it. */
    public static ModelFile pulseV1() {
        return resource("models/pulse-v1-cnn.nir");
    }

    private static ModelFile resource(String name) {
        try (InputStream in = ShippedModels.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return ModelFile.of(in, name);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read resource " + name, e);
        }
    }
}
