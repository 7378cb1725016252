package io.fluxon.launcher;

import static io.fluxon.launcher.TestingCommands.event;
import static io.fluxon.launcher.TestingCommands.fail;
import static io.fluxon.launcher.TestingCommands.join;
import static io.fluxon.launcher.TestingCommands.json;
import static io.fluxon.launcher.TestingCommands.recorded;
import static io.fluxon.launcher.TestingCommands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.camera.DecodingWarnings;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.schemas.CameraLayout;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfoCommandTest {

    @TempDir
    private Path directory;

    @Test
    void countsAndSums() throws Exception {
        Path file = file("two.bs2", event(1, 2, 0, 100), event(33, 5, 1, 70_000));

        assertThat(json("info", file, "--json"))
                .isEqualTo(tree("{'format':'nmnist','width':34,'height':34,'events':2,'on':1,'first_us':100,"
                        + "'last_us':70000,'sum_t_us':70100,'sum_x':34,'sum_y':7,'sum_p':1,'triggers':0,'special':0,"
                        + "'imu':0,'warnings':{}}"));
        assertThat(succeed("info", file).lines())
                .contains(
                        "format    nmnist",
                        "geometry  34 x 34 pixels",
                        "events    2 (1 on, 1 off)",
                        "time      0.000100 s to 0.070000 s, 0.069900 s long",
                        "rate      29 events/s",
                        "sums      t 70100 us, x 34, y 7, p 1",
                        "triggers  0; 0 special events",
                        "imu       0 samples");
    }

    @Test
    void anEmptyRecordingHasNoTimes() throws Exception {
        JsonNode info = json("info", file("empty.bin"), "--json");

        assertThat(info.get("events").asInt()).isZero();
        assertThat(info.get("first_us").isNull()).isTrue();
        assertThat(info.get("last_us").isNull()).isTrue();
        assertThat(succeed("info", file("empty.bin"))).doesNotContain("time");
    }

    @Test
    void damageIsRefusedWithItsByteOrCounted() throws Exception {
        Path file = file("damaged.bin", event(1, 2, 1, 100), event(34, 2, 1, 200), event(1, 2, 1, 300), new byte[3]);

        assertThat(fail("info", file, "--geometry", "34x34"))
                .isEqualTo("fluxon: " + file + ": byte 5: x=34 y=2 outside 34x34");
        assertThat(json("info", file, "--json", "--lenient", "--geometry", "34x34")
                        .get("warnings"))
                .isEqualTo(tree("{'events_outside_geometry':1,'truncated_bytes':3}"));
        assertThat(succeed("info", file, "--lenient", "--geometry", "34x34").lines())
                .contains("warning   1 events outside geometry", "warning   3 truncated bytes");
    }

    @Test
    void theGeometryThatTheFileDoesNotTellCanBeGiven() throws Exception {
        Path file = file("large.bin", event(239, 179, 1, 100));

        assertThat(json("info", file, "--json", "--geometry", "240x180")
                        .get("width")
                        .asInt())
                .isEqualTo(240);
    }

    /** CoMPASS files begin with the word 0xCAEx, which is also an event of a camera at x=237, y=202. */
    @Test
    void aCamerasFileThatBeginsLikeADetectorsIsReadAsItsOptionsSay() throws Exception {
        Path file = file("compass.bin", event(0xED, 0xCA, 1, 100));

        assertThat(fail("info", file)).contains("no settings.xml");
        assertThat(fail("info", file, "--format", "nmnist", "--geometry", "34x34"))
                .contains("x=237 y=202 outside 34x34");
        assertThat(json("info", file, "--json", "--geometry", "256x240")
                        .get("sum_x")
                        .asInt())
                .isEqualTo(237);
    }

    @Test
    void sumsOfUnixMicrosecondsAreExactBeyond64Bits() throws Exception {
        int events = 100_000;
        long firstMicros = 1_605_537_493_718_345L;
        CameraBatch batch = new CameraBatch();
        BigInteger expected = BigInteger.ZERO;
        for (int i = 0; i < events; i++) {
            batch.add(firstMicros - i, 319, 239, i & 1);
            expected = expected.add(BigInteger.valueOf(firstMicros - i));
        }
        batch.add(-5, 0, 0, 0);
        expected = expected.subtract(BigInteger.valueOf(5));
        batch.markers().add(1, Kind.TRIGGER, 0, 1);
        batch.markers().add(2, Kind.PULSE, 0, 1);
        batch.markers().add(3, Kind.TIME_RESET, 0, 0);
        batch.imu().add(4);

        CameraInfo info = CameraInfo.of(reader(batch));

        assertThat(expected.bitLength()).isGreaterThan(63);
        assertThat(info.sumMicros()).isEqualTo(expected);
        assertThat(info.firstMicros()).isEqualTo(firstMicros);
        assertThat(info.lastMicros()).isEqualTo(-5);
        assertThat(info.on()).isEqualTo(events / 2);
        assertThat(info.sumX()).isEqualTo(319L * events);
        assertThat(info.triggers()).isEqualTo(2);
        assertThat(info.special()).isEqualTo(1);
        assertThat(info.imu()).isEqualTo(1);
        assertThat(info.warnings()).isEqualTo(Map.of("padding_words", 7L));
    }

    /** The figures are those that the description of the recording gives. */
    @Test
    void aRealRecordingHasWhatItsDescriptionSays() throws Exception {
        JsonNode info = json("info", recorded("dvs/nmnist/sample_nmnist.bin"), "--json");

        assertThat(info.get("events").asLong()).isEqualTo(4_325);
        assertThat(info.get("last_us").asLong()).isEqualTo(311_175);
    }

    private static CameraReader reader(CameraBatch only) {
        DecodingWarnings warnings = new DecodingWarnings();
        warnings.add(Warning.PADDING_WORDS, 7);
        return new CameraReader() {
            private boolean over;

            @Override
            public String format() {
                return "test";
            }

            @Override
            public CameraLayout layout() {
                return new CameraLayout(320, 240);
            }

            @Override
            public boolean read(CameraBatch batch) {
                batch.clear();
                if (over) {
                    return false;
                }
                over = true;
                batch.addEvents(only);
                for (int i = 0; i < only.markers().size(); i++) {
                    batch.markers()
                            .add(only.markers().timeMicros(i), only.markers().kind(i), 0, 0);
                }
                batch.imu().add(only.imu().timeMicros(0));
                return true;
            }

            @Override
            public DecodingWarnings warnings() {
                return warnings;
            }

            @Override
            public void close() {}
        };
    }

    private Path file(String name, byte[]... parts) throws Exception {
        return Files.write(directory.resolve(name), join(parts));
    }

    private static JsonNode tree(String json) throws Exception {
        return new ObjectMapper().readTree(json.replace('\'', '"'));
    }
}
