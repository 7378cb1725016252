/** What is measured on the digitised waveform of a detector pulse: baseline, energy, time, shape. */
package io.fluxon.signals.pulses;
