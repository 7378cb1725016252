package io.fluxon.launcher.model;

import picocli.CommandLine.Command;

/** {@code fluxon model}: what is done with model files. */
@Command(
        name = "model",
        description = "Shows, draws and checks networks, NIR graphs.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ModelInfoCommand.class, ModelDrawCommand.class, ModelCheckCommand.class},
        footer = {"", "Example:", "  ./fluxon model info rsnn.nir"})
public final class ModelCommand {}
