package io.fluxon.pipelines;

import java.io.IOException;
import java.util.List;

/** A pipeline file cannot be used; each error is one line that names the file, the place and the rule. */
public final class PipelineFileException extends IOException {

    private static final long serialVersionUID = 1;

    private final List<String> errors;

    PipelineFileException(List<String> errors) {
        super(String.join("\n", errors));
        this.errors = List.copyOf(errors);
    }

    /** In the order of their places, at least one. */
    public List<String> errors() {
        return errors;
    }
}
