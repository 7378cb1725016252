package io.fluxon.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker and its KRaft controller inside this process: one node on 127.0.0.1. It lives either on two free ports and a
 * fresh temporary directory that is deleted on close, or on ports and a directory of the caller's that stay. Topics are
 * created by {@link TopicAdmin}, never by use.
 */
public final class EmbeddedKafka implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);

    private static final String HOST = "127.0.0.1";
    private static final int START_ATTEMPTS = 5;

    /** Kafka's mark of a formatted directory. */
    private static final String META_PROPERTIES = "meta.properties";

    /** The broker's own to delete; null where the directory stays. */
    private final Path temporaryDirectory;

    private final KafkaRaftServer server;
    private final String bootstrap;

    private EmbeddedKafka(Path temporaryDirectory, KafkaRaftServer server, String bootstrap) {
        this.temporaryDirectory = temporaryDirectory;
        this.server = server;
        this.bootstrap = bootstrap;
    }

    /** Starts a broker on free ports and a temporary directory, and returns when clients can connect. */
    public static EmbeddedKafka start() throws IOException {
        Properties settings = new Properties();
        // An endless demo must not fill the disk.
        settings.setProperty("log.segment.bytes", Integer.toString(64 << 20));
        settings.setProperty("log.retention.bytes", Integer.toString(256 << 20));
        for (int attempt = 1; ; attempt++) {
            int[] ports = freePorts();
            Path directory = TemporaryDirectory.create("kafka");
            try {
                return new EmbeddedKafka(
                        directory, startServer(directory, ports[0], ports[1], settings), HOST + ":" + ports[0]);
            } catch (IOException e) {
                TemporaryDirectory.delete(directory);
                // Kafka cannot be told to take any port for its controller, so another process may be faster.
                if (attempt == START_ATTEMPTS || !isBindFailure(e)) {
                    throw e;
                }
                LOG.info("a port was taken meanwhile, trying others", e);
            }
        }
    }

    /**
     * Starts a broker on a directory that is kept: made and formatted by the first start, gone on with by later ones.
     *
     * @param settings Kafka's own; addresses, ports and the directory are not theirs to change
     */
    public static EmbeddedKafka start(Path directory, int brokerPort, int controllerPort, Properties settings)
            throws IOException {
        return new EmbeddedKafka(
                null, startServer(directory, brokerPort, controllerPort, settings), HOST + ":" + brokerPort);
    }

    private static KafkaRaftServer startServer(Path directory, int brokerPort, int controllerPort, Properties settings)
            throws IOException {
        KafkaRaftServer server = null;
        try {
            Files.createDirectories(directory);
            if (!Files.exists(directory.resolve(META_PROPERTIES))) {
                format(directory);
            }
            Properties properties = defaults();
            properties.putAll(settings);
            properties.putAll(place(directory, brokerPort, controllerPort));
            server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
            server.startup();
            return server;
        } catch (Exception e) {
            if (server != null) {
                server.shutdown();
            }
            throw new IOException("the embedded Kafka broker does not start: " + e.getMessage(), e);
        }
    }

    /** HOST:PORT for clients. */
    public String bootstrap() {
        return bootstrap;
    }

    /** Never throws: a failure to clean up is logged. */
    @Override
    public void close() {
        try {
            server.shutdown();
            server.awaitShutdown();
        } catch (RuntimeException e) {
            LOG.warn("the embedded Kafka broker does not stop", e);
        } finally {
            if (temporaryDirectory != null) {
                TemporaryDirectory.delete(temporaryDirectory);
            }
        }
    }

    /** Returns when the broker has ended, whoever ended it. */
    public void awaitEnd() {
        server.awaitShutdown();
    }

    private static Properties place(Path directory, int brokerPort, int controllerPort) {
        String broker = "PLAINTEXT://" + HOST + ":" + brokerPort;
        Properties properties = new Properties();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", "1");
        properties.setProperty("listeners", broker + ",CONTROLLER://" + HOST + ":" + controllerPort);
        properties.setProperty("advertised.listeners", broker);
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty("controller.quorum.voters", "1@" + HOST + ":" + controllerPort);
        properties.setProperty("log.dirs", directory.toString());
        properties.setProperty("metadata.log.dir", directory.toString());
        return properties;
    }

    private static Properties defaults() {
        Properties properties = new Properties();
        properties.setProperty("auto.create.topics.enable", "false");
        properties.setProperty("default.replication.factor", "1");
        properties.setProperty("min.insync.replicas", "1");
        properties.setProperty("offsets.topic.num.partitions", "4");
        properties.setProperty("offsets.topic.replication.factor", "1");
        properties.setProperty("transaction.state.log.num.partitions", "4");
        properties.setProperty("transaction.state.log.replication.factor", "1");
        properties.setProperty("transaction.state.log.min.isr", "1");
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
        properties.setProperty("num.network.threads", "2");
        properties.setProperty("num.io.threads", "2");
        // 128 MiB of heap by default.
        properties.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        return properties;
    }

    private static void format(Path directory) throws Exception {
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setControllerListenerName("CONTROLLER")
                .setDirectories(List.of(directory.toString()))
                .setMetadataLogDirectory(directory.toString())
                .run();
    }

    private static int[] freePorts() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket first = new ServerSocket(0, 1, loopback);
                ServerSocket second = new ServerSocket(0, 1, loopback)) {
            return new int[] {first.getLocalPort(), second.getLocalPort()};
        }
    }

    private static boolean isBindFailure(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }
}
