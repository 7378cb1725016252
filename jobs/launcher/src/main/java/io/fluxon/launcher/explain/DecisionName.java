package io.fluxon.launcher.explain;

import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.schemas.Decision;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What identifies a decision: SENSOR:EPOCH:SEQUENCE. A sensor's own name may have colons. */
record DecisionName(String sensor, long epoch, long sequence) {

    private static final Pattern FORM = Pattern.compile("(.+):([0-9]{1,18}):([0-9]{1,18})");

    static DecisionName parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || !PacketEnvelope.isName(matcher.group(1))) {
            throw new IllegalArgumentException("must be SENSOR:EPOCH:SEQUENCE, such as cam-1:3:17");
        }
        return new DecisionName(matcher.group(1), Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)));
    }

    static DecisionName of(Decision decision) {
        return new DecisionName(decision.getSensorId(), decision.getEpoch(), decision.getSequence());
    }

    /** How far another decision of the same sensor is: epochs first, then sequences. */
    boolean isNearer(DecisionName one, DecisionName other) {
        long oneEpochs = Math.abs(one.epoch - epoch);
        long otherEpochs = Math.abs(other.epoch - epoch);
        return oneEpochs != otherEpochs
                ? oneEpochs < otherEpochs
                : Math.abs(one.sequence - sequence) < Math.abs(other.sequence - sequence);
    }

    @Override
    public String toString() {
        return sensor + ":" + epoch + ":" + sequence;
    }
}
