package io.fluxon.networks.model;

/** A model file or graph cannot be used; the message is one line that names the place and the rule. */
public final class ModelException extends RuntimeException {

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
