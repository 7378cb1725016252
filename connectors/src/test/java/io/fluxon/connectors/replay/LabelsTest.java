package io.fluxon.connectors.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelsTest {

    @TempDir
    private Path folder;

    @Test
    void tabsCommasLineEndsCommentsAndBlankLines() throws IOException {
        Labels labels = read("# id, class\r\n1\t5\r\n\r\n2,seven of nine\n  #3,1\n a b \t x \n4,9");

        assertThat(labels.of("1")).contains("5");
        assertThat(labels.of("2")).contains("seven of nine");
        assertThat(labels.of("a b")).contains("x");
        assertThat(labels.of("4")).contains("9");
        assertThat(labels.of("3")).isEmpty();
    }

    @Test
    void noFileNoLabels() {
        assertThat(Labels.none().of("1")).isEmpty();
    }

    @Test
    void aBadLineIsNamedByItsNumber() {
        for (String line : new String[] {"alone", "a,", ",b", "a,b,c", "a\tb\tc", "a,b,", "a b"}) {
            assertRefused("ok,1\n\n# comment\n" + line + "\nok2,2", ", line 4: not of the form id<TAB or comma>class");
        }
    }

    @Test
    void anIdWithTwoLabels() {
        assertRefused("a,1\r\nb,1\r\na\t1\r\n", ", line 3: a has a label already");
    }

    @Test
    void whatIsNoTextFile() throws IOException {
        assertThatThrownBy(() -> Labels.read(folder.resolve("absent")))
                .isInstanceOf(RecordingException.class)
                .hasMessage(folder.resolve("absent") + ": no such file");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xC3, 0x28});
        assertThatThrownBy(() -> Labels.read(binary))
                .isInstanceOf(RecordingException.class)
                .hasMessage(binary + ": not UTF-8 text");
    }

    private void assertRefused(String text, String expected) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(RecordingException.class)
                .hasMessage(folder.resolve("labels") + expected);
    }

    private Labels read(String text) throws IOException {
        return Labels.read(Files.write(folder.resolve("labels"), text.getBytes(StandardCharsets.UTF_8)));
    }
}
