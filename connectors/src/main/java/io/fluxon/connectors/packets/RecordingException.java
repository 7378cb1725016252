package io.fluxon.connectors.packets;

import java.io.IOException;

/** A recording cannot be read; the message is one line that names the file, the place and the rule. */
public final class RecordingException extends IOException {

    public RecordingException(String message) {
        super(message);
    }
}
