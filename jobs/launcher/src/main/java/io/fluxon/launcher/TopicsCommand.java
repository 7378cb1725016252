package io.fluxon.launcher;

import io.fluxon.schemas.Topic;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fluxon topics}: the catalogue on a broker. */
@Command(
        name = "topics",
        description = "Lists or creates the topics of the project on a broker.",
        synopsisSubcommandLabel = "(list | create)",
        footer = {"", "Example:", "  ./fluxon topics create --bootstrap localhost:9092"})
final class TopicsCommand implements Runnable {

    private static final String ROW = "%-32s %10s  %-13s  %s%n";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand: list or create");
    }

    @Command(
            name = "list",
            description = "Lists the topics of the catalogue and how many partitions each has on the broker.",
            footer = {"", "Example:", "  ./fluxon topics list --bootstrap localhost:9092"})
    int list(
            @Option(names = "--bootstrap", required = true, paramLabel = "HOST:PORT", description = "Kafka broker.")
                    String bootstrap)
            throws IOException, InterruptedException {
        Map<String, Integer> partitionsByName = TopicAdmin.list(bootstrap);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, ROW, "topic", "partitions", "delivery", "contract");
        for (Topic topic : Topic.values()) {
            Integer partitions = partitionsByName.get(topic.topicName());
            out.printf(
                    Locale.ROOT,
                    ROW,
                    topic.topicName(),
                    partitions == null ? "missing" : partitions,
                    topic.delivery().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    topic.schema().getName());
        }
        out.flush();
        return 0;
    }

    @Command(
            name = "create",
            description = "Creates the topics of the catalogue that the broker lacks.",
            footer = {"", "Example:", "  ./fluxon topics create --bootstrap localhost:9092 --partitions 4"})
    int create(
            @Option(names = "--bootstrap", required = true, paramLabel = "HOST:PORT", description = "Kafka broker.")
                    String bootstrap,
            @Option(
                            names = "--partitions",
                            paramLabel = "N",
                            defaultValue = "" + TopicAdmin.DEFAULT_PARTITIONS,
                            description = "Partitions of each new topic (default: ${DEFAULT-VALUE}).")
                    int partitions)
            throws IOException, InterruptedException {
        if (partitions < 1) {
            throw new ParameterException(spec.commandLine(), "--partitions is " + partitions + ", must be at least 1");
        }
        List<Topic> created = TopicAdmin.create(bootstrap, partitions);
        PrintWriter out = spec.commandLine().getOut();
        for (Topic topic : Topic.values()) {
            out.printf(
                    Locale.ROOT,
                    "%-32s %s%n",
                    topic.topicName(),
                    created.contains(topic) ? "created" : "exists already");
        }
        out.flush();
        return 0;
    }
}
