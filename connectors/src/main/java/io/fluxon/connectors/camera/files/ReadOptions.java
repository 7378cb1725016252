package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.schemas.CameraLayout;
import java.util.Optional;

/**
 * How to open a recording.
 *
 * @param format what it is; empty to tell from its first bytes and its name
 * @param layout pixels of the sensor where the recording itself does not tell; empty for the format's usual sensor
 * @param damage whether the first broken rule ends the reading, or is counted and passed over
 */
public record ReadOptions(Optional<CameraFormat> format, Optional<CameraLayout> layout, Damage damage) {

    public static final ReadOptions STRICT = new ReadOptions(Optional.empty(), Optional.empty(), Damage.REFUSE);
}
