package io.fluxon.launcher;

import java.io.PrintWriter;
import java.util.Locale;

/** What a recording holds, as text or as JSON. */
sealed interface Info permits CameraInfo, InfoCommand.DetectorInfo {

    void print(PrintWriter out);

    static void line(PrintWriter out, String name, String value) {
        out.printf(Locale.ROOT, "%-9s %s%n", name, value);
    }
}
