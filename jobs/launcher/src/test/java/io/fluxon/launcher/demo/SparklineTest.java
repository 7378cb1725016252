package io.fluxon.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SparklineTest {

    @Test
    void theHighestBinIsAFullBlockAndAnEmptyOneABlank() {
        assertThat(Sparkline.of(List.of(0L, 1L, 4L, 8L), 10)).isEqualTo(" ▁▄█");
    }

    @Test
    void addsUpNeighboursWhereThereAreMoreBinsThanColumns() {
        assertThat(Sparkline.of(List.of(1L, 1L, 0L, 0L, 4L, 12L), 3)).isEqualTo("▁ █");
    }

    @Test
    void anEmptySpectrumIsEmpty() {
        assertThat(Sparkline.of(List.of(), 3)).isEmpty();
        assertThat(Sparkline.of(List.of(0L, 0L), 3)).isBlank();
    }

    @Test
    void hasAnAsciiForm() {
        assertThat(Sparkline.ascii("▁▂▃▄▅▆▇█ a")).isEqualTo(".:-=+*#@ a");
    }
}
