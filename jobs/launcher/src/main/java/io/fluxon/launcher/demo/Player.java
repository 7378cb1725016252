package io.fluxon.launcher.demo;

import io.fluxon.connectors.replay.PacketPublisher;
import io.fluxon.connectors.replay.Replay;
import io.fluxon.schemas.SensorKind;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays a feed of recordings on a thread of its own until the feed ends or it is stopped. Between two recordings it waits
 * for the pipeline: without a bound, full speed would outrun what the topics keep and the tally remembers.
 */
final class Player implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Player.class);

    private static final long HOLD_MILLIS = 10;

    /** Where the recordings come from. */
    @FunctionalInterface
    interface Feed {

        /** Plays the next recording; false if there is none. */
        boolean playNext(Replay replay) throws IOException, InterruptedException;
    }

    private final PacketPublisher publisher;
    private final Replay replay;
    private final LongPredicate isAhead;
    private final Thread thread;
    private volatile long recordings;
    private volatile boolean stopping;
    private volatile boolean published;
    private volatile Throwable failure;

    /** @param isAhead whether so many recordings published are too many for now */
    Player(String bootstrap, SensorKind kind, double speed, Feed feed, LongPredicate isAhead) {
        publisher = new PacketPublisher(bootstrap);
        replay = Replay.toKafka(kind, speed, publisher);
        this.isAhead = isAhead;
        thread = new Thread(() -> play(feed), "fluxon-demo-player-" + kind.lowerCaseName());
        thread.setDaemon(true);
        thread.start();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void play(Feed feed) {
        try {
            while (feed.playNext(replay)) {
                recordings++;
                while (isAhead.test(recordings)) {
                    TimeUnit.MILLISECONDS.sleep(HOLD_MILLIS);
                }
            }
            publisher.flush();
        } catch (Throwable e) { // whatever ends the player has to end the demo too
            if (stopping && isByInterrupt(e)) {
                LOG.info("stopped after {} recordings", recordings, e);
            } else {
                failure = e;
            }
        } finally {
            published = true;
        }
    }

    /** An interrupt closes the file being read, which the layers above report in many ways. */
    private static boolean isByInterrupt(Throwable failure) {
        return failure instanceof InterruptedException
                || failure instanceof Exception && Thread.currentThread().isInterrupted();
    }

    Replay replay() {
        return replay;
    }

    /** Recordings published from START to END. */
    long recordings() {
        return recordings;
    }

    /** True once nothing more will be published. */
    boolean isDone() {
        return published;
    }

    /** Null as long as all is well. */
    Throwable failure() {
        return failure;
    }

    /** Stops in the middle of a recording; what was published stays. */
    void stop() {
        stopping = true;
        thread.interrupt();
    }

    @Override
    public void close() {
        stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            publisher.close();
        } catch (KafkaException e) {
            LOG.warn("the publisher does not close", e);
        }
    }
}
