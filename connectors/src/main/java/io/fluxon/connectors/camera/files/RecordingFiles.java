package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * Recordings by the names a person gives: a file, a folder of files, or a zip archive of files, read in place. Close it
 * when the paths are no longer needed.
 */
public final class RecordingFiles implements AutoCloseable {

    /** Of a folder's files those that end so are recordings; text is not, as labels are text too. */
    private static final List<String> ENDINGS = Stream.concat(
                    Stream.of(".raw"),
                    Arrays.stream(CameraFormat.values())
                            .filter(format -> format != CameraFormat.CSV)
                            .flatMap(format -> format.endings().stream()))
            .distinct()
            .toList();

    private static final Pattern DIGITS = Pattern.compile("\\d+");

    private final List<FileSystem> archives = new ArrayList<>();
    private final List<Path> recordings = new ArrayList<>();
    private final List<Path> roots = new ArrayList<>();

    private RecordingFiles() {}

    /** Expands each name; what a folder or archive holds comes in natural order, so 2 before 10. */
    public static RecordingFiles of(List<Path> names) throws IOException {
        RecordingFiles files = new RecordingFiles();
        try {
            for (Path name : names) {
                files.add(name);
            }
            return files;
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    public List<Path> recordings() {
        return recordings;
    }

    /** Text files whose names begin with {@code prefix} in the folders and archives, for label files. */
    public List<Path> textFiles(String prefix) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path root : roots) {
            for (Path file : filesBelow(root)) {
                String fileName = file.getFileName().toString();
                if (fileName.startsWith(prefix) && fileName.endsWith(".txt")) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private void add(Path name) throws IOException {
        Path root = name;
        if (name.toString().toLowerCase(Locale.ROOT).endsWith(".zip") && Files.isRegularFile(name)) {
            try {
                FileSystem archive = FileSystems.newFileSystem(name);
                archives.add(archive);
                root = archive.getPath("/");
            } catch (ProviderNotFoundException | ZipException e) {
                throw new RecordingException(name + ": not a readable zip archive");
            }
        } else if (!Files.isDirectory(name)) {
            if (!Files.exists(name)) {
                throw new RecordingException(name + ": no such file");
            }
            recordings.add(name);
            return;
        }
        roots.add(root);
        List<Path> found = filesBelow(root).stream()
                .filter(file -> isRecording(file.getFileName().toString().toLowerCase(Locale.ROOT)))
                .sorted(NATURAL_ORDER)
                .toList();
        if (found.isEmpty()) {
            throw new RecordingException(name + ": holds no file that ends in " + String.join(", ", ENDINGS));
        }
        recordings.addAll(found);
    }

    private static boolean isRecording(String fileName) {
        return ENDINGS.stream().anyMatch(fileName::endsWith);
    }

    private static List<Path> filesBelow(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** Numbers in names compare by value: they are padded to the same length. */
    private static final Comparator<Path> NATURAL_ORDER = Comparator.comparing(
                    (Path file) -> DIGITS.matcher(file.toString())
                            .replaceAll(number ->
                                    "0".repeat(Math.max(0, 20 - number.group().length())) + number.group()))
            .thenComparing(Path::toString);

    @Override
    public void close() throws IOException {
        for (FileSystem archive : archives) {
            archive.close();
        }
    }
}
