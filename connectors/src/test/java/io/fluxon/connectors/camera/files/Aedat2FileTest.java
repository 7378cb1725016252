package io.fluxon.connectors.camera.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Aedat2FileTest {

    private static final String DAVIS = "# AEChip: eu.seebetter.ini.chips.davis.DAVIS240C\r\n";
    private static final String END = "# End Of ASCII Header\r\n";

    @TempDir
    private Path folder;

    @Test
    void theHeaderNamesTheChip() throws IOException {
        assertThat(layout(file("", 0, 1))).isEqualTo(new CameraLayout(128, 128));
        assertThat(layout(file("# AEChip: ch.unizh.ini.jaer.chip.retina.DVS128\r\n", 0, 1)))
                .isEqualTo(new CameraLayout(128, 128));
        assertThat(layout(file("# a DVS128 is not meant\n" + DAVIS, 0, 1))).isEqualTo(new CameraLayout(240, 180));
        assertThat(layout(file("# AEChip: eu.seebetter.ini.chips.davis.Davis346blue\n", 0, 1)))
                .isEqualTo(new CameraLayout(346, 260));
        assertThat(layout(file("# AEChip: eu.seebetter.ini.chips.davis.DavisRGBW640\n", 0, 1)))
                .isEqualTo(new CameraLayout(640, 480));
        assertThatThrownBy(() -> layout(file("# AEChip: ATIS304\r\n", 0, 1)))
                .isInstanceOf(RecordingException.class)
                .hasMessageEndingWith("no addresses are known of the chip in the header's line # AEChip: ATIS304");
        assertThatThrownBy(() -> layout(file("# AEChip: ATIS\r304\r\n", 0, 1)))
                .isInstanceOf(RecordingException.class)
                .hasMessageEndingWith("header's line # AEChip: ATIS?304");
    }

    @Test
    void withoutAChipTheSizeFromTheOptionsTellsIt() throws IOException {
        Path file = file("", 1 << 12, 9);

        assertThat(TestingContainers.read(file, sized(240, 180)).events()).containsExactly("9 us (1, 0) 0");
        assertThatThrownBy(() -> CameraFormat.open(file, sized(7, 7)))
                .hasMessage(file + ": no chip with addresses in AEDAT 2.0 has 7x7 pixels");
    }

    @Test
    void linesEndWithOrWithoutCarriageReturnAndTheTextWithOrWithoutItsLastLine() throws IOException {
        for (String header :
                new String[] {DAVIS, DAVIS.replace("\r", ""), DAVIS + END, DAVIS + END.replace("\r", "")}) {
            Path file = file(header, 2 << 22 | 1 << 12, 3);
            assertThat(TestingContainers.read(file, ReadOptions.STRICT).events())
                    .containsExactly("3 us (1, 2) 0");
        }
    }

    @Test
    void wordsThatBeginLikeALineAreWords() throws IOException {
        int row140 = '#' << 24;
        for (String header : new String[] {DAVIS, DAVIS + END}) {
            assertThat(TestingContainers.read(file(header, row140, 3, 1 << 22, 4), ReadOptions.STRICT)
                            .events())
                    .containsExactly("3 us (0, 140) 0", "4 us (0, 1) 0");
        }
    }

    @Test
    void errorsNameTheByteInTheFile() throws IOException {
        Path outside = file(DAVIS, 0, 1, 240 << 12, 2, 1 << 12, 3);
        int headerBytes = ("#!AER-DAT2.0\r\n" + DAVIS).length();

        assertThatThrownBy(() -> TestingContainers.read(outside, ReadOptions.STRICT))
                .hasMessage(outside + ": byte " + (headerBytes + 8) + ": x=240 y=0 outside 240x180");
        TestingContainers.Content counted = TestingContainers.read(outside, TestingContainers.COUNT);
        assertThat(counted.events()).containsExactly("1 us (0, 0) 0", "3 us (1, 0) 0");
        assertThat(counted.warnings()).isEqualTo(Map.of("events_outside_geometry", 1L));
    }

    @Test
    void cutsAndGarbageGiveOnlyPlacedErrors() throws IOException {
        byte[] whole = Files.readAllBytes(file(DAVIS + END, 0, 1, 1 << 12, 2, 1 << 22, 3));
        TestingContainers.assertSurvivesEveryCut(folder, "cut.aedat", whole, 12);
        TestingContainers.assertSurvivesGarbage(folder, "garbage.aedat", whole, 14, 200);

        Files.write(folder.resolve("cut.aedat"), Arrays.copyOf(whole, whole.length - 3));
        assertThatThrownBy(() -> TestingContainers.read(folder.resolve("cut.aedat"), ReadOptions.STRICT))
                .hasMessageEndingWith(": byte " + (whole.length - 8) + ": the last word has 5 of 8 bytes");
        assertThat(TestingContainers.read(folder.resolve("cut.aedat"), TestingContainers.COUNT)
                        .warnings())
                .isEqualTo(Map.of("truncated_bytes", 5L));
    }

    private static ReadOptions sized(int width, int height) {
        return new ReadOptions(Optional.empty(), Optional.of(new CameraLayout(width, height)), Damage.REFUSE);
    }

    private static CameraLayout layout(Path file) throws IOException {
        try (CameraReader reader = CameraFormat.open(file, ReadOptions.STRICT)) {
            return reader.layout();
        }
    }

    private Path file(String header, int... addressesAndTimes) throws IOException {
        ByteBuffer words = ByteBuffer.allocate(4 * addressesAndTimes.length);
        for (int word : addressesAndTimes) {
            words.putInt(word);
        }
        byte[] text = ("#!AER-DAT2.0\r\n" + header).getBytes(StandardCharsets.US_ASCII);
        return Files.write(folder.resolve("a.aedat"), TestingRecordings.join(text, words.array()));
    }
}
