package io.fluxon.launcher.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.fluxon.launcher.TopicAdmin;
import io.fluxon.launcher.cluster.ClusterStatus.JobStatus;
import io.fluxon.launcher.cluster.ClusterStatus.ProcessStatus;
import io.fluxon.launcher.cluster.FlinkRest.Overview;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Flink job manager, task managers and a Kafka broker on this machine, each a process of its own and everything on
 * 127.0.0.1. They outlive who started them if he says so ({@link #leaveRunning}).
 *
 * <p>A directory holds all there is of a cluster:
 *
 * <pre>
 *   cluster.json   what runs: ports, number of task managers, slots; gone when the cluster is stopped
 *   run/           number and start time of each process
 *   conf/          config.yaml and log4j2.xml, written by each start; broker.properties, the user's own
 *   logs/          of each process NAME.log and NAME.out
 *   kafka/         the broker's topics
 *   checkpoints/   of the jobs, kept when a job is cancelled
 *   savepoints/
 *   tmp/
 * </pre>
 *
 * The job manager and the task managers have of our jars none, nor those of the Kafka connector: like any other Flink
 * cluster they get them with the jobs ({@link #jobJar}).
 */
public final class LocalCluster implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);

    public static final String JOB_MANAGER = "jobmanager";
    public static final String BROKER = "broker";
    private static final String TASK_MANAGER = "taskmanager-";

    private static final String HOST = "127.0.0.1";
    private static final Duration START_PATIENCE = Duration.ofMinutes(2);

    /** A broker that is asked to end writes what it holds first. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);

    private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);
    private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
    private static final long POLL_MILLIS = 100;

    /** What lies in the lib folder of a Flink distribution, apart from Flink's tables and formats. */
    private static final Pattern FLINK_JARS = Pattern.compile(
            "(?:flink-(?!connector-)|flink-connector-datagen|frocksdbjni|"
                    + "log4j-|slf4j-api|commons-(?:cli|collections|compress|io|lang3|math3|text)-|kryo|minlog|objenesis|reflectasm|"
                    + "javassist|snappy-java|snakeyaml-engine|RoaringBitmap|async-profiler|hash4j|jsr305|lz4-java).*\\.jar");

    /** Packages of the JDK that Flink and Kryo reach into; a Flink distribution opens them in its configuration. */
    private static final List<String> JDK_OPENED = Stream.of(
                    "java.io",
                    "java.lang",
                    "java.lang.reflect",
                    "java.net",
                    "java.nio",
                    "java.text",
                    "java.time",
                    "java.util",
                    "java.util.concurrent",
                    "java.util.concurrent.atomic",
                    "java.util.concurrent.locks",
                    "sun.nio.ch")
            .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
            .toList();

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** What others must know of a running cluster; the contents of cluster.json. */
    record Layout(int restPort, int kafkaPort, int controllerPort, int taskManagers, int slots) {}

    private final Path directory;
    private final Layout layout;
    private final Thread endWithUs = new Thread(this::kill, "cluster-stop");
    private boolean ended;

    private LocalCluster(Path directory, Layout layout) {
        this.directory = directory;
        this.layout = layout;
    }

    /**
     * Starts a cluster and returns when all slots have registered and the broker has the topics of the catalogue. Until
     * {@link #leaveRunning} the processes end with this one.
     *
     * @throws IOException in one line: a cluster runs in the directory already, a port is taken, a process ended
     */
    public static LocalCluster start(ClusterSettings settings) throws IOException, InterruptedException {
        Path directory = settings.directory();
        makeDirectory(directory);
        try (FileChannel lock = lock(directory)) {
            Optional<LocalCluster> earlier = find(directory);
            if (earlier.isPresent() && earlier.get().anyAlive()) {
                throw new IOException("a cluster runs in " + directory + " already: web UI "
                        + earlier.get().rest() + ", Kafka " + earlier.get().bootstrap());
            }
            requireFree(settings.restPort(), "the web UI", "--rest-port");
            requireFree(settings.kafkaPort(), "the broker", "--kafka-port");
            int[] ports = freePorts(4);
            LocalCluster cluster = new LocalCluster(
                    directory,
                    new Layout(
                            settings.restPort() == 0 ? ports[0] : settings.restPort(),
                            settings.kafkaPort() == 0 ? ports[1] : settings.kafkaPort(),
                            ports[2],
                            settings.taskManagers(),
                            settings.slots()));
            cluster.writeFiles(settings, ports[3]);
            Runtime.getRuntime().addShutdownHook(cluster.endWithUs);
            boolean complete = false;
            try {
                cluster.startBrokerProcess();
                cluster.startFlinkProcess(JOB_MANAGER);
                for (int number = 1; number <= settings.taskManagers(); number++) {
                    cluster.startFlinkProcess(TASK_MANAGER + number);
                }
                cluster.awaitSlots(
                        cluster.processes().stream().map(ServerProcess::name).toList());
                cluster.awaitBroker();
                complete = true;
                return cluster;
            } finally {
                if (!complete) {
                    cluster.kill();
                    cluster.leaveRunning();
                }
            }
        }
    }

    /** The cluster that was started in a directory and not stopped, whether its processes live or not. */
    public static Optional<LocalCluster> find(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        Path file = layoutFile(absolute);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new LocalCluster(absolute, MAPPER.readValue(file.toFile(), Layout.class)));
        } catch (IOException e) {
            throw new IOException(file + ": not what a start writes", e);
        }
    }

    /** The processes go on when this one ends. */
    public void leaveRunning() {
        try {
            Runtime.getRuntime().removeShutdownHook(endWithUs);
        } catch (IllegalStateException e) {
            // This process is ending already, and the others with it.
        }
    }

    public Path directory() {
        return directory;
    }

    /** Address of the REST interface and of the web UI. */
    public URI rest() {
        return URI.create("http://" + HOST + ":" + layout.restPort());
    }

    /** HOST:PORT of the broker. */
    public String bootstrap() {
        return HOST + ":" + layout.kafkaPort();
    }

    /** The jar that a job brings: ours and the Kafka connector, without Flink. */
    public static Path jobJar() throws IOException {
        Path jar = libraries().resolveSibling("job").resolve("fluxon-job.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IOException(jar + ": no such file; mvn package -pl jobs/launcher -am builds it");
        }
        return jar;
    }

    /** What is alive; of a cluster that hangs it is told within seconds. */
    public ClusterStatus status() throws IOException, InterruptedException {
        List<ProcessStatus> processes = new ArrayList<>();
        for (ServerProcess process : processes()) {
            Long pid = process.find().map(ProcessHandle::pid).orElse(null);
            processes.add(new ProcessStatus(process.name(), pid, pid != null));
        }
        FlinkRest rest = new FlinkRest(rest());
        Overview overview = new Overview(0, 0, 0);
        List<JobStatus> jobs = List.of();
        boolean restAnswers = false;
        // Another server may have taken the port of a process that ended.
        if (process(JOB_MANAGER).find().isPresent()) {
            try {
                overview = rest.overview();
                jobs = rest.jobs();
                restAnswers = true;
            } catch (IOException e) {
                // That is the answer.
            }
        }
        boolean brokerAnswers = process(BROKER).find().isPresent() && brokerAnswers();
        boolean running = processes.stream().allMatch(ProcessStatus::alive)
                && overview.slots() == layout.taskManagers() * layout.slots()
                && brokerAnswers;
        return new ClusterStatus(
                directory.toString(),
                running,
                rest().toString(),
                bootstrap(),
                processes,
                restAnswers,
                brokerAnswers,
                overview.taskManagers(),
                overview.slots(),
                overview.freeSlots(),
                jobs);
    }

    /** Number of the task managers, dead ones too; they count from 1. */
    public int taskManagers() {
        return layout.taskManagers();
    }

    /** Ends a task manager at once (SIGKILL) and returns when it is gone; the job manager learns of it by itself. */
    public void killTaskManager(int number) throws IOException, InterruptedException {
        kill(process(TASK_MANAGER + number));
    }

    /** Starts a task manager that has ended, and returns when REST shows as many as live. */
    public void startTaskManager(int number) throws IOException, InterruptedException {
        startFlinkProcess(TASK_MANAGER + number);
        awaitSlots(List.of(TASK_MANAGER + number));
    }

    /** Ends the broker at once (SIGKILL) and returns when it is gone. */
    public void killBroker() throws IOException, InterruptedException {
        kill(process(BROKER));
    }

    /** Starts a broker that has ended on its directory and ports, and returns when it answers. */
    public void startBroker() throws IOException, InterruptedException {
        startBrokerProcess();
        awaitBroker();
    }

    /** Ends the broker at once and starts it again on its directory and ports. */
    public void restartBroker() throws IOException, InterruptedException {
        killBroker();
        startBroker();
    }

    /** Stops the cluster; see {@link #stop}. */
    @Override
    public void close() throws IOException, InterruptedException {
        stop();
    }

    /**
     * Ends every process, Flink's before the broker: by a request, and what has not ended after 15 s at once. Topics,
     * checkpoints, savepoints and logs stay.
     *
     * @return the names of those that lived
     */
    public List<String> stop() throws IOException, InterruptedException {
        leaveRunning();
        List<String> stopped = new ArrayList<>();
        try (FileChannel lock = lock(directory)) {
            List<ServerProcess> flink = new ArrayList<>(processes());
            flink.removeIf(process -> process.name().equals(BROKER));
            for (List<ServerProcess> together : List.of(flink, List.of(process(BROKER)))) {
                for (ServerProcess process : together) {
                    if (process.find().isPresent()) {
                        stopped.add(process.name());
                        process.terminate();
                    }
                }
                long deadlineNanos = System.nanoTime() + STOP_PATIENCE.toNanos();
                for (ServerProcess process : together) {
                    if (!process.awaitEnd(Duration.ofNanos(deadlineNanos - System.nanoTime()))) {
                        kill(process);
                    }
                    process.forget();
                }
            }
            Files.deleteIfExists(layoutFile(directory));
        }
        return stopped;
    }

    private static void kill(ServerProcess process) throws IOException, InterruptedException {
        process.kill();
        if (!process.awaitEnd(KILL_PATIENCE)) {
            throw new IOException(process.name() + " does not end");
        }
    }

    /** Of a start that fails or is interrupted; nothing of it is worth a slow end. */
    private synchronized void kill() {
        ended = true;
        try {
            for (ServerProcess process : processes()) {
                process.kill();
                process.forget();
            }
            Files.deleteIfExists(layoutFile(directory));
        } catch (IOException e) {
            LOG.error("processes of the cluster in {} may be left", directory, e);
        }
    }

    private boolean anyAlive() throws IOException {
        for (ServerProcess process : processes()) {
            if (process.find().isPresent()) {
                return true;
            }
        }
        return false;
    }

    private List<ServerProcess> processes() {
        List<ServerProcess> processes = new ArrayList<>();
        processes.add(process(BROKER));
        processes.add(process(JOB_MANAGER));
        for (int number = 1; number <= layout.taskManagers(); number++) {
            processes.add(process(TASK_MANAGER + number));
        }
        return processes;
    }

    private ServerProcess process(String name) {
        return new ServerProcess(name, directory.resolve("run").resolve(name + ".pid"));
    }

    private void startBrokerProcess() throws IOException {
        try (Stream<Path> jars = Files.list(libraries())) {
            start(
                    BROKER,
                    List.of("-Xmx512m", "-XX:+UseSerialGC"),
                    jars.toList(),
                    List.of(
                            Broker.class.getName(),
                            directory.resolve("kafka").toString(),
                            Integer.toString(layout.kafkaPort()),
                            Integer.toString(layout.controllerPort()),
                            brokerFile().toString()));
        }
    }

    private void startFlinkProcess(String name) throws IOException {
        Configuration configuration =
                GlobalConfiguration.loadConfiguration(directory.resolve("conf").toString());
        List<String> options = new ArrayList<>(JDK_OPENED);
        List<String> arguments = new ArrayList<>();
        if (name.equals(JOB_MANAGER)) {
            JobManagerProcessSpec memory = JobManagerProcessUtils.processSpecFromConfig(configuration);
            options.add("-XX:+UseSerialGC");
            options.addAll(words(JobManagerProcessUtils.generateJvmParametersStr(memory, configuration)));
            options.addAll(words(configuration.get(CoreOptions.FLINK_JVM_OPTIONS)));
            options.addAll(words(configuration.get(CoreOptions.FLINK_JM_JVM_OPTIONS)));
            arguments.add(StandaloneSessionClusterEntrypoint.class.getName());
            arguments.addAll(List.of("--configDir", directory.resolve("conf").toString()));
            arguments.addAll(words(JobManagerProcessUtils.generateDynamicConfigsStr(memory)));
        } else {
            TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
            options.addAll(words(ProcessMemoryUtils.generateJvmParametersStr(memory)));
            options.addAll(words(configuration.get(CoreOptions.FLINK_JVM_OPTIONS)));
            options.addAll(words(configuration.get(CoreOptions.FLINK_TM_JVM_OPTIONS)));
            arguments.add(TaskManagerRunner.class.getName());
            arguments.addAll(List.of("--configDir", directory.resolve("conf").toString()));
            // A task manager does not start on the sizes of its process alone; each part must be said.
            arguments.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
        }
        try (Stream<Path> jars = Files.list(libraries())) {
            start(
                    name,
                    options,
                    jars.filter(jar -> FLINK_JARS
                                    .matcher(jar.getFileName().toString())
                                    .matches())
                            .toList(),
                    arguments);
        }
    }

    private static List<String> words(String line) {
        return Stream.of(line.split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }

    private synchronized void start(String name, List<String> options, List<Path> classPath, List<String> arguments)
            throws IOException {
        if (ended) {
            throw new IOException("the start was interrupted");
        }
        if (process(name).find().isPresent()) {
            throw new IOException(name + " runs already");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-Dlog.file=" + logFile(name));
        command.add("-Dlog4j2.configurationFile=" + directory.resolve("conf/log4j2.xml"));
        command.add("-cp");
        command.add(classPath.stream().sorted().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        command.addAll(arguments);
        process(name).start(command, directory, outputFile(name));
    }

    private interface Condition {

        boolean holds() throws IOException, InterruptedException;
    }

    private void awaitSlots(List<String> started) throws IOException, InterruptedException {
        FlinkRest rest = new FlinkRest(rest());
        await(started, "the task managers do not register", () -> {
            int alive = 0;
            for (ServerProcess process : processes()) {
                boolean counts = process.name().startsWith(TASK_MANAGER)
                        && process.find().isPresent();
                alive += counts ? 1 : 0;
            }
            return rest.overview().slots() == alive * layout.slots();
        });
    }

    private void awaitBroker() throws IOException, InterruptedException {
        await(List.of(BROKER), "the broker does not answer", () -> {
            if (!brokerAnswers()) {
                return false;
            }
            TopicAdmin.create(bootstrap(), TopicAdmin.DEFAULT_PARTITIONS);
            return true;
        });
    }

    private boolean brokerAnswers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, layout.kafkaPort()), CONNECT_TIMEOUT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits for what processes bring about once they are up; an error of the condition means not yet. */
    private void await(List<String> started, String complaint, Condition condition)
            throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + START_PATIENCE.toNanos();
        while (true) {
            for (String name : started) {
                if (process(name).find().isEmpty()) {
                    throw new IOException(
                            name + " ended while it started; see " + logFile(name) + " and " + outputFile(name));
                }
            }
            IOException reason = null;
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (IOException e) {
                reason = e;
            }
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new IOException(
                        complaint + " within " + START_PATIENCE.toSeconds() + " s; see " + directory.resolve("logs"),
                        reason);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private void writeFiles(ClusterSettings settings, int rpcPort) throws IOException {
        Path conf = directory.resolve("conf");
        Files.write(
                conf.resolve("config.yaml"),
                ConfigurationUtils.convertConfigToWritableLines(configuration(settings, rpcPort), true));
        try (InputStream log4j = LocalCluster.class.getResourceAsStream("/cluster-log4j2.xml")) {
            Files.copy(log4j, conf.resolve("log4j2.xml"), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(brokerFile())) {
            Files.writeString(brokerFile(), """
                    # Settings of the Kafka broker, read when it starts; yours to change. For example, Kafka's own default
                    # of how long a topic's records are kept:
                    # log.retention.hours=168
                    """);
        }
        MAPPER.writeValue(layoutFile(directory).toFile(), layout);
    }

    private Configuration configuration(ClusterSettings settings, int rpcPort) {
        Configuration overrides = Configuration.fromMap(settings.flinkOptions());
        Configuration configuration = new Configuration();
        configuration.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, MemorySize.ofMebiBytes(1024));
        // Sizes that exclude each other: whoever gives one of the others means it instead.
        if (!overrides.contains(TaskManagerOptions.TOTAL_FLINK_MEMORY)
                && !overrides.contains(TaskManagerOptions.TASK_HEAP_MEMORY)) {
            configuration.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, MemorySize.ofMebiBytes(2048));
        }
        configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, uri("checkpoints"));
        configuration.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, uri("savepoints"));
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        // On one machine a heartbeat is cheap, and a killed task manager is noticed soon.
        configuration.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
        configuration.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofSeconds(20));
        configuration.addAll(overrides);

        configuration.set(RestOptions.ADDRESS, HOST);
        configuration.set(RestOptions.BIND_ADDRESS, HOST);
        configuration.set(RestOptions.PORT, layout.restPort());
        configuration.set(RestOptions.BIND_PORT, Integer.toString(layout.restPort()));
        configuration.set(JobManagerOptions.ADDRESS, HOST);
        configuration.set(JobManagerOptions.PORT, rpcPort);
        // The blob server takes its address from the job manager; by default it listens on every interface.
        configuration.set(JobManagerOptions.BIND_HOST, HOST);
        configuration.set(TaskManagerOptions.HOST, HOST);
        configuration.set(TaskManagerOptions.BIND_HOST, HOST);
        configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, layout.slots());
        configuration.set(CoreOptions.TMP_DIRS, directory.resolve("tmp").toString());
        configuration.set(WebOptions.TMP_DIR, directory.resolve("tmp").toString());
        return configuration;
    }

    private String uri(String name) {
        return directory.resolve(name).toUri().toString();
    }

    private Path logFile(String name) {
        return directory.resolve("logs").resolve(name + ".log");
    }

    private Path outputFile(String name) {
        return directory.resolve("logs").resolve(name + ".out");
    }

    private Path brokerFile() {
        return directory.resolve("conf").resolve("broker.properties");
    }

    private static Path layoutFile(Path directory) {
        return directory.resolve("cluster.json");
    }

    private static void makeDirectory(Path directory) throws IOException {
        for (String name : List.of("run", "conf", "logs", "kafka", "checkpoints", "savepoints", "tmp")) {
            try {
                Files.createDirectories(directory.resolve(name));
            } catch (FileAlreadyExistsException e) {
                throw new IOException(e.getFile() + ": not a directory", e);
            }
        }
    }

    /** Held while processes are started or stopped. */
    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve("run").resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by another thread of this process.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new IOException("another start or stop of the cluster in " + directory + " is at work");
        }
        return channel;
    }

    private static void requireFree(int port, String owner, String option) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
            // Free.
        } catch (BindException e) {
            throw new IOException("port " + port + " for " + owner + " is taken; " + option + " chooses another", e);
        }
    }

    /** Different ports, none of them taken or given out already. */
    private static int[] freePorts(int count) throws IOException {
        ServerSocket[] sockets = new ServerSocket[count];
        int[] ports = new int[count];
        try {
            for (int i = 0; i < count; i++) {
                sockets[i] = new ServerSocket(0, 1, InetAddress.getByName(HOST));
                ports[i] = sockets[i].getLocalPort();
            }
        } finally {
            for (ServerSocket socket : sockets) {
                if (socket != null) {
                    socket.close();
                }
            }
        }
        return ports;
    }

    /** The folder of jars that this class came from. */
    private static Path libraries() throws IOException {
        Path jar;
        try {
            jar = Path.of(LocalCluster.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (!Files.isRegularFile(jar)) {
            throw new IOException(
                    jar + ": processes are started from jars; mvn package -pl jobs/launcher -am builds them");
        }
        return jar.getParent();
    }
}
