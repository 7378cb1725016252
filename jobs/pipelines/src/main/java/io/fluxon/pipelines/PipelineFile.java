package io.fluxon.pipelines;

import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.networks.model.NirNode;
import io.fluxon.pipelines.PipelineSettings.Backend;
import io.fluxon.pipelines.YamlMapping.Unit;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.Topic;
import io.fluxon.signals.pulses.FrontEnds;
import io.fluxon.signals.pulses.PulseSettings;
import io.fluxon.streams.OrderSettings;
import io.fluxon.streams.StateSettings;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkSettings;
import io.fluxon.streams.network.NetworkSettings.EarlyExit;
import io.fluxon.streams.network.NetworkSettings.Kind;
import io.fluxon.streams.network.NetworkSettings.Then;
import io.fluxon.streams.network.NetworkSettings.Window;
import io.fluxon.streams.pulses.PulseWindows;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pipeline from a YAML file; docs/pipelines.md has its fields. Its model and its front ends' settings are read and opened
 * with it, so that one that cannot be used is an error of the file's line.
 */
public final class PipelineFile {

    private static final String BUILTIN = "builtin:";
    private static final Map<String, Supplier<ModelFile>> BUILTIN_MODELS = new TreeMap<>(Map.of(
            BUILTIN + "nmnist", ShippedModels::nmnist,
            BUILTIN + "pulse-v1", ShippedModels::pulseV1,
            BUILTIN + "simulated", ShippedModels::simulated,
            BUILTIN + "simulated-wrist", ShippedModels::simulatedWrist,
            BUILTIN + "wisdm", ShippedModels::wisdm));

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");
    private static final Pattern BROKER = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):([0-9]{1,5})");
    private static final Pattern LINE = Pattern.compile("\\S(\\P{Cntrl}{0,4000}\\S)?");

    private static final long DAY_MICROS = 86_400_000_000L;
    private static final long DAY_NANOS = 86_400_000_000_000L;
    private static final long DAY_PICOS = 86_400_000_000_000_000L;
    private static final long DAY_MILLIS = 86_400_000L;
    private static final long PICOS_PER_NANO = 1000;
    private static final long MICROS_PER_MILLI = 1000;

    private static final int MAX_HOT_KEYS = 10_000_000;
    private static final long MIN_CHECKPOINT_MILLIS = 10;

    /** Half the transactions' timeout: a checkpoint must not come after it. */
    private static final long MAX_CHECKPOINT_MILLIS = 300_000;

    /** The key groups that Flink makes for a job that starts with few tasks, so that every savepoint fits every number. */
    private static final int MAX_PARALLELISM = 128;

    private static final int MAX_CHANNEL = 65_535;

    private static final boolean DEFAULT_LIVE = true;
    private static final int DEFAULT_HOT_KEYS = 10_000;
    private static final long DEFAULT_CHECKPOINT_MILLIS = 1000;

    /** What the names of files count from. */
    private final Path folder;

    private final YamlMapping root;

    /** The network's model once it is opened and compiled; null if there is none that can be used. */
    private Model opened;

    private PipelineFile(Path file, String text) throws PipelineFileException {
        folder = Objects.requireNonNullElse(file.getParent(), Path.of(""));
        root = YamlMapping.parse(file, text);
    }

    /** Reads a pipeline; a {@link PipelineFileException} has all errors of the file. */
    public static PipelineSettings read(Path file) throws IOException {
        return new PipelineFile(file, YamlMapping.text(file)).settings();
    }

    /** The pipeline of a file that ships, as {@link #example} has it. */
    public static PipelineSettings shipped(SensorKind sensor) {
        try {
            return new PipelineFile(Path.of(sensor.lowerCaseName() + ".yaml"), example(sensor)).settings();
        } catch (PipelineFileException e) {
            throw new IllegalStateException("a file that ships cannot be used", e);
        }
    }

    /** The text of a file that ships: a pipeline for a kind of sensor, with comments. */
    public static String example(SensorKind sensor) {
        String resource = "pipelines/" + sensor.lowerCaseName() + ".yaml";
        try (InputStream in = PipelineFile.class.getClassLoader().getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read resource " + resource, e);
        }
    }

    private PipelineSettings settings() throws PipelineFileException {
        root.require("name");
        String name = root.text("name", NAME, "1 to 100 letters, digits, dots, hyphens or underscores");
        root.require("sensor");
        SensorKind sensor = root.choice("sensor", SensorKind.class);
        if (sensor == null) {
            // What else may stand in the file depends on it.
            root.throwErrors();
        }
        boolean analysed = sensor == SensorKind.PULSES && !root.has("window");

        boolean live = orElse(root.flag("live"), DEFAULT_LIVE);
        YamlMapping kafka = root.section("kafka");
        root.require("kafka");
        String bootstrap = root.has("kafka") ? bootstrap(kafka) : null;
        Map<Topic, String> topics = topics(kafka.section("topics"), sensor, analysed, live);
        Topic.Delivery delivery = orElse(root.choice("delivery", Topic.Delivery.class), Topic.Delivery.EXACTLY_ONCE);

        YamlMapping window = root.section("window");
        ModelFile model = null;
        NetworkSettings network = null;
        PulseAnalysis analysis = null;
        if (analysed) {
            root.refuseGiven("model", "goes with window; the network of an analysis is analysis.model");
            root.refuseGiven("early-exit", "goes with window");
            analysis = analysis(root.section("analysis"));
        } else {
            root.refuseGiven("analysis", "goes with sensor pulses without window");
            root.require("model");
            root.require("window");
            model = model(root, file -> opened = compiled(sensor, file.open()));
            network = network(window);
            if (opened != null && network != null) {
                checkTogether(sensor, opened, network);
            }
        }

        OrderSettings order = order(root.section("order"));
        YamlMapping state = root.section("state");
        Backend backend = orElse(state.choice("backend", Backend.class), Backend.HEAP);
        StateSettings stateSettings = state(state, backend);
        checkExpiry(state, stateSettings.expiryMillis(), order, network, window);

        YamlMapping checkpoint = root.section("checkpoint");
        long checkpointMillis = orElse(
                checkpoint.quantity("interval", Unit.MILLISECONDS, MIN_CHECKPOINT_MILLIS, MAX_CHECKPOINT_MILLIS),
                DEFAULT_CHECKPOINT_MILLIS);
        String checkpointDirectory = directory(checkpoint);
        int parallelism = orElse(root.wholeNumber("parallelism", 1, MAX_PARALLELISM), 1);
        root.finish();
        return new PipelineSettings(
                name,
                sensor,
                bootstrap,
                topics,
                delivery,
                live,
                model,
                network,
                analysis,
                order,
                backend,
                stateSettings,
                checkpointMillis,
                checkpointDirectory,
                parallelism);
    }

    /** A network may be one that these windows, or this kind of sensor, cannot have. */
    private void checkTogether(SensorKind sensor, Model model, NetworkSettings network) {
        try {
            new NetworkFunction(sensor, model, network);
        } catch (ModelException | IllegalArgumentException e) {
            root.refuse("model", e.getMessage());
        }
    }

    private static <T> T orElse(T given, T fallback) {
        return given == null ? fallback : given;
    }

    private static String bootstrap(YamlMapping kafka) {
        kafka.require("bootstrap");
        String bootstrap = kafka.text("bootstrap", LINE, "HOST:PORT, or several joined by commas");
        if (bootstrap != null) {
            for (String broker : bootstrap.split(",", -1)) {
                Matcher matcher = BROKER.matcher(broker.strip());
                if (!matcher.matches()
                        || Integer.parseInt(matcher.group(2)) < 1
                        || Integer.parseInt(matcher.group(2)) > 65_535) {
                    kafka.refuse("bootstrap", "is " + bootstrap + ", must be HOST:PORT, or several joined by commas");
                    return null;
                }
            }
        }
        return bootstrap;
    }

    private static Map<Topic, String> topics(YamlMapping renamed, SensorKind sensor, boolean analysed, boolean live) {
        Map<Topic, String> topics = new EnumMap<>(Topic.class);
        Map<String, Topic> roles = PipelineSettings.roles(sensor, analysed, live);
        Map<String, String> roleByName = new HashMap<>();
        roles.forEach((role, topic) -> {
            topics.put(topic, topic.topicName());
            if (!renamed.has(role)) {
                roleByName.put(topic.topicName(), role);
            }
        });
        roles.forEach((role, topic) -> {
            String name = renamed.text(
                    role, TOPIC, "a name of Kafka's: 1 to 249 letters, digits, dots, hyphens or underscores");
            if (name != null) {
                topics.put(topic, name);
                String other = roleByName.putIfAbsent(name, role);
                if (other != null) {
                    renamed.refuse(role, "is " + name + ", the topic of " + other);
                }
            }
        });
        if (!live) {
            renamed.refuseGiven("live", "goes with live: true");
        }
        return topics;
    }

    /** The model in the field of that name; null if there is none that can be used. */
    private ModelFile model(YamlMapping section, Consumer<ModelFile> check) {
        String chosen = section.text("model", LINE, "the name of a model");
        if (chosen == null) {
            return null;
        }
        try {
            ModelFile file;
            if (BUILTIN_MODELS.containsKey(chosen)) {
                file = BUILTIN_MODELS.get(chosen).get();
            } else if (chosen.startsWith(BUILTIN)) {
                section.refuse(
                        "model",
                        "is " + chosen + ", must be a path or one of " + String.join(", ", BUILTIN_MODELS.keySet()));
                return null;
            } else {
                file = ModelFile.of(file(chosen));
            }
            check.accept(file);
            return file;
        } catch (IOException | IllegalArgumentException | ModelException e) {
            section.refuse("model", e.getMessage());
            return null;
        }
    }

    private Path file(String name) throws IOException {
        Path file;
        try {
            file = folder.resolve(name);
        } catch (InvalidPathException e) {
            throw new IOException(name + ": not a path", e);
        }
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": a folder, not a file");
        }
        return file;
    }

    private static Model compiled(SensorKind sensor, Model model) {
        if (sensor == SensorKind.WATCH
                && model.graph().nodes().values().stream().anyMatch(NirNode.DeltaGru.class::isInstance)) {
            DeltaGru.compile(model);
        } else {
            NetworkPlan.compile(model);
        }
        return model;
    }

    private NetworkSettings network(YamlMapping window) {
        if (root.has("window")) {
            window.require("kind");
        }
        Kind kind = window.choice("kind", Kind.class);
        Long length = window.quantity("length", Unit.MICROSECONDS, 1, DAY_MICROS);
        Long slide = window.quantity("slide", Unit.MICROSECONDS, 1, DAY_MICROS);
        Long gap = window.quantity("gap", Unit.MICROSECONDS, 1, DAY_MICROS);
        Long every = window.quantity("every", Unit.MICROSECONDS, 1, DAY_MICROS);
        Long maxSilence = window.quantity("max-silence", Unit.MICROSECONDS, 1, DAY_MICROS);
        if (kind != null) {
            belongs(window, "length", kind == Kind.TUMBLING || kind == Kind.SLIDING, "kind tumbling or sliding");
            belongs(window, "slide", kind == Kind.SLIDING, "kind sliding");
            belongs(window, "gap", kind == Kind.SESSION, "kind session");
            if (kind == Kind.CONTINUOUS && opened != null && !saysWhenToDecide(opened)) {
                window.require("every");
            }
        }
        if (length != null
                && slide != null
                && (slide > length || (length + slide - 1) / slide > NetworkSettings.MAX_OPEN_WINDOWS)) {
            window.refuse(
                    "slide",
                    "is " + Unit.MICROSECONDS.text(slide) + ", must be at most the length of "
                            + Unit.MICROSECONDS.text(length) + " and at least a " + NetworkSettings.MAX_OPEN_WINDOWS
                            + "th of it");
        }
        if (length != null && every != null && every >= length) {
            window.refuse(
                    "every",
                    "is " + Unit.MICROSECONDS.text(every) + ", must be shorter than the length of "
                            + Unit.MICROSECONDS.text(length));
        }
        if (opened != null) {
            requireSteps(window, "length", length, opened.stepMicros());
            requireSteps(window, "slide", slide, opened.stepMicros());
            requireSteps(window, "every", every, opened.stepMicros());
        }
        EarlyExit earlyExit = earlyExit(window, kind);
        return root.isSound()
                ? new NetworkSettings(
                        new Window(kind, orElse(length, 0L), orElse(slide, 0L), orElse(gap, 0L)),
                        orElse(every, 0L),
                        orElse(maxSilence, 0L),
                        earlyExit)
                : null;
    }

    /** Whether a model itself has the number of samples between two decisions. */
    private static boolean saysWhenToDecide(Model model) {
        return model.graph().metadata().containsKey(DeltaGru.WINDOW_STEPS);
    }

    private EarlyExit earlyExit(YamlMapping window, Kind kind) {
        YamlMapping section = root.section("early-exit");
        if (!root.has("early-exit")) {
            return null;
        }
        section.require("margin");
        Double margin = section.numberAboveZero("margin");
        Then then = orElse(section.choice("then", Then.class), Then.STOP);
        if (kind == Kind.CONTINUOUS) {
            root.refuse("early-exit", "does not go with window.kind continuous, which has no end to be early for");
        } else if (!window.has("every")) {
            root.refuse("early-exit", "needs window.every, the times at which it is looked for");
        }
        return margin == null ? null : new EarlyExit(margin, then);
    }

    /** A field is required where it belongs and refused where it does not. */
    private static void belongs(YamlMapping section, String field, boolean belongs, String where) {
        if (belongs) {
            section.require(field);
        } else {
            section.refuseGiven(field, "goes with " + where);
        }
    }

    private static void requireSteps(YamlMapping window, String field, Long micros, long stepMicros) {
        if (micros != null && micros % stepMicros != 0) {
            window.refuse(
                    field,
                    "is " + Unit.MICROSECONDS.text(micros) + ", must be a whole number of the model's steps of "
                            + Unit.MICROSECONDS.text(stepMicros));
        }
    }

    private PulseAnalysis analysis(YamlMapping section) {
        Map<String, PulseSettings> settings = new TreeMap<>(FrontEnds.settings());
        String chosen = section.text("settings", LINE, "a file of settings of front ends");
        if (chosen != null) {
            try {
                settings.putAll(PulseSettingsFile.read(file(chosen)));
            } catch (IOException e) {
                section.refuse("settings", e.getMessage());
            }
        }
        PulseWindows defaults = PulseWindows.DEFAULT;
        long spectrumNanos = orElse(
                section.quantity("spectrum", Unit.NANOSECONDS, 1, DAY_NANOS),
                defaults.spectrumPicos() / PICOS_PER_NANO);
        List<Integer> channels = orElse(
                section.wholeNumbers("channels", 2, 0, MAX_CHANNEL),
                List.of(defaults.firstChannel(), defaults.secondChannel()));
        long coincidencePicos =
                orElse(section.quantity("coincidence", Unit.PICOSECONDS, 0, DAY_PICOS), defaults.coincidencePicos());
        if (channels.get(0) >= channels.get(1)) {
            section.refuse("channels", "is " + channels + ", must be the lower channel first");
            return null;
        }
        PulseWindows windows =
                new PulseWindows(spectrumNanos * PICOS_PER_NANO, channels.get(0), channels.get(1), coincidencePicos);
        Consumer<ModelFile> check = file -> new PulseAnalysis(settings, windows, file).function();
        ModelFile model = section.has("model") ? model(section, check) : ShippedModels.pulseV1();
        return new PulseAnalysis(settings, windows, model);
    }

    private static OrderSettings order(YamlMapping section) {
        return new OrderSettings(
                orElse(
                        section.wholeNumber("held-packets", 0, OrderSettings.MAX_HELD_PACKETS),
                        OrderSettings.DEFAULT.maxHeldPackets()),
                orElse(
                        section.quantity("held-bytes", Unit.BYTES, 0, OrderSettings.MAX_HELD_BYTES),
                        OrderSettings.DEFAULT.maxHeldBytes()),
                orElse(
                        section.quantity("grace", Unit.MICROSECONDS, 0, OrderSettings.MAX_GRACE_MICROS),
                        OrderSettings.DEFAULT.graceMicros()));
    }

    private static StateSettings state(YamlMapping section, Backend backend) {
        Integer hotKeys = section.wholeNumber("hot-keys", 1, MAX_HOT_KEYS);
        if (backend == Backend.HEAP) {
            section.refuseGiven("hot-keys", "goes with backend rocksdb");
        }
        return new StateSettings(
                backend == Backend.HEAP ? 0 : orElse(hotKeys, DEFAULT_HOT_KEYS),
                orElse(
                        section.quantity("expiry", Unit.MILLISECONDS, 1000, 365 * DAY_MILLIS),
                        StateSettings.DEFAULT.expiryMillis()));
    }

    /** A state must outlive what it waits for. */
    private void checkExpiry(
            YamlMapping state, long expiryMillis, OrderSettings order, NetworkSettings network, YamlMapping window) {
        Map<String, Long> waits = new TreeMap<>();
        waits.put("order.grace", order.graceMicros());
        if (network != null) {
            waits.put("window.length", network.window().lengthMicros());
            waits.put("window.gap", network.window().gapMicros());
            waits.put("window.max-silence", network.maxSilenceMicros());
        }
        waits.forEach((path, micros) -> {
            if (micros > expiryMillis * MICROS_PER_MILLI) {
                String expiry = Unit.MILLISECONDS.text(expiryMillis);
                String wait = Unit.MICROSECONDS.text(micros);
                if (state.has("expiry")) {
                    state.refuse("expiry", "is " + expiry + ", must not be shorter than " + path + ", " + wait);
                } else {
                    // The longest grace is not longer than the default.
                    window.refuse(
                            path.substring(path.indexOf('.') + 1),
                            "is " + wait + ", must not be longer than state.expiry, " + expiry);
                }
            }
        });
    }

    private static String directory(YamlMapping checkpoint) {
        String expected = "a URI with scheme and path, such as file:///var/lib/fluxon";
        String directory = checkpoint.text("directory", LINE, expected);
        if (directory != null) {
            try {
                URI uri = new URI(directory);
                if (uri.getScheme() != null
                        && uri.getPath() != null
                        && uri.getPath().startsWith("/")) {
                    return directory;
                }
            } catch (URISyntaxException e) {
                // Refused below, as one without a scheme.
            }
            checkpoint.refuse("directory", "is " + directory + ", must be " + expected);
        }
        return null;
    }
}
