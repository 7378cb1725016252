package io.fluxon.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaEvolutionTest {

    static Stream<Schema> contracts() {
        return Stream.concat(
                Stream.of(Topic.values()).map(Topic::schema).distinct(), Stream.of(Control.getClassSchema()));
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void everyContractReadsAllItsReleasedVersions(Schema contract) {
        List<Schema> versions = SchemaHistory.versions(contract.getName());

        assertThat(versions).isNotEmpty();
        for (Schema writer : versions) {
            assertThat(SchemaCompatibility.checkReaderWriterCompatibility(contract, writer)
                            .getType())
                    .as("%s reads %s", contract.getName(), writer)
                    .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        }
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void theNewestReleasedVersionIsTheContract(Schema contract) {
        List<Schema> versions = SchemaHistory.versions(contract.getName());

        assertThat(SchemaNormalization.toParsingForm(versions.get(versions.size() - 1)))
                .isEqualTo(SchemaNormalization.toParsingForm(contract));
    }

    /** The bytes of a released version; a new version adds a line, none is ever changed. */
    private static final Map<String, String> RELEASED = Map.ofEntries(
            Map.entry("SensorPacket v1", "620bd73b72b73ff6"),
            Map.entry("Decision v1", "6f79df2e5069e9ad"),
            Map.entry("SequenceReport v1", "3b1afaa4bd20b7a8"),
            Map.entry("DeadLetter v1", "e7b68054e00038bb"),
            Map.entry("Truth v1", "775c7611d0698669"),
            Map.entry("SensorPacket v2", "5109433a3085bdc1"),
            Map.entry("Decision v2", "6b91c951f0392760"),
            Map.entry("Truth v2", "ad3152eac8ee2c81"),
            Map.entry("HitBatch v1", "baccd52089855ee0"),
            Map.entry("Spectrum v1", "422d5cb9add05a05"),
            Map.entry("CoincidenceBatch v1", "e283f7b6f94a4eea"),
            Map.entry("Decision v3", "e4876b377a6eb5de"),
            Map.entry("SequenceReport v2", "7ddd920c22d6095"),
            Map.entry("Control v1", "64e98d8c4fe3bf86"),
            Map.entry("TrueHits v1", "482ec46ac48dd3d2"));

    @Test
    void releasedVersionsAreAsTheyWere() {
        Map<String, String> stored = new HashMap<>();
        contracts().forEach(contract -> {
            List<Schema> versions = SchemaHistory.versions(contract.getName());
            for (int i = 0; i < versions.size(); i++) {
                stored.put(
                        contract.getName() + " v" + (i + 1),
                        Long.toHexString(SchemaNormalization.parsingFingerprint64(versions.get(i))));
            }
        });

        assertThat(stored).isEqualTo(RELEASED);
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void everyFieldIsDocumented(Schema contract) {
        assertThat(undocumentedFields(contract)).isEmpty();
    }

    @Test
    void theCheckSeesAnIncompatibleChange() {
        Schema written = new Schema.Parser().parse("""
                {"type": "record", "name": "R", "fields": [{"name": "a", "type": "long"}]}""");
        Schema reader = new Schema.Parser().parse("""
                {"type": "record", "name": "R", "fields": [{"name": "b", "type": "long"}]}""");

        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(reader, written)
                        .getType())
                .isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
    }

    private static List<String> undocumentedFields(Schema schema) {
        return switch (schema.getType()) {
            case RECORD ->
                schema.getFields().stream()
                        .flatMap(field -> Stream.concat(
                                field.doc() == null || field.doc().isBlank() ? Stream.of(field.name()) : Stream.of(),
                                undocumentedFields(field.schema()).stream()))
                        .collect(Collectors.toList());
            case UNION ->
                schema.getTypes().stream()
                        .flatMap(branch -> undocumentedFields(branch).stream())
                        .collect(Collectors.toList());
            default -> List.of();
        };
    }
}
