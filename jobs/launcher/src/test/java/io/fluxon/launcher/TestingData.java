package io.fluxon.launcher;

import java.nio.file.Path;

/** Where recordings for tests may be; tests that need them are skipped without. */
final class TestingData {

    private TestingData() {}

    static Path folder() {
        String configured = System.getenv("FLUXON_DATA");
        return configured == null
                ? Path.of(System.getProperty("fluxon.root", "../.."), "..", "shared", "data")
                : Path.of(configured);
    }
}
