package io.fluxon.launcher.cluster;

import io.fluxon.launcher.EmbeddedKafka;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Main class of the broker's process: {@code DIRECTORY BROKER_PORT CONTROLLER_PORT PROPERTIES_FILE}. */
final class Broker {

    private Broker() {}

    public static void main(String[] arguments) throws IOException {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(arguments[3]))) {
            settings.load(reader);
        }
        EmbeddedKafka kafka = EmbeddedKafka.start(
                Path.of(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), settings);
        Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "broker-stop"));
        kafka.awaitEnd();
    }
}
