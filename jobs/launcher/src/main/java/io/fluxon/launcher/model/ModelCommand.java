package io.fluxon.launcher.model;

import picocli.CommandLine.Command;

/** {@code fluxon model}: what is done with model files. */
@Command(
        name = "model",
        description = "Imports, shows, draws and checks networks, NIR graphs.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ModelCheckCommand.class, ModelDrawCommand.class, ModelImportCommand.class, ModelInfoCommand.class
        },
        footer = {"", "Example:", "  ./fluxon model info rsnn.nir"})
public final class ModelCommand {}
