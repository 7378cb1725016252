package io.fluxon.launcher;

import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.replay.PacketPublisher;
import io.fluxon.schemas.Control;
import io.fluxon.schemas.ControlAction;
import io.fluxon.schemas.SensorKind;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon forget}: has the pipelines delete all that they keep of a sensor, a device or a person. */
@Command(
        name = "forget",
        description = {
            "Has the pipelines delete everything that they keep of a sensor, or of a wearable's device.",
            "A control record goes into the topic of packets, under the same key: it acts on what the log has before it.",
            "Each is confirmed by a report FORGOTTEN in the pipeline's sequence reports. Packets and results in Kafka stay",
            "until the retention of their topics removes them."
        },
        footer = {
            "",
            "Example:",
            "  ./fluxon forget watch-17 --kind watch --bootstrap localhost:9092 --by 'request 4711'"
        })
final class ForgetCommand implements Callable<Integer> {

    @Parameters(paramLabel = "KEY", arity = "1..*", description = "Sensor, or of a wearable the device.")
    private List<String> keys;

    @Option(
            names = "--kind",
            required = true,
            paramLabel = "KIND",
            converter = KindConverter.class,
            description = "Its kind: camera, watch or pulses.")
    private SensorKind kind;

    @Option(names = "--bootstrap", required = true, paramLabel = "HOST:PORT", description = "Kafka broker.")
    private String bootstrap;

    @Option(names = "--topic", paramLabel = "NAME", description = "Topic of the packets, if not the catalogue's.")
    private String topicName;

    @Option(
            names = "--by",
            paramLabel = "WHO",
            defaultValue = "fluxon forget",
            description = "Who asks for it, kept in the record (default: ${DEFAULT-VALUE}).")
    private String requestedBy;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        for (String key : keys) {
            if (!PacketEnvelope.isName(key)) {
                throw new ParameterException(spec.commandLine(), "KEY is blank or too long for a sensor's name");
            }
        }
        String topic = topicName == null ? kind.packets().topicName() : topicName;
        try (PacketPublisher publisher = new PacketPublisher(bootstrap)) {
            for (String key : keys) {
                publisher.publish(topic, new Control(key, ControlAction.FORGET, requestedBy));
            }
            publisher.flush();
        }
        for (String key : keys) {
            spec.commandLine().getOut().println(Printable.of(key) + ": to be forgotten, by " + topic);
        }
        return 0;
    }
}
