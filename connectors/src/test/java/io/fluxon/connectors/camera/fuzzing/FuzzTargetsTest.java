package io.fluxon.connectors.camera.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What must hold for every input, on those that are known: the valid ones, and those that broke something once. */
class FuzzTargetsTest {

    static final List<String> TARGETS =
            FuzzTarget.all().stream().map(FuzzTarget::name).toList();

    @ParameterizedTest
    @FieldSource("TARGETS")
    void everySeedIsValid(String name) throws Exception {
        FuzzTarget target = FuzzTarget.named(name);
        List<byte[]> seeds = target.seeds();
        assertThat(seeds).isNotEmpty();
        for (int i = 0; i < seeds.size(); i++) {
            assertThat(target.accepts(seeds.get(i))).as("seed %s", i).isTrue();
        }
    }

    @ParameterizedTest
    @FieldSource("TARGETS")
    void noInputThatBrokeSomethingOnceDoesSoAgain(String name) throws Exception {
        FuzzTarget target = FuzzTarget.named(name);
        for (Path input : inputs(name)) {
            target.accepts(Files.readAllBytes(input));
        }
    }

    /** In src/test/resources, with a folder for each target. */
    private static List<Path> inputs(String target) throws IOException, URISyntaxException {
        URL folder = FuzzTargetsTest.class.getResource("/fuzzing/" + target);
        if (folder == null) {
            return List.of();
        }
        try (Stream<Path> inputs = Files.list(Path.of(folder.toURI()))) {
            return inputs.sorted().toList();
        }
    }
}
