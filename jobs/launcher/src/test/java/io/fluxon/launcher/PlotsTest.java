package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.launcher.Plots.Axes;
import io.fluxon.launcher.Plots.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotsTest {

    @TempDir
    private Path folder;

    private interface Drawing {
        void draw(Path file) throws IOException;
    }

    private String drawnTwiceAlike(String name, Drawing drawing) throws Exception {
        Path first = folder.resolve(name + ".svg");
        Path second = folder.resolve(name + "-again.svg");
        drawing.draw(first);
        drawing.draw(second);
        String text = Files.readString(first);
        assertThat(Files.readString(second)).isEqualTo(text);
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(first.toFile())
                        .getDocumentElement()
                        .getTagName())
                .isEqualTo("svg");
        return text;
    }

    private static final Series ONE = new Series("one", new double[] {0, 1, 2}, new double[] {0.5, 0.7, 0.9});
    private static final Series TWO = new Series("two", new double[] {0, 1, 2}, new double[] {0.1, 0.2, 0.3});
    private static final Axes AXES = Axes.linear("A title", "time, s", "share, %");

    @Test
    void everyPointOfALineHasItsMarkerAndTheSameDataGiveTheSameBytes() throws Exception {
        String both = drawnTwiceAlike("lines", file -> Plots.lines(file, AXES, List.of(ONE, TWO)));
        String single = drawnTwiceAlike("line", file -> Plots.lines(file, AXES, List.of(ONE)));
        assertThat(occurrences(both, "<circle")).isGreaterThanOrEqualTo(3);
        assertThat(occurrences(both, "<rect")).isGreaterThanOrEqualTo(occurrences(single, "<rect") + 3);
        assertThat(both).doesNotContain("DOCTYPE");
    }

    @Test
    void histogramsAndPointsAreDrawn() throws Exception {
        assertThat(drawnTwiceAlike("histogram", file -> Plots.histogram(file, AXES, List.of(ONE, TWO))))
                .isNotEqualTo(drawnTwiceAlike("other", file -> Plots.histogram(file, AXES, List.of(ONE))));
        assertThat(occurrences(drawnTwiceAlike("points", file -> Plots.points(file, AXES, List.of(ONE))), "<circle"))
                .isGreaterThanOrEqualTo(3);
    }

    @Test
    void logarithmicAxesLeaveOutWhatTheyCannotShow() throws Exception {
        Series series = new Series("s", new double[] {0, 1, 10, 100}, new double[] {1, 0, 1e-3, 1e3});
        Axes axes = new Axes("t", "energy, keV", "counts", true, true);
        String text = drawnTwiceAlike("log", file -> Plots.lines(file, axes, List.of(series)));
        assertThat(occurrences(text, "<circle")).isEqualTo(2);
    }

    @Test
    void aHeatMapHasACellForEveryValue() throws Exception {
        List<String> names = List.of("typing", "catch", "folding");
        String text = drawnTwiceAlike(
                "heat",
                file -> Plots.heatMap(file, "Confusion", "answered", "was", names, names, new int[][] {
                    {123, 4, 0}, {5, 6, 7}, {1, 2, 9}
                }));
        assertThat(occurrences(text, "<rect")).isGreaterThanOrEqualTo(9);
    }

    private static int occurrences(String text, String part) {
        return text.split(part, -1).length - 1;
    }
}
