package io.fluxon.connectors.camera.fuzzing;

/** What the fuzzer calls, in a process of its own for each target, whose name is the property {@value #NAME}. */
public final class FuzzedTarget {

    static final String NAME = "fuzz.target";

    private static final FuzzTarget TARGET = FuzzTarget.named(System.getProperty(NAME));

    private FuzzedTarget() {}

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        TARGET.accepts(input);
    }
}
