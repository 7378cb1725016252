package io.fluxon.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.replay.Replay;
import io.fluxon.schemas.SensorKind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongPredicate;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing is published, so no broker is needed. */
@Timeout(60)
class PlayerTest {

    @Test
    void anErrorIsAFailureToo() {
        StackOverflowError error = new StackOverflowError("deep");

        try (Player player = player(replay -> {
            throw error;
        })) {
            awaitDone(player);

            assertThat(player.failure()).isSameAs(error);
        }
    }

    @Test
    void aFileThatTheInterruptClosedIsNoFailure() throws Exception {
        assertThat(failureOnStop(new ClosedByInterruptException())).isNull();
        assertThat(failureOnStop(new ZipException("invalid block type"))).isNull();
    }

    @Test
    void anErrorIsAFailureEvenAfterStop() throws Exception {
        assertThat(failureOnStop(new StackOverflowError("deep"))).isInstanceOf(StackOverflowError.class);
    }

    @Test
    void waitsWhileItIsAhead() {
        int total = 30;
        int bound = 10;
        long[] played = {0};
        long[] decided = {0};
        long[] farthest = {0};
        int[] asked = {0};
        Player.Feed feed = replay -> {
            if (played[0] == total) {
                return false;
            }
            played[0]++;
            farthest[0] = Math.max(farthest[0], played[0] - decided[0]);
            return true;
        };
        LongPredicate isAhead = recordings -> {
            // Decisions come only once the player has asked in vain.
            if (recordings - decided[0] >= bound && ++asked[0] % 3 == 0) {
                decided[0] = recordings;
            }
            return recordings - decided[0] >= bound;
        };

        try (Player player = new Player("127.0.0.1:1", SensorKind.CAMERA, Replay.MAX_SPEED, feed, isAhead)) {
            awaitDone(player);

            assertThat(player.recordings()).isEqualTo(total);
            assertThat(farthest[0]).isEqualTo(bound);
        }
    }

    /** What is left of a failure of the feed that comes once the player was stopped. */
    private static Throwable failureOnStop(Throwable failure) throws Exception {
        CountDownLatch playing = new CountDownLatch(1);
        Player player = player(replay -> {
            playing.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            if (failure instanceof IOException e) {
                throw e;
            }
            throw (Error) failure;
        });
        try (player) {
            playing.await();
            player.stop();
            awaitDone(player);
            return player.failure();
        }
    }

    private static Player player(Player.Feed feed) {
        return new Player("127.0.0.1:1", SensorKind.CAMERA, Replay.MAX_SPEED, feed, recordings -> false);
    }

    private static void awaitDone(Player player) {
        while (!player.isDone()) {
            Thread.onSpinWait();
        }
    }
}
