package io.fluxon.launcher.demo;

import java.net.URI;
import java.util.List;

/**
 * All that the live view shows, at one moment.
 *
 * @param sections one for each lane
 */
record Snapshot(double elapsedSeconds, String jobState, URI webUi, List<Lane.Section> sections) {}
