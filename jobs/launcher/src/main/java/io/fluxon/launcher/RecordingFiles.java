package io.fluxon.launcher;

import io.fluxon.connectors.camera.CameraRecording;
import io.fluxon.connectors.camera.RecordingException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * The recordings that file arguments stand for: a file is itself; a directory or a {@code .zip} holds recordings at any
 * depth, taken in the natural order of their names (2 before 10). Every recording is read once when this is opened, so
 * that a bad one is refused before anything starts; it is read again when it is played, so that they need not fit into
 * memory.
 */
public final class RecordingFiles implements AutoCloseable {

    private static final Pattern NUMBER_OR_TEXT = Pattern.compile("[0-9]+|[^0-9]+");

    private final List<Path> files = new ArrayList<>();
    private final List<FileSystem> archives = new ArrayList<>();

    private RecordingFiles() {}

    public static RecordingFiles open(List<Path> arguments) throws IOException {
        RecordingFiles recordings = new RecordingFiles();
        try {
            for (Path argument : arguments) {
                recordings.add(argument);
            }
            for (Path file : recordings.files) {
                CameraRecording.read(file);
            }
            return recordings;
        } catch (IOException e) {
            recordings.close();
            throw e;
        }
    }

    public List<Path> files() {
        return files;
    }

    @Override
    public void close() throws IOException {
        for (FileSystem archive : archives) {
            archive.close();
        }
    }

    private void add(Path argument) throws IOException {
        if (Files.isDirectory(argument)) {
            addAllBelow(argument, argument);
        } else if (Files.isRegularFile(argument) && suffix(argument).equals(".zip")) {
            try {
                FileSystem archive = FileSystems.newFileSystem(argument);
                archives.add(archive);
                addAllBelow(archive.getPath("/"), argument);
            } catch (ZipException | ProviderNotFoundException e) {
                throw new RecordingException(argument + ": not a zip archive");
            }
        } else {
            files.add(argument);
        }
    }

    private void addAllBelow(Path root, Path argument) throws IOException {
        List<Path> found;
        try (Stream<Path> paths = Files.walk(root)) {
            found = paths.filter(Files::isRegularFile)
                    .filter(file -> suffix(file).equals(".bin") || suffix(file).equals(".bs2"))
                    .sorted(Comparator.comparing(Path::toString, RecordingFiles::compareNaturally))
                    .toList();
        }
        if (found.isEmpty()) {
            throw new RecordingException(argument + ": holds no recordings (.bin, .bs2)");
        }
        files.addAll(found);
    }

    private static String suffix(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
    }

    /** Compares runs of digits by their value and everything else as text. */
    static int compareNaturally(String left, String right) {
        Matcher leftParts = NUMBER_OR_TEXT.matcher(left);
        Matcher rightParts = NUMBER_OR_TEXT.matcher(right);
        while (leftParts.find()) {
            if (!rightParts.find()) {
                return 1;
            }
            String leftPart = leftParts.group();
            String rightPart = rightParts.group();
            int order = startsWithDigit(leftPart) && startsWithDigit(rightPart)
                    ? new BigInteger(leftPart).compareTo(new BigInteger(rightPart))
                    : leftPart.compareTo(rightPart);
            if (order != 0) {
                return order;
            }
        }
        return rightParts.find() ? -1 : left.compareTo(right);
    }

    private static boolean startsWithDigit(String part) {
        return part.charAt(0) >= '0' && part.charAt(0) <= '9';
    }
}
