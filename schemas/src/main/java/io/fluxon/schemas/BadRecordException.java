package io.fluxon.schemas;

/** The bytes are no record of the expected contract; the message is one line and says why. */
public final class BadRecordException extends Exception {

    public BadRecordException(String message) {
        super(message);
    }

    public BadRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
