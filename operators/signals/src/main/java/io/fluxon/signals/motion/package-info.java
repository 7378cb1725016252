/** What is done to the samples of a wearable's motion sensors before a network sees them. */
package io.fluxon.signals.motion;
