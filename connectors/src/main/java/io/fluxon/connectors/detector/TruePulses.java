package io.fluxon.connectors.detector;

/**
 * What is known about the pulses of a recording, in the recording's order.
 *
 * @param picos true times, picoseconds since the recording's base
 * @param energy true energies, in the unit that the analysis gives
 * @param alone whether no other pulse overlaps in the same waveform
 */
public record TruePulses(long[] picos, double[] energy, boolean[] alone) {}
