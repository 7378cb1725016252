package io.fluxon.launcher.demo;

import io.fluxon.launcher.EmbeddedFlink;
import io.fluxon.launcher.EmbeddedKafka;
import io.fluxon.launcher.TopicAdmin;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipelines of some lanes as one job, between an embedded Kafka and on an embedded Flink, each lane fed by a player
 * of its own, all watched by one monitor.
 *
 * <p>It ends when every feed has ended and everything that was published has its results, when its time is over, or when
 * it is stopped; it fails when the job or a feed fails, or when results are missing and nothing has arrived for 30 s.
 */
final class Demo {

    /** Shows how the demo goes. */
    @FunctionalInterface
    interface Screen {

        void show(Snapshot snapshot);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Demo.class);

    private static final long REFRESH_MILLIS = 200;
    private static final Duration CATCH_UP = Duration.ofSeconds(5);
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final List<Lane> lanes;
    private final double speed;
    private final double durationSeconds;
    private final Configuration overrides;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * @param speed event time passed per wall time
     * @param durationSeconds wall time after which no more is played; infinite if unbounded
     * @param overrides Flink options that win over the embedded defaults
     */
    Demo(List<Lane> lanes, double speed, double durationSeconds, Configuration overrides) {
        this.lanes = List.copyOf(lanes);
        this.speed = speed;
        this.durationSeconds = durationSeconds;
        this.overrides = overrides;
    }

    /** Ends a running demo at once; from any thread. */
    void stop() {
        stopped.countDown();
    }

    DemoReport run(Screen screen) throws Exception {
        // Both start at once: each waits for itself most of the time.
        CompletableFuture<EmbeddedFlink> starting = CompletableFuture.supplyAsync(this::startFlink);
        try (EmbeddedKafka kafka = startKafka(starting);
                EmbeddedFlink flink = joined(starting)) {
            // Flink closes first: without a broker its source and sinks would wait for 30 s.
            return run(kafka.bootstrap(), flink, screen);
        }
    }

    private DemoReport run(String bootstrap, EmbeddedFlink flink, Screen screen) throws Exception {
        TopicAdmin.create(bootstrap, TopicAdmin.DEFAULT_PARTITIONS);
        StreamExecutionEnvironment environment = flink.environment();
        for (Lane lane : lanes) {
            lane.build(environment, bootstrap);
        }
        JobClient job = environment.executeAsync("fluxon demo");
        CompletableFuture<?> ended = job.getJobExecutionResult();
        try (DemoMonitor monitor = new DemoMonitor(bootstrap, TopicAdmin.DEFAULT_PARTITIONS, lanes)) {
            while (!flink.isRunning(job.getJobID()) && !stopped.await(10, TimeUnit.MILLISECONDS)) {
                throwFailure(ended, monitor);
            }
            List<Run> runs = new ArrayList<>();
            DemoReport report;
            try {
                for (Lane lane : lanes) {
                    runs.add(new Run(lane, bootstrap, monitor));
                }
                report = watch(runs, monitor, job, ended, flink, screen);
            } finally {
                runs.forEach(run -> run.player.stop());
                runs.forEach(run -> run.player.close());
            }
            if (!ended.isDone()) {
                cancel(job);
            }
            return report;
        }
    }

    /** The cluster cancels what still runs when it closes, so a failure here is only logged. */
    private static void cancel(JobClient job) {
        try {
            job.cancel().join();
        } catch (CompletionException e) {
            LOG.info("the job could not be cancelled", e);
        }
    }

    private DemoReport watch(
            List<Run> runs,
            DemoMonitor monitor,
            JobClient job,
            CompletableFuture<?> ended,
            EmbeddedFlink flink,
            Screen screen)
            throws Exception {
        long startNanos = System.nanoTime();
        boolean interrupted = false;
        boolean complete = false;
        while (!complete && !interrupted) {
            interrupted = stopped.await(REFRESH_MILLIS, TimeUnit.MILLISECONDS);
            throwFailure(ended, monitor);
            DemoMonitor.Lags lags = monitor.lags();
            long nowNanos = System.nanoTime();
            double elapsedSeconds = (nowNanos - startNanos) / 1e9;
            complete = true;
            List<Lane.Section> sections = new ArrayList<>();
            for (Run run : runs) {
                complete &= run.look(lags);
                sections.add(run.lane.section(run.progress(lags, nowNanos)));
                if (elapsedSeconds >= durationSeconds) {
                    run.player.stop();
                }
            }
            String state = job.getJobStatus().get().name();
            boolean waiting = runs.stream().allMatch(run -> run.player.isDone());
            screen.show(new Snapshot(
                    elapsedSeconds, waiting ? state + ", waiting for commits" : state, flink.webUi(), sections));
        }
        if (complete && !monitor.awaitCaughtUp(CATCH_UP)) {
            LOG.warn("the summary may lack what came with the last result");
        }
        long endNanos = System.nanoTime();
        return new DemoReport(
                runs.stream().map(run -> run.report(startNanos, endNanos)).toList(),
                runs.stream().allMatch(run -> run.isComplete() || run.lane.isEndless()));
    }

    /** A lane that is being played. */
    private final class Run {

        private final Lane lane;
        private final Player player;
        private final RateMeter packetRate = new RateMeter();
        private final RateMeter eventRate = new RateMeter();
        private final RateMeter resultRate = new RateMeter();

        // By System.nanoTime(); null before.
        private Long doneNanos;
        private Long completeNanos;
        private Long waitingSinceNanos;

        Run(Lane lane, String bootstrap, DemoMonitor monitor) {
            this.lane = lane;
            player = new Player(
                    bootstrap,
                    lane.kind(),
                    speed,
                    lane.feed(),
                    recordings -> lane.isAhead(recordings, monitor.lags().packets(lane.kind())));
        }

        /** Returns true once nothing more is played and nothing more is to come. */
        boolean look(DemoMonitor.Lags lags) throws Exception {
            // In this order: a player that has failed is done too.
            boolean done = player.isDone();
            throwFailure(player);
            if (done && doneNanos == null) {
                doneNanos = System.nanoTime();
            }
            OptionalLong lagPackets = lags.packets(lane.kind());
            Optional<String> missing = Optional.empty();
            if (done) {
                // A lag asked for earlier may lack the last packets.
                boolean isOld = lags.askedNanos() - doneNanos < 0;
                missing = lane.missing(player.recordings(), isOld ? OptionalLong.empty() : lagPackets);
            } else if (lane.isAhead(player.recordings(), lagPackets)) {
                missing = lane.missing(player.recordings(), lagPackets);
            }
            throwSilence(missing);
            if (done && missing.isEmpty() && completeNanos == null) {
                completeNanos = System.nanoTime();
            }
            return isComplete();
        }

        private void throwSilence(Optional<String> missing) throws IOException {
            if (missing.isEmpty()) {
                waitingSinceNanos = null;
                return;
            }
            long nowNanos = System.nanoTime();
            if (waitingSinceNanos == null) {
                waitingSinceNanos = nowNanos;
            }
            if (nowNanos - waitingSinceNanos > SILENCE_NANOS
                    && nowNanos - lane.tally().lastArrivalNanos() > SILENCE_NANOS) {
                throw new IOException(missing.get() + ", and nothing arrived for 30 s");
            }
        }

        boolean isComplete() {
            return completeNanos != null;
        }

        Lane.Progress progress(DemoMonitor.Lags lags, long nowNanos) {
            long packets = player.replay().packets();
            long events = player.replay().events();
            return new Lane.Progress(
                    packets,
                    packetRate.perSecond(nowNanos, packets),
                    events,
                    eventRate.perSecond(nowNanos, events),
                    player.recordings(),
                    resultRate.perSecond(nowNanos, lane.tally().liveResults()),
                    lags.packets(lane.kind()));
        }

        LaneReport report(long startNanos, long endNanos) {
            // To the last result rather than to the moment at which it is certain that no other will come.
            long lastNanos = isComplete() ? lane.tally().lastArrivalNanos() : endNanos;
            double seconds = Math.round(Math.max(0, lastNanos - startNanos) / 1e6) / 1e3;
            return lane.report(player.replay().packets(), player.replay().events(), seconds);
        }
    }

    private static void throwFailure(CompletableFuture<?> ended, DemoMonitor monitor)
            throws IOException, InterruptedException {
        if (ended.isCompletedExceptionally()) {
            try {
                ended.get();
            } catch (ExecutionException e) {
                Throwable cause = rootCause(e);
                throw new IOException("the pipeline failed: " + cause, e);
            }
        }
        if (monitor.failure() != null) {
            throw new IOException("watching the topics failed: " + monitor.failure(), monitor.failure());
        }
    }

    private static void throwFailure(Player player) throws Exception {
        Throwable failure = player.failure();
        if (failure instanceof Exception e) {
            throw e;
        }
        if (failure != null) {
            throw new IOException("the player failed: " + failure, failure);
        }
    }

    private static Throwable rootCause(Throwable failure) {
        Throwable cause = ExceptionUtils.stripExecutionException(failure);
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private EmbeddedFlink startFlink() {
        try {
            return EmbeddedFlink.start(overrides);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static EmbeddedKafka startKafka(CompletableFuture<EmbeddedFlink> starting) throws IOException {
        try {
            return EmbeddedKafka.start();
        } catch (IOException e) {
            starting.thenAccept(EmbeddedFlink::close)
                    .exceptionally(alsoFailed -> null)
                    .join();
            throw e;
        }
    }

    private static EmbeddedFlink joined(CompletableFuture<EmbeddedFlink> starting) throws Exception {
        try {
            return starting.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
