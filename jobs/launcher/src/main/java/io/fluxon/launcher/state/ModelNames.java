package io.fluxon.launcher.state;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.networks.model.NirNode;
import io.fluxon.pipelines.ShippedModels;
import java.io.IOException;
import java.nio.file.Path;

/** Models as a pipeline's file names them. */
final class ModelNames {

    private ModelNames() {}

    /** A file, or a model that ships. */
    static ModelFile open(String name) throws IOException {
        return switch (name) {
            case "builtin:nmnist" -> ShippedModels.nmnist();
            case "builtin:simulated" -> ShippedModels.simulated();
            case "builtin:wisdm" -> ShippedModels.wisdm();
            case "builtin:simulated-wrist" -> ShippedModels.simulatedWrist();
            default -> {
                if (name.startsWith("builtin:")) {
                    throw new IOException(name + ": no such model ships");
                }
                yield ModelFile.of(Path.of(name));
            }
        };
    }

    static boolean isRecurrent(Model model) {
        return model.graph().nodes().values().stream().anyMatch(NirNode.DeltaGru.class::isInstance);
    }
}
