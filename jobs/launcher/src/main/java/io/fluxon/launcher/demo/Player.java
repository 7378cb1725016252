package io.fluxon.launcher.demo;

import io.fluxon.connectors.replay.PacketPublisher;
import io.fluxon.connectors.replay.Replay;
import java.io.IOException;
import java.util.OptionalLong;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plays a feed of recordings on a thread of its own until the feed ends or it is stopped. */
final class Player implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Player.class);

    /** Where the recordings come from: plays the next one and returns its epoch, or nothing at the end. */
    @FunctionalInterface
    interface Feed {

        OptionalLong playNext(Replay replay) throws IOException, InterruptedException;
    }

    private final PacketPublisher publisher;
    private final Replay replay;
    private final Thread thread;
    private volatile long recordings;
    private volatile boolean published;
    private volatile Exception failure;

    Player(String bootstrap, String sensorId, double speed, Feed feed) {
        publisher = new PacketPublisher(bootstrap);
        replay = Replay.toKafka(sensorId, speed, publisher);
        thread = new Thread(() -> play(feed), "fluxon-demo-player");
        thread.setDaemon(true);
        thread.start();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void play(Feed feed) {
        try {
            while (feed.playNext(replay).isPresent()) {
                recordings++;
            }
            publisher.flush();
        } catch (InterruptedException | InterruptException e) {
            LOG.info("stopped after {} recordings", recordings);
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
        published = true;
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
    Exception failure() {
        return failure;
    }

    /** Stops in the middle of a recording; what was published stays. */
    void stop() {
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
        publisher.close();
    }
}
