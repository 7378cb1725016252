package io.fluxon.pipelines;

import io.fluxon.networks.model.ModelFile;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.OrderSettings;
import io.fluxon.streams.PacketOperator;
import io.fluxon.streams.StateSettings;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkSettings;
import io.fluxon.streams.pulses.PulseFunction;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;

/**
 * What a pipeline is built from; {@link PipelineFile} reads it. Either a network decides, or pulses are analysed.
 *
 * @param name consumer group, and prefix of the transactional ids: unique among the jobs that share the broker
 * @param bootstrap brokers, HOST:PORT joined by commas
 * @param topics names of all topics that the pipeline reads and writes
 * @param delivery of all topics that it writes but the live one
 * @param live whether it writes the live topic
 * @param model null for an analysis, which has its own
 * @param network null for an analysis
 * @param analysis null for a network
 * @param checkpointMillis from the start of a checkpoint to that of the next, milliseconds
 * @param checkpointDirectory URI; null for the cluster's own
 */
public record PipelineSettings(
        String name,
        SensorKind sensor,
        String bootstrap,
        Map<Topic, String> topics,
        Topic.Delivery delivery,
        boolean live,
        ModelFile model,
        NetworkSettings network,
        PulseAnalysis analysis,
        OrderSettings order,
        Backend backend,
        StateSettings state,
        long checkpointMillis,
        String checkpointDirectory,
        int parallelism) {

    /** Where a task keeps the states of its keys. */
    public enum Backend {
        HEAP,
        ROCKSDB
    }

    private static final Duration BUFFER_TIMEOUT = Duration.ofMillis(1);
    private static final Duration FIRST_RESTART_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RESTART_DELAY = Duration.ofMinutes(1);
    private static final double RESTART_DELAY_FACTOR = 2;
    private static final Duration RUN_THAT_FORGETS_DELAYS = Duration.ofMinutes(10);

    public PipelineSettings {
        topics = Collections.unmodifiableMap(new EnumMap<>(topics));
    }

    /** The topics of a pipeline by what they are to it. */
    static Map<String, Topic> roles(SensorKind sensor, boolean analysed, boolean live) {
        Map<String, Topic> roles = new LinkedHashMap<>();
        roles.put("packets", sensor.packets());
        if (analysed) {
            roles.put("hits", Topic.PULSES_HITS);
            roles.put("spectra", Topic.PULSES_SPECTRA);
            roles.put("coincidences", Topic.PULSES_COINCIDENCES);
        } else {
            roles.put(
                    "decisions",
                    sensor == SensorKind.PULSES
                            ? Topic.PULSES_DECISIONS
                            : sensor.results().get(0));
        }
        if (live) {
            roles.put("live", sensor == SensorKind.PULSES && !analysed ? Topic.PULSES_LIVE_DECISIONS : sensor.live());
        }
        roles.put("reports", sensor.sequenceReports());
        roles.put("dead-letters", sensor.deadLetters());
        return roles;
    }

    /** The same between the topics of another broker. */
    public PipelineSettings withBootstrap(String other) {
        return new PipelineSettings(
                name,
                sensor,
                other,
                topics,
                delivery,
                live,
                model,
                network,
                analysis,
                order,
                backend,
                state,
                checkpointMillis,
                checkpointDirectory,
                parallelism);
    }

    /** The same with another network in place of its own. */
    public PipelineSettings withModel(ModelFile other) {
        return new PipelineSettings(
                name,
                sensor,
                bootstrap,
                topics,
                delivery,
                live,
                other,
                network,
                analysis,
                order,
                backend,
                state,
                checkpointMillis,
                checkpointDirectory,
                parallelism);
    }

    /** The same with another analysis in place of its own. */
    public PipelineSettings withAnalysis(PulseAnalysis other) {
        return new PipelineSettings(
                name,
                sensor,
                bootstrap,
                topics,
                delivery,
                live,
                model,
                network,
                other,
                order,
                backend,
                state,
                checkpointMillis,
                checkpointDirectory,
                parallelism);
    }

    /** The operator that the settings are about; throws if its model or its settings cannot be used. */
    PacketOperator<?> operator() {
        if (analysis != null) {
            analysis.function();
            return new PacketOperator<>(
                    sensor,
                    PulseFunction.factory(analysis.settings(), analysis.windows(), analysis.modelFile()),
                    order,
                    state);
        }
        NetworkFunction.Factory factory = new NetworkFunction.Factory(sensor, model, network);
        factory.create();
        return new PacketOperator<>(sensor, factory, order, state);
    }

    /** The names of all topics by what they are to the pipeline. */
    public Map<String, String> topicsByRole() {
        Map<String, String> names = new LinkedHashMap<>();
        roles(sensor, analysis != null, live).forEach((role, topic) -> names.put(role, topics.get(topic)));
        return names;
    }

    /**
     * The options of Flink that follow; they win over the cluster's own. A job that fails restarts for ever, the first time
     * after 1 s, then after twice as long each time up to 1 min, and after 1 s again once it has run for 10 min.
     */
    public Configuration flinkConfiguration() {
        Configuration configuration = new Configuration();
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        configuration.set(ExecutionOptions.BUFFER_TIMEOUT, BUFFER_TIMEOUT);
        // No operator keeps or changes what it passes on, so a packet is decoded once and copied never.
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        // No type may fall back to Kryo; a stream without a serializer of its own fails when the job is built.
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(StateBackendOptions.STATE_BACKEND, backend == Backend.ROCKSDB ? "rocksdb" : "hashmap");
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, backend == Backend.ROCKSDB);
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(checkpointMillis));
        configuration.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        if (checkpointDirectory != null) {
            configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpointDirectory);
        }
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, FIRST_RESTART_DELAY);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, LONGEST_RESTART_DELAY);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER, RESTART_DELAY_FACTOR);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                RUN_THAT_FORGETS_DELAYS);
        // Unbounded.
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, Integer.MAX_VALUE);
        return configuration;
    }
}
