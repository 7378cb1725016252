package io.fluxon.launcher.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a run did. Processor time is that of all threads of this process, broker, clients and garbage collector included: where
 * others use the machine too, it says more than the clock.
 *
 * @param events events taken in while the clock ran
 * @param synapticOperations weights added meanwhile
 * @param processorSeconds processor time of about the same span
 * @param processorEvents events taken in during just that
 */
record Rate(double seconds, long events, long synapticOperations, double processorSeconds, long processorEvents) {

    static final Rate NONE = new Rate(0, 0, 0, 0, 0);

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** Processor time that this process has used, nanoseconds. */
    static long processorNanos() {
        return PROCESS.getProcessCpuTime();
    }

    double eventsPerSecond() {
        return events / seconds;
    }

    double synapticOperationsPerSecond() {
        return synapticOperations / seconds;
    }

    double processorNanosPerEvent() {
        return processorSeconds * 1e9 / processorEvents;
    }

    Rate plus(Rate other) {
        return new Rate(
                seconds + other.seconds,
                events + other.events,
                synapticOperations + other.synapticOperations,
                processorSeconds + other.processorSeconds,
                processorEvents + other.processorEvents);
    }
}
