package io.fluxon.launcher.bench;

/**
 * What a run did.
 *
 * @param events events taken in while the clock ran
 * @param synapticOperations weights added meanwhile
 */
record Rate(double seconds, long events, long synapticOperations) {

    double eventsPerSecond() {
        return events / seconds;
    }

    double synapticOperationsPerSecond() {
        return synapticOperations / seconds;
    }

    Rate plus(Rate other) {
        return new Rate(seconds + other.seconds, events + other.events, synapticOperations + other.synapticOperations);
    }
}
