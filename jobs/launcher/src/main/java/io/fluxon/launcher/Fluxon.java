package io.fluxon.launcher;

import io.fluxon.launcher.bench.BenchCommand;
import io.fluxon.launcher.cluster.ClusterCommand;
import io.fluxon.launcher.cluster.StopCommand;
import io.fluxon.launcher.cluster.SubmitCommand;
import io.fluxon.launcher.demo.DemoCommand;
import io.fluxon.launcher.explain.ExplainCommand;
import io.fluxon.launcher.infer.InferCommand;
import io.fluxon.launcher.model.ModelCommand;
import io.fluxon.launcher.state.StateCommand;
import io.fluxon.launcher.view.ViewCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/**
 * The command line. Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. An error is one line on stderr.
 */
@Command(
        name = "fluxon",
        description = "Streams event sensors through Kafka and Flink into stateful spiking networks.",
        subcommands = {
            AnalyzeCommand.class,
            BenchCommand.class,
            ClusterCommand.class,
            ConvertCommand.class,
            DemoCommand.class,
            ExplainCommand.class,
            ForgetCommand.class,
            InferCommand.class,
            InfoCommand.class,
            ModelCommand.class,
            PipelineCommand.class,
            ReplayCommand.class,
            StateCommand.class,
            StopCommand.class,
            SubmitCommand.class,
            TopicsCommand.class,
            TrainCommand.class,
            ViewCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  ./fluxon demo"})
public final class Fluxon {

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Print this help.")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    public static void main(String[] arguments) {
        // The terminal shows one line or the live view. The logger is made when it is needed: it makes a file.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) ->
                LoggerFactory.getLogger(Fluxon.class).error("thread {} failed", thread.getName(), failure));
        System.exit(execute(commandLine(), arguments));
    }

    /** Runs a command; picocli alone would let an Error through as a stack trace. */
    static int execute(CommandLine commandLine, String... arguments) {
        try {
            int status = commandLine.execute(arguments);
            // A print stream keeps its errors to itself, such as a full disk's.
            if (status == CommandLine.ExitCode.OK && System.out.checkError()) {
                if (!isPipeClosed()) {
                    commandLine.getErr().println("fluxon: the output could not be written");
                }
                return CommandLine.ExitCode.SOFTWARE;
            }
            return status;
        } catch (Error e) {
            LoggerFactory.getLogger(Fluxon.class).error("a command failed", e);
            commandLine.getErr().println("fluxon: " + Printable.of(firstLine(e.toString())));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** Whether who reads the output has had enough, such as head; the print stream has lost the cause. */
    private static boolean isPipeClosed() {
        try {
            // Not closed: that would close the descriptor.
            new FileOutputStream(FileDescriptor.out).write('\n');
            return false;
        } catch (IOException e) {
            return "Broken pipe".equals(e.getMessage());
        }
    }

    static CommandLine commandLine() {
        Fluxon fluxon = new Fluxon();
        CommandLine commandLine = new CommandLine(fluxon);
        commandLine.setParameterExceptionHandler(Fluxon::wrongUsage);
        commandLine.setExecutionExceptionHandler((failure, command, result) -> fluxon.failed(failure, command));
        return commandLine;
    }

    private static int wrongUsage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr()
                .println("fluxon: " + firstLine(failure.getMessage()).replace("option option", "option") + " (see "
                        + command.getCommandSpec().qualifiedName() + " --help)");
        return CommandLine.ExitCode.USAGE;
    }

    private int failed(Exception failure, CommandLine command) {
        command.getErr().println("fluxon: " + oneLine(failure));
        if (verbose) {
            failure.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** What went wrong in words; the JDK's file exceptions carry only the file's name. */
    static String oneLine(Throwable failure) {
        if (failure instanceof NoSuchFileException missing) {
            return Printable.of(missing.getFile() + ": no such file");
        }
        if (failure instanceof AccessDeniedException denied) {
            return Printable.of(denied.getFile() + ": permission denied");
        }
        if (failure instanceof FileSystemException file && file.getReason() == null) {
            return Printable.of(file.getFile() + ": " + file.getClass().getSimpleName());
        }
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : firstLine(message);
    }

    private static String firstLine(String message) {
        return Printable.of(message.lines().findFirst().orElse(message));
    }
}
