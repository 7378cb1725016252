package io.fluxon.networks.model;

/**
 * A model file or graph cannot be used; the message is one line that names the place and the rule. Line breaks and other
 * control characters in it, which a file's own names may hold, become spaces.
 */
public final class ModelException extends RuntimeException {

    public ModelException(String message) {
        super(oneLine(message));
    }

    public ModelException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}+", " ");
    }
}
