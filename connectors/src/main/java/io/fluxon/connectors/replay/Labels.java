package io.fluxon.connectors.replay;

import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Known classes of recordings: text lines {@code id<TAB or comma>class}; blank lines and lines with # are passed over. */
public final class Labels {

    private final Map<String, String> labelById;

    private Labels(Map<String, String> labelById) {
        this.labelById = Map.copyOf(labelById);
    }

    public static Labels none() {
        return new Labels(Map.of());
    }

    public static Labels read(Path file) throws IOException {
        List<String> lines;
        try {
            if (Files.isDirectory(file)) {
                throw new RecordingException(file + ": a folder, not a label file");
            }
            // Some editors put a byte-order mark in front.
            lines = Files.readString(file).replaceFirst("^\uFEFF", "").lines().toList();
        } catch (NoSuchFileException e) {
            throw new RecordingException(file + ": no such file");
        } catch (MalformedInputException e) {
            throw new RecordingException(file + ": not UTF-8 text");
        }
        Map<String, String> labelById = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] fields = line.split("[\t,]", -1);
            if (fields.length != 2 || fields[0].isBlank() || fields[1].isBlank()) {
                throw new RecordingException(file + ", line " + (i + 1) + ": not of the form id<TAB or comma>class");
            }
            if (labelById.put(fields[0].strip(), fields[1].strip()) != null) {
                throw new RecordingException(
                        file + ", line " + (i + 1) + ": " + fields[0].strip() + " has a label already");
            }
        }
        return new Labels(labelById);
    }

    public Optional<String> of(String recordingId) {
        return Optional.ofNullable(labelById.get(recordingId));
    }
}
