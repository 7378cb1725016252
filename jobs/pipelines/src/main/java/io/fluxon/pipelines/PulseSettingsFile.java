package io.fluxon.pipelines;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.signals.pulses.PulseSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Settings of front ends from a JSON file, {@code {"FRONT END": {...}, ...}}, with the fields of {@link PulseSettings} by
 * their names; docs/pulse-pipeline.md has an example.
 */
final class PulseSettingsFile {

    /** A template of a million values fits. */
    private static final int MAX_FILE_BYTES = 32 << 20;

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private PulseSettingsFile() {}

    static Map<String, PulseSettings> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new RecordingException(file + ": larger than " + MAX_FILE_BYTES + " bytes");
            }
            return MAPPER.readValue(bytes, new TypeReference<Map<String, PulseSettings>>() {});
        } catch (NoSuchFileException e) {
            throw new RecordingException(file + ": no such file");
        } catch (JsonProcessingException e) {
            throw new RecordingException(file + place(e) + ": " + rule(e));
        }
    }

    private static String place(JsonProcessingException e) {
        String line = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
        return e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
                ? line + ", "
                        + mapping.getPath().stream()
                                .map(JsonMappingException.Reference::getFieldName)
                                .collect(Collectors.joining("."))
                : line;
    }

    /** Jackson's own words without its hints for programmers. */
    private static String rule(JsonProcessingException e) {
        String message = e.getOriginalMessage().lines().findFirst().orElse("");
        int hint = message.indexOf(" (set ");
        return hint < 0 ? message : message.substring(0, hint);
    }
}
