package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.DecodingWarnings;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Comma-separated events, one a line of at most 1000 characters: x, y, polarity (1 ON; 0 or -1 OFF) and time in microseconds,
 * whole numbers, of which only the time may be less, down to -(2<sup>63</sup> - 1); in this order or in the one that a first line of names gives: x, y, p or polarity, t or timestamp. Lines
 * that begin with % or # are comments; {@code %geometry:W,H} before the first event tells the sensor. Where neither it nor
 * the options do, the sensor is the smallest that holds all events, for which the file is read once more; then there must
 * be one.
 */
final class CsvReader implements CameraReader {

    private static final int PART_EVENTS = 1 << 13;

    private final Path file;
    private final CameraLayout layout;
    private final Damage damage;
    private final CsvLines lines;
    private final DecodingWarnings warnings = new DecodingWarnings();

    private CsvReader(Path file, CameraLayout layout, Damage damage) throws IOException {
        this.file = file;
        this.layout = layout;
        this.damage = damage;
        this.lines = new CsvLines(file);
    }

    static CsvReader open(Path file, ReadOptions options) throws IOException {
        return new CsvReader(file, findLayout(file, options), options.damage());
    }

    private static CameraLayout findLayout(Path file, ReadOptions options) throws IOException {
        long width = 0;
        long height = 0;
        try (CsvLines lines = new CsvLines(file)) {
            while (lines.next()) {
                switch (lines.kind()) {
                    case EVENT -> {
                        Optional<CameraLayout> told = lines.layout().or(options::layout);
                        if (told.isPresent()) {
                            return told.get();
                        }
                        boolean possible = lines.x() < CameraBatch.MAX_SIDE && lines.y() < CameraBatch.MAX_SIDE;
                        if (possible) {
                            width = Math.max(width, lines.x() + 1);
                            height = Math.max(height, lines.y() + 1);
                        } else if (options.damage() == Damage.REFUSE) {
                            throw outside(file, lines, CameraBatch.MAX_SIDE, CameraBatch.MAX_SIDE);
                        }
                    }
                    case DAMAGED -> {
                        if (options.damage() == Damage.REFUSE) {
                            throw noEvent(file, lines);
                        }
                    }
                    case OTHER -> {}
                }
            }
            if (width == 0) {
                return lines.layout()
                        .or(options::layout)
                        .orElseThrow(() -> new RecordingException(
                                file + ": holds no events, and nothing tells the size of its sensor"));
            }
        }
        return new CameraLayout((int) width, (int) height);
    }

    private static RecordingException noEvent(Path file, CsvLines lines) {
        return new RecordingException(
                file + ": line " + lines.lineNumber() + ": not an event of four whole numbers x,y,p,t");
    }

    private static RecordingException outside(Path file, CsvLines lines, int width, int height) {
        return new RecordingException(file + ": line " + lines.lineNumber() + ": x=" + lines.x() + " y=" + lines.y()
                + " outside " + width + "x" + height);
    }

    @Override
    public String format() {
        return CameraFormat.CSV.formatName();
    }

    @Override
    public CameraLayout layout() {
        return layout;
    }

    @Override
    public boolean read(CameraBatch batch) throws IOException {
        batch.clear();
        boolean any = false;
        while (batch.size() < PART_EVENTS && lines.next()) {
            any = true;
            switch (lines.kind()) {
                case EVENT -> addEvent(batch);
                case DAMAGED -> {
                    if (damage == Damage.REFUSE) {
                        throw noEvent(file, lines);
                    }
                    warnings.add(Warning.DAMAGED_LINES, 1);
                }
                case OTHER -> {}
            }
        }
        return any;
    }

    private void addEvent(CameraBatch batch) throws RecordingException {
        if (lines.x() < layout.getWidth() && lines.y() < layout.getHeight()) {
            batch.add(lines.timeMicros(), (int) lines.x(), (int) lines.y(), lines.polarity());
        } else if (damage == Damage.REFUSE) {
            throw outside(file, lines, layout.getWidth(), layout.getHeight());
        } else {
            warnings.add(Warning.EVENTS_OUTSIDE_GEOMETRY, 1);
        }
    }

    @Override
    public DecodingWarnings warnings() {
        return warnings;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
