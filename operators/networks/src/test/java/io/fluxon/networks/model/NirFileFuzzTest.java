package io.fluxon.networks.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must hold for every input of {@link NirFileFuzz}, on those that are known. */
class NirFileFuzzTest {

    @Test
    void everySeedIsValid(@TempDir Path folder) throws IOException {
        for (byte[] seed : NirFileFuzz.seeds(folder)) {
            assertThat(NirFileFuzz.accepts(seed)).isTrue();
        }
    }

    @Test
    void noInputThatBrokeSomethingOnceDoesSoAgain() throws IOException, URISyntaxException {
        for (Path input : inputs()) {
            NirFileFuzz.accepts(Files.readAllBytes(input));
        }
    }

    private static List<Path> inputs() throws IOException, URISyntaxException {
        URL folder = NirFileFuzzTest.class.getResource("/fuzzing/nir");
        if (folder == null) {
            return List.of();
        }
        try (Stream<Path> inputs = Files.list(Path.of(folder.toURI()))) {
            return inputs.sorted().toList();
        }
    }
}
