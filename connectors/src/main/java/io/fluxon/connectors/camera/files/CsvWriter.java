package io.fluxon.connectors.camera.files;

import de.siegmar.fastcsv.writer.LineDelimiter;
import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Comma-separated events as {@link CsvReader} reads them: {@code %geometry:W,H}, then lines {@code x,y,p,t}. */
final class CsvWriter implements CameraWriter {

    private final de.siegmar.fastcsv.writer.CsvWriter lines;

    /** @param out is closed with this writer, and where this constructor fails */
    CsvWriter(OutputStream out, CameraLayout layout) throws IOException {
        try {
            lines = de.siegmar.fastcsv.writer.CsvWriter.builder()
                    .commentCharacter('%')
                    .lineDelimiter(LineDelimiter.LF)
                    .build(out, StandardCharsets.US_ASCII);
            lines.writeComment("geometry:" + layout.getWidth() + "," + layout.getHeight());
        } catch (RuntimeException e) {
            out.close();
            throw e;
        }
    }

    @Override
    public void write(CameraBatch batch) throws IOException {
        if (batch.markers().size() > 0 || batch.imu().size() > 0) {
            throw new RecordingException("lines of csv hold no triggers and no inertial samples");
        }
        try {
            for (int i = 0; i < batch.size(); i++) {
                lines.writeRecord(
                        Integer.toString(batch.x(i)),
                        Integer.toString(batch.y(i)),
                        Integer.toString(batch.polarity(i)),
                        Long.toString(batch.timeMicros()[i]));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
