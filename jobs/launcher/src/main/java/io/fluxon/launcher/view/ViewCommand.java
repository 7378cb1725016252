package io.fluxon.launcher.view;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.camera.files.RecordingFiles;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.launcher.CameraInput;
import io.fluxon.launcher.Progress;
import io.fluxon.launcher.WholeFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon view}: recordings of event cameras as pictures. */
@Command(
        name = "view",
        description = "Draws recordings of event cameras: a picture, an animation, or a sheet of thumbnails.",
        footer = {
            "",
            "Examples:",
            "  ./fluxon view recording.raw --out recording.png",
            "  ./fluxon view recording.raw --out recording.gif --mode time-surface",
            "  ./fluxon view recordings/ --out sheet.png"
        })
public final class ViewCommand implements Callable<Integer> {

    private static final int FRAMES = 50;

    /** 50 frames in 5 s. */
    private static final int DELAY_CENTISECONDS = 10;

    /** Largest sensor that is drawn: about 200 MB of counts and colours. */
    private static final long MAX_PIXELS = 1 << 24;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "Recordings of cameras, or directories or .zip archives of them.")
    private List<Path> files;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "Picture to write: .png, or of one recording .gif, an animation of 5 s.")
    private Path out;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "counts",
            description = {
                "What is drawn (default: ${DEFAULT-VALUE}):",
                "counts: events per pixel,",
                "time-surface: how long ago each pixel had its last event,",
                "raster: time to the right, rows downwards."
            })
    private Mode mode;

    @Mixin
    private CameraInput input;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        String name = Objects.toString(out.getFileName(), "").toLowerCase(Locale.ROOT);
        boolean animated = name.endsWith(".gif");
        if (!animated && !name.endsWith(".png")) {
            throw wrongUsage("--out is " + out + ", must end in .png or .gif");
        }
        // No file is worth a window system.
        System.setProperty("java.awt.headless", "true");
        ImageIO.setUseCache(false);
        try (RecordingFiles recordings = RecordingFiles.of(files)) {
            List<Path> paths = recordings.recordings();
            if (animated && paths.size() > 1) {
                throw wrongUsage("a .gif shows one recording, not " + paths.size());
            }
            if (paths.size() > ContactSheet.MAX_RECORDINGS) {
                throw wrongUsage(
                        "a sheet has room for " + ContactSheet.MAX_RECORDINGS + " recordings, not for " + paths.size());
            }
            WholeFile.write(out, temporary -> {
                if (animated) {
                    animation(paths.get(0), temporary);
                } else if (paths.size() == 1) {
                    png(picture(paths.get(0)), temporary);
                } else {
                    png(sheet(paths), temporary);
                }
            });
        }
        return 0;
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static void png(BufferedImage image, Path file) throws IOException {
        try (OutputStream stream = Files.newOutputStream(file)) {
            ImageIO.write(image, "png", stream);
        }
    }

    private BufferedImage picture(Path file) throws IOException {
        Summary summary = summary(file);
        EventGrid grid = new EventGrid(mode, summary, Picture.RASTER_COLUMNS, 1);
        gather(file, grid);
        grid.learnFullCount();
        String scope = mode == Mode.TIME_SURFACE ? "at the end" : "whole recording";
        return new Picture(mode, summary, grid, scope).draw(summary.lastMicros(), "");
    }

    private BufferedImage sheet(List<Path> paths) throws IOException {
        ContactSheet sheet = new ContactSheet(mode);
        try (ProgressBar progress = Progress.bar("view", "recordings", paths.size())) {
            for (Path file : paths) {
                Summary summary = summary(file);
                EventGrid grid = sheet.grid(summary);
                gather(file, grid);
                sheet.add(summary, grid);
                progress.step();
            }
        }
        return sheet.draw();
    }

    private void animation(Path file, Path temporary) throws IOException {
        Summary summary = summary(file);
        EventGrid grid = new EventGrid(mode, summary, Picture.RASTER_COLUMNS, 1);
        if (mode != Mode.TIME_SURFACE) {
            // All frames have one scale, which is known only when all of them are.
            eachFrame(file, summary, grid, (frame, sinceFirstMicros) -> {
                if (mode == Mode.COUNTS) {
                    grid.learnFullCount();
                    grid.clearCounts();
                }
            });
            if (mode == Mode.RASTER) {
                grid.learnFullCount();
            }
            grid.clearCounts();
        }
        String interval = Summary.duration((double) summary.lengthMicros() / FRAMES);
        String scope =
                switch (mode) {
                    case COUNTS -> "frames of " + interval;
                    case TIME_SURFACE -> "every " + interval;
                    case RASTER -> "growing by " + interval;
                };
        Picture picture = new Picture(mode, summary, grid, scope);
        try (AnimatedGif gif = new AnimatedGif(temporary, DELAY_CENTISECONDS);
                ProgressBar progress = Progress.bar("view", "frames", FRAMES)) {
            eachFrame(file, summary, grid, (frame, sinceFirstMicros) -> {
                String until = Summary.duration(sinceFirstMicros);
                gif.add(picture.draw(
                        summary.firstMicros() + sinceFirstMicros,
                        "until " + until + " (frame " + (frame + 1) + " of " + FRAMES + ")"));
                if (mode == Mode.COUNTS) {
                    grid.clearCounts();
                }
                progress.step();
            });
        }
    }

    private Summary summary(Path file) throws IOException {
        try (CameraReader reader = input.open(file)) {
            long pixels = (long) reader.layout().getWidth() * reader.layout().getHeight();
            if (pixels > MAX_PIXELS) {
                throw new RecordingException(file + ": " + pixels + " pixels are too many to draw");
            }
            return Summary.of(file, reader);
        }
    }

    private void gather(Path file, EventGrid grid) throws IOException {
        CameraBatch batch = new CameraBatch();
        try (CameraReader reader = input.open(file)) {
            while (reader.read(batch)) {
                grid.add(batch, 0, batch.size());
            }
        }
    }

    /** Is told when a frame has all its events, and where it ends, counted from the first event. */
    private interface FrameEnd {

        void at(int frame, long sinceFirstMicros) throws IOException;
    }

    /** Fills the grid frame by frame; an event that comes too late for its frame is in the one that is open. */
    private void eachFrame(Path file, Summary summary, EventGrid grid, FrameEnd end) throws IOException {
        CameraBatch batch = new CameraBatch();
        int frame = 0;
        try (CameraReader reader = input.open(file)) {
            while (reader.read(batch)) {
                int from = 0;
                for (int i = 0; i < batch.size(); i++) {
                    long sinceFirstMicros = batch.timeMicros()[i] - summary.firstMicros();
                    while (frame < FRAMES - 1 && sinceFirstMicros >= frameEndMicros(summary, frame)) {
                        grid.add(batch, from, i);
                        from = i;
                        end.at(frame, frameEndMicros(summary, frame));
                        frame++;
                    }
                }
                grid.add(batch, from, batch.size());
            }
        }
        for (; frame < FRAMES; frame++) {
            end.at(frame, frameEndMicros(summary, frame));
        }
    }

    /** Microseconds since the first event; the last frame ends 1 us behind the last event. */
    private static long frameEndMicros(Summary summary, int frame) {
        return summary.lengthMicros() * (frame + 1) / FRAMES;
    }
}
