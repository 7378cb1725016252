package io.fluxon.launcher.cluster;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** Where savepoints lie: a path of this machine, or a URI of a file system that the cluster has. */
final class SavepointPlace {

    private static final Pattern SCHEME = Pattern.compile("^[a-z][a-z0-9+.-]+:.*");

    private SavepointPlace() {}

    /** The URI; the cluster would take a relative path for one of its own working directory. */
    static String uri(String place) {
        if (SCHEME.matcher(place).matches()) {
            return place;
        }
        try {
            return Path.of(place).toAbsolutePath().normalize().toUri().toString();
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + place + "' is not a path");
        }
    }
}
