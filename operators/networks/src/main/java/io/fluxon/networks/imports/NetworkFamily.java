package io.fluxon.networks.imports;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Tools whose trained networks can be imported. */
public enum NetworkFamily {
    /** {@link LavaNetwork}. */
    LAVA {
        @Override
        Model readUnchecked(Path place, ImportOptions options) throws IOException {
            return LavaNetwork.read(place, options);
        }
    },
    /** {@link SlayerNetwork}. */
    SLAYER {
        @Override
        Model readUnchecked(Path place, ImportOptions options) throws IOException {
            return SlayerNetwork.read(place, options);
        }
    },
    /** {@link SnnTorchNetwork}. */
    SNNTORCH {
        @Override
        Model readUnchecked(Path place, ImportOptions options) throws IOException {
            return SnnTorchNetwork.read(place, options);
        }
    },
    /** {@link LegendreMemoryNetwork}. */
    L2MU {
        @Override
        Model readUnchecked(Path place, ImportOptions options) throws IOException {
            return LegendreMemoryNetwork.read(place, options);
        }
    };

    abstract Model readUnchecked(Path place, ImportOptions options) throws IOException;

    /**
     * Reads the network in a file or folder.
     *
     * @throws ModelException in one line, with the place and the rule, where that cannot be done
     */
    public Model read(Path place, ImportOptions options) throws IOException {
        try {
            if (!options.layers().isBlank() && this != SNNTORCH) {
                throw notTaken("layers");
            }
            if (options.inputShape().length > 0 && this != SLAYER && this != SNNTORCH) {
                throw notTaken("input shape");
            }
            if (options.transposed() && this != L2MU) {
                throw notTaken("transposed memory");
            }
            if (!Files.exists(place)) {
                throw new ModelException("no such file");
            }
            if (Files.isDirectory(place) == (this == LAVA)) {
                throw new ModelException(
                        this == LAVA
                                ? "a folder; lava takes network.net"
                                : "no folder; " + this + " takes the weights'");
            }
            return readUnchecked(place, options);
        } catch (ModelException e) {
            throw new ModelException(place + ": " + e.getMessage(), e);
        }
    }

    private ModelException notTaken(String option) {
        return new ModelException("networks of " + this + " take no " + option);
    }

    /** The name as it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
