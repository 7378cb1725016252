package io.fluxon.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
        return Stream.of(Topic.values()).map(Topic::schema).distinct();
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
