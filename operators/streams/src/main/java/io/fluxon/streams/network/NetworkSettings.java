package io.fluxon.streams.network;

import io.fluxon.schemas.SensorKind;
import java.io.Serializable;

/**
 * Over which stretches of a sensor's time a network looks, and when it says what it sees. All lengths are of the epoch's own
 * clock, microseconds.
 *
 * @param window the stretches
 * @param everyMicros distance of the estimates, at the multiples of it on the epoch's clock, 0 for none; of a
 *     {@link Kind#CONTINUOUS} window the distance of the decisions, 0 for one after every window_steps samples of a
 *     segment, which is in the metadata of recurrent models
 * @param maxSilenceMicros a longer time without events starts the network afresh; 0 for never
 * @param earlyExit when a window may be decided before its end; null for never
 */
public record NetworkSettings(Window window, long everyMicros, long maxSilenceMicros, EarlyExit earlyExit)
        implements Serializable {

    /** Largest length, 2<sup>40</sup> us or 12 days. */
    public static final long MAX_MICROS = 1L << 40;

    /** Windows of an epoch that may be open at one time, each of them with a network's state. */
    public static final int MAX_OPEN_WINDOWS = 64;

    /** Distance of estimates where nothing else is said. */
    public static final long ESTIMATE_MICROS = 20_000;

    /** How windows follow each other; {@link NetworkFunction} has the definitions. */
    public enum Kind {
        EPOCH,
        TUMBLING,
        SLIDING,
        SESSION,
        CONTINUOUS
    }

    /**
     * The stretches of time that decisions are about.
     *
     * @param lengthMicros of tumbling and sliding windows, otherwise 0
     * @param slideMicros from the start of one sliding window to that of the next, otherwise 0
     * @param gapMicros silence that ends a session, otherwise 0
     */
    public record Window(Kind kind, long lengthMicros, long slideMicros, long gapMicros) implements Serializable {

        public Window {
            boolean hasLength = kind == Kind.TUMBLING || kind == Kind.SLIDING;
            requireLength("length", lengthMicros, hasLength, kind);
            requireLength("slide", slideMicros, kind == Kind.SLIDING, kind);
            requireLength("gap", gapMicros, kind == Kind.SESSION, kind);
            if (slideMicros > lengthMicros) {
                throw new IllegalArgumentException("window: slide " + slideMicros + " us is longer than length "
                        + lengthMicros + " us, events between two windows would be lost");
            }
            if (kind == Kind.SLIDING && (lengthMicros - 1) / slideMicros + 1 > MAX_OPEN_WINDOWS) {
                throw new IllegalArgumentException("window: length " + lengthMicros + " us is more than "
                        + MAX_OPEN_WINDOWS + " times the slide " + slideMicros + " us");
            }
        }

        private static void requireLength(String name, long micros, boolean has, Kind kind) {
            if (has && (micros < 1 || micros > MAX_MICROS)) {
                throw new IllegalArgumentException(
                        "window: " + name + " is " + micros + " us, must be 1 to " + MAX_MICROS + " us");
            }
            if (!has && micros != 0) {
                throw new IllegalArgumentException("window: kind " + kind + " has no " + name);
            }
        }

        public static Window epoch() {
            return new Window(Kind.EPOCH, 0, 0, 0);
        }

        public static Window tumbling(long lengthMicros) {
            return new Window(Kind.TUMBLING, lengthMicros, 0, 0);
        }

        public static Window sliding(long lengthMicros, long slideMicros) {
            return new Window(Kind.SLIDING, lengthMicros, slideMicros, 0);
        }

        public static Window session(long gapMicros) {
            return new Window(Kind.SESSION, 0, 0, gapMicros);
        }

        public static Window continuous() {
            return new Window(Kind.CONTINUOUS, 0, 0, 0);
        }

        /** From the start of one window of a fixed length to that of the next. */
        long strideMicros() {
            return kind == Kind.SLIDING ? slideMicros : lengthMicros;
        }
    }

    /**
     * A window is decided early at the first estimate at which the best score is far enough above the second best.
     *
     * @param margin least distance, in the unit of the scores: probability, potential or spikes
     */
    public record EarlyExit(double margin, Then then) implements Serializable {

        public EarlyExit {
            if (!(margin > 0 && margin < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("early-exit: margin is " + margin + ", must be above 0");
            }
        }
    }

    /** What comes after an early decision. */
    public enum Then {

        /** The window's further events are not taken in, and no FINAL follows. */
        STOP,

        /** The window goes on, and its FINAL takes the place of the early decision. */
        REVISE
    }

    public NetworkSettings {
        requireWithin("every", everyMicros);
        requireWithin("max-silence", maxSilenceMicros);
        if (window.lengthMicros() > 0 && everyMicros >= window.lengthMicros()) {
            throw new IllegalArgumentException(
                    "window: every " + everyMicros + " us is not shorter than length " + window.lengthMicros() + " us");
        }
        if (earlyExit != null && window.kind() == Kind.CONTINUOUS) {
            throw new IllegalArgumentException("early-exit: a continuous window has no end to be earlier than");
        }
        if (earlyExit != null && everyMicros == 0) {
            throw new IllegalArgumentException("early-exit: needs window: every, as it looks at the estimates");
        }
    }

    private static void requireWithin(String name, long micros) {
        if (micros < 0 || micros > MAX_MICROS) {
            throw new IllegalArgumentException(
                    "window: " + name + " is " + micros + " us, must be 0 to " + MAX_MICROS + " us");
        }
    }

    /** One decision an epoch and estimates every 20 ms; of a watch one after every window_steps samples of a segment. */
    public static NetworkSettings defaults(SensorKind kind) {
        return kind == SensorKind.WATCH
                ? new NetworkSettings(Window.continuous(), 0, 0, null)
                : new NetworkSettings(Window.epoch(), ESTIMATE_MICROS, 0, null);
    }
}
