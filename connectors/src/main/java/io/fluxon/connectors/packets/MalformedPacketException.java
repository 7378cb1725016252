package io.fluxon.connectors.packets;

/** A packet breaks a rule of its envelope or its encoding; becomes a dead letter. The message is one line. */
public final class MalformedPacketException extends Exception {

    /** The rule that was broken. */
    public enum Rule {
        /** The record's value is no readable sensor packet. */
        BAD_AVRO,
        /** The record's key is not the packet's sensorId, or of a motion sensor its deviceId. */
        KEY_MISMATCH,
        /** A field of the envelope contradicts another or exceeds its bound. */
        BAD_ENVELOPE,
        /** No decoder has this name. */
        UNKNOWN_ENCODING,
        /** The geometry is not the one that the pipeline's model takes. */
        UNEXPECTED_GEOMETRY,
        /** The pipeline has no settings for the detector's front end. */
        UNKNOWN_FRONT_END,
        /** The payload ends within an event. */
        TRUNCATED_PAYLOAD,
        /** The payload has another number of events than the envelope says. */
        EVENT_COUNT,
        /** An event lies outside the sensor's pixels or channels. */
        OUTSIDE_GEOMETRY,
        /** An event is older than the one before it, or a packet begins before the one before it ended, by more than its kind may. */
        TIME_RUNS_BACK,
        /** The events are not at the times that the envelope says. */
        TIME_OUTSIDE_ENVELOPE,
        /** A value is not a number, or outside what the sensor can measure. */
        VALUE_OUT_OF_RANGE
    }

    private final Rule rule;

    public MalformedPacketException(Rule rule, String detail) {
        super(detail);
        this.rule = rule;
    }

    public Rule rule() {
        return rule;
    }
}
