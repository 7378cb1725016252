package io.fluxon.launcher.bench;

import picocli.CommandLine.Command;

/** {@code fluxon bench}: figures of this machine. */
@Command(
        name = "bench",
        description = "Measures the project on this machine.",
        subcommands = BenchPipelineCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  ./fluxon bench pipeline --quick"})
public final class BenchCommand {}
