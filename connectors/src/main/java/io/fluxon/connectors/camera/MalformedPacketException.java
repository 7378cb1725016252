package io.fluxon.connectors.camera;

/** A packet breaks a rule of its envelope or its encoding; becomes a dead letter. The message is one line. */
public final class MalformedPacketException extends Exception {

    /** The rule that was broken. */
    public enum Rule {
        /** The record's value is no readable sensor packet. */
        BAD_AVRO,
        /** The record's key is not the packet's sensorId. */
        KEY_MISMATCH,
        /** A field of the envelope contradicts another or exceeds its bound. */
        BAD_ENVELOPE,
        /** No decoder has this name. */
        UNKNOWN_ENCODING,
        /** The geometry is not the one that the pipeline's model takes. */
        UNEXPECTED_GEOMETRY,
        /** The payload ends within an event. */
        TRUNCATED_PAYLOAD,
        /** The payload has another number of events than the envelope says. */
        EVENT_COUNT,
        /** An event lies outside the sensor's pixels. */
        OUTSIDE_GEOMETRY,
        /** An event is older than the one before it, within a packet or across two. */
        TIME_RUNS_BACK,
        /** The last event is not at the time that the envelope says. */
        TIME_OUTSIDE_ENVELOPE
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
