package io.fluxon.launcher.demo;

import io.fluxon.launcher.EmbeddedFlink;
import io.fluxon.launcher.EmbeddedKafka;
import io.fluxon.launcher.TopicAdmin;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.pipelines.CameraPipeline;
import io.fluxon.schemas.SensorKind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
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
 * The camera pipeline between an embedded Kafka and on an embedded Flink, fed by a player and watched by a monitor.
 *
 * <p>It ends when the feed has ended and every published recording has its final decision, when its time is over, or
 * when it is stopped; it fails when the job fails, or when decisions are missing and nothing has arrived for 30 s.
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

    private final String title;
    private final Player.Feed feed;
    private final ModelFile model;
    private final double speed;
    private final double durationSeconds;
    private final Configuration overrides;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * @param durationSeconds wall time after which no more is played; infinite if unbounded
     * @param overrides Flink options that win over the embedded defaults
     */
    Demo(
            String title,
            Player.Feed feed,
            ModelFile model,
            double speed,
            double durationSeconds,
            Configuration overrides) {
        this.title = title;
        this.feed = feed;
        this.model = model;
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
        CameraPipeline.build(environment, bootstrap, CameraPipeline.DEFAULT_NAME, model);
        JobClient job = environment.executeAsync("fluxon camera");
        CompletableFuture<?> ended = job.getJobExecutionResult();
        try (DemoMonitor monitor =
                new DemoMonitor(bootstrap, TopicAdmin.DEFAULT_PARTITIONS, CameraPipeline.DEFAULT_NAME)) {
            while (!flink.isRunning(job.getJobID()) && !stopped.await(10, TimeUnit.MILLISECONDS)) {
                throwFailure(ended, monitor);
            }
            DemoReport report;
            try (Player player = new Player(bootstrap, SensorKind.CAMERA, speed, feed, monitor.tally()::decisions)) {
                report = watch(player, monitor, job, ended, flink, screen);
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
            Player player,
            DemoMonitor monitor,
            JobClient job,
            CompletableFuture<?> ended,
            EmbeddedFlink flink,
            Screen screen)
            throws Exception {
        RateMeter packetRate = new RateMeter();
        RateMeter eventRate = new RateMeter();
        RateMeter decisionRate = new RateMeter();
        long startNanos = System.nanoTime();
        boolean interrupted = false;
        boolean complete = false;
        while (!complete && !interrupted) {
            interrupted = stopped.await(REFRESH_MILLIS, TimeUnit.MILLISECONDS);
            // In this order: a player that has failed is done too.
            boolean done = player.isDone();
            throwFailure(ended, monitor);
            throwFailure(player);
            long nowNanos = System.nanoTime();
            double elapsedSeconds = (nowNanos - startNanos) / 1e9;
            Tally.Counts counts = monitor.tally().counts();
            screen.show(new Snapshot(
                    title,
                    elapsedSeconds,
                    player.replay().packets(),
                    packetRate.perSecond(nowNanos, player.replay().packets()),
                    player.replay().events(),
                    eventRate.perSecond(nowNanos, player.replay().events()),
                    player.recordings(),
                    job.getJobStatus().get().name(),
                    monitor.lagPackets(),
                    decisionRate.perSecond(nowNanos, counts.liveDecisions()),
                    counts,
                    flink.webUi()));
            if (elapsedSeconds >= durationSeconds) {
                player.stop();
            }
            long missing = player.recordings() - monitor.tally().decisions();
            complete = done && missing <= 0;
            boolean waiting = done ? missing > 0 : missing >= Player.MAX_UNDECIDED;
            if (waiting && nowNanos - monitor.lastArrivalNanos() > SILENCE_NANOS) {
                throw new IOException("no decision on " + missing + " of " + player.recordings()
                        + " recordings, and nothing arrived for 30 s");
            }
        }
        double seconds = Math.round((System.nanoTime() - startNanos) / 1e6) / 1e3;
        if (complete && !monitor.awaitCaughtUp(CATCH_UP)) {
            LOG.warn("the summary may lack what came with the last decision");
        }
        return report(player.replay().packets(), player.replay().events(), seconds, monitor.tally(), complete);
    }

    private static DemoReport report(long packets, long events, double seconds, Tally tally, boolean finished) {
        Tally.Counts counts = tally.counts();
        CameraSummary summary = new CameraSummary(
                packets,
                events,
                counts.decisions(),
                counts.labelled() == 0 ? null : counts.correct(),
                counts.labelled(),
                counts.deadLetters(),
                counts.gaps(),
                counts.duplicates(),
                counts.committed().p50Millis(),
                counts.committed().p99Millis(),
                seconds);
        return new DemoReport(
                summary,
                tally.curve(),
                counts.live(),
                sinceProcessStart(counts.firstLiveUnixMillis()),
                sinceProcessStart(counts.firstCommittedUnixMillis()),
                finished);
    }

    private static Double sinceProcessStart(long unixMillis) {
        return unixMillis < 0
                ? null
                : (unixMillis - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
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
