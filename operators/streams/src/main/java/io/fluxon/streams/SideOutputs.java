package io.fluxon.streams;

import io.fluxon.connectors.kafka.OutgoingRecord;
import org.apache.flink.util.OutputTag;

/** What operators emit beside their main output. */
public final class SideOutputs {

    /** Records that could not be used. */
    public static final OutputTag<OutgoingRecord> DEAD_LETTERS =
            new OutputTag<>("dead-letters", OutgoingRecord.typeInformation());

    /** Gaps, repeats and late packets. */
    public static final OutputTag<OutgoingRecord> SEQUENCE_REPORTS =
            new OutputTag<>("sequence-reports", OutgoingRecord.typeInformation());

    /** Every result, estimates too, for those who want it at once. */
    public static final OutputTag<OutgoingRecord> LIVE = new OutputTag<>("live", OutgoingRecord.typeInformation());

    private SideOutputs() {}
}
