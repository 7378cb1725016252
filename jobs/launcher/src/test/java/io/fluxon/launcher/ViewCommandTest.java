package io.fluxon.launcher;

import static io.fluxon.launcher.TestingCommands.event;
import static io.fluxon.launcher.TestingCommands.fail;
import static io.fluxon.launcher.TestingCommands.join;
import static io.fluxon.launcher.TestingCommands.recorded;
import static io.fluxon.launcher.TestingCommands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraFormat;
import io.fluxon.connectors.camera.files.CameraWriter;
import io.fluxon.schemas.CameraLayout;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViewCommandTest {

    /** Of a sensor with 34 columns: page margin, and the side of a pixel that makes the whole at least 480 wide. */
    private static final int MARGIN = 12;

    private static final int SIDE = 15;

    private static final int BLACK = 0x000000;
    private static final int ORANGE = 0xFF9100;
    private static final int BLUE = 0x006EFF;
    private static final int WHITE = 0xFFFFFF;

    @TempDir
    private Path directory;

    private Path recording(String name, byte[]... events) throws Exception {
        return Files.write(directory.resolve(name), join(events));
    }

    private BufferedImage png(Path recording, String mode) throws Exception {
        Path out = directory.resolve("out.png");
        assertThat(succeed("view", recording, "--out", out, "--mode", mode)).isEmpty();
        return ImageIO.read(out.toFile());
    }

    private static int pixel(BufferedImage image, int x, int y) {
        return image.getRGB(MARGIN + x * SIDE + SIDE / 2, MARGIN + y * SIDE + SIDE / 2) & 0xFFFFFF;
    }

    @Test
    void countsColourEachPixelByItsPolarities() throws Exception {
        BufferedImage image = png(
                recording("a.bin", event(3, 5, 1, 10), event(33, 0, 0, 20), event(0, 33, 1, 30), event(0, 33, 0, 40)),
                "counts");

        assertThat(image.getWidth()).isEqualTo(34 * SIDE + 2 * MARGIN);
        assertThat(pixel(image, 3, 5)).isEqualTo(ORANGE);
        assertThat(pixel(image, 33, 0)).isEqualTo(BLUE);
        assertThat(pixel(image, 0, 33)).isEqualTo(WHITE);
        assertThat(pixel(image, 4, 5)).isEqualTo(BLACK);
        assertThat(image.getRGB(MARGIN + 3 * SIDE, MARGIN + 5 * SIDE) & 0xFFFFFF)
                .as("a pixel is a square of one colour")
                .isEqualTo(ORANGE);
        assertThat(image.getRGB(MARGIN + 4 * SIDE, MARGIN + 5 * SIDE) & 0xFFFFFF)
                .isEqualTo(BLACK);
    }

    /** Row 0 is the lowest line of pixels of the one format, and the highest of the other. */
    @ParameterizedTest
    @CsvSource({"es, counts", "csv, counts", "es, time-surface", "csv, time-surface"})
    void theLineThatARowIsDrawnInFollowsTheFormat(String format, String mode) throws Exception {
        Path recording = directory.resolve("a." + format);
        CameraBatch batch = new CameraBatch();
        batch.add(10, 7, 0, 1);
        try (CameraWriter writer =
                CameraFormat.named(format).orElseThrow().create(recording, new CameraLayout(34, 34))) {
            writer.write(batch);
        }

        BufferedImage image = png(recording, mode);

        assertThat(pixel(image, 7, 33)).isEqualTo(format.equals("es") ? ORANGE : BLACK);
        assertThat(pixel(image, 7, 0)).isEqualTo(format.equals("es") ? BLACK : ORANGE);
    }

    @Test
    void aHotPixelDoesNotDarkenTheOthers() throws Exception {
        List<byte[]> events = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            events.add(event(i % 20, i / 20, 1, 100));
        }
        for (int i = 0; i < 5_000; i++) {
            events.add(event(30, 30, 1, 100));
        }

        BufferedImage image = png(recording("hot.bin", events.toArray(byte[][]::new)), "counts");

        assertThat(pixel(image, 7, 7)).isEqualTo(ORANGE);
        assertThat(pixel(image, 30, 30)).isEqualTo(ORANGE);
    }

    /** The recording is 100,000 us long, so brightness falls to 1/e in 10,000 us. */
    @Test
    void aTimeSurfaceFadesExponentially() throws Exception {
        BufferedImage image = png(
                recording(
                        "a.bin",
                        event(1, 1, 0, 0),
                        event(2, 2, 1, 89_999),
                        event(3, 3, 0, 90_000),
                        event(3, 3, 1, 99_999),
                        event(4, 4, 0, 99_999)),
                "time-surface");

        assertThat(pixel(image, 3, 3)).as("its last event").isEqualTo(ORANGE);
        assertThat(pixel(image, 4, 4)).isEqualTo(BLUE);
        assertThat((pixel(image, 2, 2) >> 16) / 255.0).isBetween(Math.exp(-1) - 0.02, Math.exp(-1) + 0.02);
        assertThat(pixel(image, 1, 1) & 0xFF).isLessThan(8);
    }

    @Test
    void aRasterHasTimeToTheRightAndRowsDownwards() throws Exception {
        BufferedImage image = png(
                recording("a.bin", event(9, 0, 1, 5_000), event(9, 20, 0, 10_000), event(9, 33, 0, 14_999)), "raster");

        int left = 42 + MARGIN;
        int rowHeight = 11;
        assertThat(image.getRGB(left, MARGIN) & 0xFFFFFF).isEqualTo(ORANGE);
        assertThat(image.getRGB(left + 959, MARGIN + 33 * rowHeight + 5) & 0xFFFFFF)
                .isEqualTo(BLUE);
        assertThat(image.getRGB(left + 480, MARGIN + 20 * rowHeight + 5) & 0xFFFFFF)
                .isEqualTo(BLUE);
        assertThat(image.getRGB(left + 400, MARGIN + 20 * rowHeight + 5) & 0xFFFFFF)
                .isEqualTo(BLACK);
    }

    @Test
    void aGifPlaysFiftyFramesInFiveSecondsAgainAndAgain() throws Exception {
        Path recording = recording("a.bin", event(1, 1, 1, 0), event(2, 2, 0, 50_000), event(3, 3, 1, 99_999));
        Path out = directory.resolve("out.gif");

        succeed("view", recording, "--out", out);

        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new File(out.toString()))) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(50);
            IIOMetadataNode root =
                    (IIOMetadataNode) reader.getImageMetadata(7).getAsTree("javax_imageio_gif_image_1.0");
            IIOMetadataNode control = (IIOMetadataNode)
                    root.getElementsByTagName("GraphicControlExtension").item(0);
            assertThat(control.getAttribute("delayTime")).isEqualTo("10");
            IIOMetadataNode loop = (IIOMetadataNode)
                    ((IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_gif_image_1.0"))
                            .getElementsByTagName("ApplicationExtension")
                            .item(0);
            assertThat(loop.getAttribute("applicationID")).isEqualTo("NETSCAPE");
            assertThat((byte[]) loop.getUserObject()).containsExactly(1, 0, 0);
            for (int frame = 0; frame < 50; frame++) {
                BufferedImage image = reader.read(frame);
                assertThat(pixel(image, 1, 1)).isEqualTo(frame == 0 ? ORANGE : BLACK);
                assertThat(pixel(image, 2, 2)).isEqualTo(frame == 25 ? BLUE : BLACK);
                assertThat(pixel(image, 3, 3)).isEqualTo(frame == 49 ? ORANGE : BLACK);
            }
        }
    }

    /** The end of the last frame is beyond the greatest time. */
    @ParameterizedTest
    @ValueSource(strings = {"counts", "time-surface", "raster"})
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void timesAtTheEndOfTheirRangeMakeFiftyFramesToo(String mode) throws Exception {
        Path recording =
                Files.writeString(directory.resolve("a.csv"), "0,0,1,9223372036854775797\n9,9,1,9223372036854775807\n");
        Path out = directory.resolve("out.gif");

        succeed("view", recording, "--out", out, "--mode", mode);

        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(out.toFile())) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(50);
        }
    }

    @Test
    void anAnimatedRasterGrows() throws Exception {
        Path recording = recording("a.bin", event(1, 1, 1, 0), event(2, 33, 0, 99_999));
        Path out = directory.resolve("out.gif");

        succeed("view", recording, "--out", out, "--mode", "raster");

        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(out.toFile())) {
            reader.setInput(in);
            for (int frame : new int[] {0, 48, 49}) {
                assertThat(reader.read(frame).getRGB(54, MARGIN + 11 + 5) & 0xFFFFFF)
                        .isEqualTo(ORANGE);
                assertThat(reader.read(frame).getRGB(54 + 959, MARGIN + 33 * 11 + 5) & 0xFFFFFF)
                        .isEqualTo(frame == 49 ? BLUE : BLACK);
            }
        }
    }

    @Test
    void severalRecordingsMakeASheet() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("folder"));
        for (int i = 0; i < 5; i++) {
            Files.write(folder.resolve(i + ".bin"), event(i, 0, i & 1, 10));
        }
        Path out = directory.resolve("sheet.png");

        succeed("view", folder, "--out", out);

        BufferedImage sheet = ImageIO.read(out.toFile());
        // Three columns of 320; a picture of 34 pixels of side 9 stands in the middle of its column.
        assertThat(sheet.getWidth()).isEqualTo(3 * (320 + MARGIN) + MARGIN);
        for (int i = 0; i < 3; i++) {
            int x = MARGIN + i * (320 + MARGIN) + (320 - 34 * 9) / 2 + i * 9 + 4;
            assertThat(sheet.getRGB(x, MARGIN + 4) & 0xFFFFFF).isEqualTo((i & 1) == 1 ? ORANGE : BLUE);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,32767", "32767,1", "2,300", "300,2"})
    void longSensorsAreEnlargedByTheirLongerSide(int width, int height) throws Exception {
        Path recording = Files.writeString(
                directory.resolve("a.csv"),
                "%geometry:" + width + "," + height + "\n0,0,1,1\n" + (width - 1) + "," + (height - 1) + ",0,2\n");
        int scale = Math.max(width, height) < 480 ? 2 : 1;

        BufferedImage image = png(recording, "counts");

        assertThat(image.getWidth()).isEqualTo(Math.max(480, width * scale) + 2 * MARGIN);
        assertThat(image.getHeight()).isBetween(height * scale + 2 * MARGIN, height * scale + 150);
        assertThat(image.getRGB(MARGIN, MARGIN) & 0xFFFFFF).isEqualTo(ORANGE);
        assertThat(image.getRGB(MARGIN + width * scale - 1, MARGIN + height * scale - 1) & 0xFFFFFF)
                .isEqualTo(BLUE);
        for (String mode : List.of("time-surface", "raster")) {
            assertThat(png(recording, mode).getHeight()).isLessThan(height + 600);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"counts", "time-surface", "raster"})
    void aThumbnailOfALongSensorIsNoHigherThanOthers(String mode) throws Exception {
        List<Object> words = new ArrayList<>(List.of("view"));
        for (String geometry : List.of("1,32767", "32767,1", "2,4000")) {
            words.add(Files.writeString(directory.resolve(geometry + ".csv"), "%geometry:" + geometry + "\n0,0,1,1\n"));
        }
        Path out = directory.resolve("sheet.png");

        words.addAll(List.of("--out", out, "--mode", mode));
        succeed(words.toArray());

        // Two rows of thumbnails and their captions.
        assertThat(ImageIO.read(out.toFile()).getHeight()).isLessThan(2 * 420 + 100);
    }

    @Test
    void realRecordingsOfEveryModeAreDrawn() throws Exception {
        Path recording = recorded("dvs/nmnist/sample_nmnist.bin");
        for (String mode : List.of("counts", "time-surface", "raster")) {
            BufferedImage image = png(recording, mode);
            assertThat(Stream.iterate(MARGIN + SIDE / 2, y -> y < 360, y -> y + SIDE)
                            .flatMap(y -> Stream.iterate(60, x -> x < 500, x -> x + SIDE)
                                    .map(x -> image.getRGB(x, y)))
                            .distinct()
                            .count())
                    .as("colours of %s", mode)
                    .isGreaterThan(5);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.bin --out a.jpg | a.jpg, must end in .png or .gif",
                "a.bin a.bin --out a.gif | a .gif shows one recording, not 2",
                "a.bin --out a.png --mode film | expected one of",
                "a.bin | Missing required option: '--out=FILE'",
            })
    void wrongUsageIsOneLine(String arguments, String message) throws Exception {
        recording("a.bin", event(1, 1, 1, 10));

        TestingCommands.Outcome outcome = TestingCommands.run(words(arguments));

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err().lines()).singleElement().satisfies(line -> assertThat(line)
                .contains(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing.bin --out a.png | missing.bin: no such file",
                "empty.bin --out a.png | empty.bin: holds no events",
                "cut.bin --out a.gif | cut.bin: byte 10: the last word has 3 of 5 bytes",
                "a.bin --out no/a.png | a.png: there is no folder ",
                "a.bin --out folder.png | folder.png: is no file that could be replaced",
                "pixel.csv --geometry 32767x32767 --out a.png | pixel.csv: 1073676289 pixels are too many to draw",
                "ages.csv --geometry 10x10 --out a.gif | ages.csv: its times from 0 to 9000000000000000000 us are too far",
                "ages.csv --geometry 10x10 --out a.png --mode raster | ages.csv: its times from 0 to 9000000000000000000",
            })
    void aFailureIsOneLineAndLeavesNoPicture(String arguments, String message) throws Exception {
        recording("a.bin", event(1, 1, 1, 10));
        recording("empty.bin");
        recording("cut.bin", event(1, 1, 1, 10), event(1, 1, 1, 20), new byte[3]);
        Files.writeString(directory.resolve("pixel.csv"), "0,0,1,0\n");
        Files.writeString(directory.resolve("ages.csv"), "0,0,1,0\n0,0,1,9000000000000000000\n");
        Files.createDirectory(directory.resolve("folder.png"));

        assertThat(fail(words(arguments))).startsWith("fluxon: ").contains(message);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("a.bin", "empty.bin", "cut.bin", "pixel.csv", "ages.csv", "folder.png");
        }
    }

    private Object[] words(String arguments) {
        return Stream.concat(
                        Stream.of("view"),
                        Stream.of(arguments.split(" "))
                                .map(word -> word.matches("[a-z/]+\\.[a-z]+")
                                        ? directory.resolve(word).toString()
                                        : word))
                .toArray();
    }
}
