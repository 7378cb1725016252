package io.fluxon.launcher.state;

import picocli.CommandLine.Command;

/** {@code fluxon state}: what a savepoint keeps. */
@Command(
        name = "state",
        description =
                "Lists and shows what a savepoint or a kept checkpoint holds, and carries it over to another model.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {StateListCommand.class, StateMigrateCommand.class, StateShowCommand.class},
        footer = {"", "Example:", "  ./fluxon state list savepoints/savepoint-1a2b3c-0123456789ab"})
public final class StateCommand {}
