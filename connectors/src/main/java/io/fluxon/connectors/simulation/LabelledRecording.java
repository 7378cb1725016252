package io.fluxon.connectors.simulation;

import io.fluxon.connectors.camera.files.CameraRecording;

/** A recording and the class of what the camera was shown. */
public record LabelledRecording(CameraRecording recording, String label) {}
