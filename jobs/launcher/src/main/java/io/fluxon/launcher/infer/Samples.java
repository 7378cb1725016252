package io.fluxon.launcher.infer;

import java.io.Closeable;
import java.io.IOException;

/** Samples of one file, one after the other, each step by step. One thread uses it. */
interface Samples extends Closeable {

    /** Goes to the next sample, the first one at first; false after the last. */
    boolean nextSample() throws IOException;

    /** What the sample is called; empty where it has only a number. */
    String name();

    /**
     * Fills in what enters the network in the sample's next step.
     *
     * @return false after the last step
     * @throws io.fluxon.connectors.packets.RecordingException one line that names the file, the place and the rule
     */
    boolean nextStep(StepInput input) throws IOException;
}
