package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nobody but this machine reaches the embedded servers. */
class LoopbackITCase {

    private static final List<Path> SOCKET_TABLES =
            List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @Test
    void everyPortIsBoundToLoopback() throws Exception {
        assumeTrue(SOCKET_TABLES.stream().allMatch(Files::isReadable), "the system has no /proc/self/net/tcp");
        Set<InetSocketAddress> before = listening();
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                EmbeddedFlink flink = EmbeddedFlink.start(new Configuration())) {
            Set<InetSocketAddress> opened = listening();
            opened.removeAll(before);

            assertThat(opened)
                    .as("ports of the broker and of the web UI are found")
                    .extracting(InetSocketAddress::getPort)
                    .contains(
                            flink.webUi().getPort(),
                            Integer.valueOf(kafka.bootstrap().split(":")[1]));
            assertThat(opened)
                    .allSatisfy(address ->
                            assertThat(address.getAddress().isLoopbackAddress()).isTrue());
        }
    }

    /** Otherwise the test above would pass whatever it looks at. */
    @Test
    void aPortOnAllInterfacesWouldBeFound() throws Exception {
        assumeTrue(SOCKET_TABLES.stream().allMatch(Files::isReadable), "the system has no /proc/self/net/tcp");
        try (ServerSocket everywhere = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            assertThat(listening()).anySatisfy(address -> {
                assertThat(address.getPort()).isEqualTo(everywhere.getLocalPort());
                assertThat(address.getAddress().isLoopbackAddress()).isFalse();
            });
        }
    }

    @Test
    @Timeout(60)
    void theWebUiTakesNoJobs() throws Exception {
        try (EmbeddedFlink flink = EmbeddedFlink.start(new Configuration())) {
            HttpClient client = HttpClient.newHttpClient();

            // Until the cluster has elected its leader, every answer is 503.
            while (get(client, flink, "/overview").statusCode() == 503) {
                LockSupport.parkNanos(20_000_000);
            }

            assertThat(get(client, flink, "/overview").statusCode()).isEqualTo(200);
            assertThat(get(client, flink, "/jars").statusCode()).isEqualTo(404);
        }
    }

    private static HttpResponse<String> get(HttpClient client, EmbeddedFlink flink, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(flink.webUi().resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Addresses on which this process accepts TCP connections. */
    private static Set<InetSocketAddress> listening() throws IOException {
        Set<String> ownSockets = ownSockets();
        Set<InetSocketAddress> listening = new HashSet<>();
        for (Path table : SOCKET_TABLES) {
            for (String line : Files.readAllLines(table)) {
                // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
                String[] fields = line.strip().split("\\s+");
                if (fields[3].equals("0A") && ownSockets.contains("socket:[" + fields[9] + "]")) {
                    listening.add(address(fields[1]));
                }
            }
        }
        return listening;
    }

    private static Set<String> ownSockets() throws IOException {
        Set<String> targets = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)) {
                    targets.add(Files.readSymbolicLink(descriptor).toString());
                }
            }
        }
        return targets;
    }

    /** The kernel prints addresses as 32-bit words in its own byte order, and the port as a number. */
    private static InetSocketAddress address(String hexadecimal) throws IOException {
        String[] parts = hexadecimal.split(":");
        ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(parts[0]));
        ByteBuffer bytes = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
        while (words.hasRemaining()) {
            bytes.putInt(words.getInt());
        }
        return new InetSocketAddress(InetAddress.getByAddress(bytes.array()), Integer.parseInt(parts[1], 16));
    }
}
