package io.fluxon.streams;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.streams.SensorPosition.Held;

/**
 * Lets each sensor's packets through once and in the order of (epoch, sequence), without watermarks.
 *
 * <ul>
 *   <li>The packet that comes next passes at once: the next sequence of an epoch, or sequence 0 of a newer epoch once the one
 *       before has ended.
 *   <li>One that came before is dropped and reported: DUPLICATE, or LATE if it was given up or its epoch is over.
 *   <li>One beyond the next is held. The wait for what is missing before the first held packet is given up when
 *       <ul>
 *         <li>more packets or bytes are held than {@link OrderSettings} allow,
 *         <li>the last of the held packets ends later than the grace after the first one began, by the sensor's own clock, or
 *             that clock stands before it by more than times may run back, or
 *         <li>an END is held of the epoch under way, or with other packets of its epoch; an END alone in an epoch to come may
 *             be an error and waits like any other packet.
 *       </ul>
 *       What never came is reported, GAP within an epoch and UNFINISHED for an epoch without END, and the held packets pass.
 *   <li>A packet held beyond the sequence of its epoch's END is LATE.
 *   <li>Times may not run back from packet to packet, a camera's not by more than its words may. A packet that does is a dead
 *       letter when its turn comes, and does not use up its number.
 * </ul>
 */
final class Sequencer {

    private static final long NANOS_PER_MICRO = 1000;

    private final OrderSettings settings;

    /** By how much a packet may begin before the end of the one before it; 0 where offsets are no microseconds. */
    private final long mayRunBackMicros;

    private final AvroCodec<SensorPacket> codec;

    /** Takes what the sequencer lets through and what it has to say. */
    interface Receiver {

        void next(KafkaRecord in, SensorPacket packet) throws Exception;

        /** @param in the record that gave the reason */
        void report(
                KafkaRecord in,
                String sensorId,
                SequenceReportKind kind,
                long epoch,
                long fromSequence,
                long toSequence,
                String recordingId);

        void deadLetter(KafkaRecord in, MalformedPacketException reason);
    }

    Sequencer(OrderSettings settings, long mayRunBackMicros, AvroCodec<SensorPacket> codec) {
        this.settings = settings;
        this.mayRunBackMicros = mayRunBackMicros;
        this.codec = codec;
    }

    /** Takes in one packet of the sensor that the position is of. */
    void accept(SensorPosition position, KafkaRecord in, SensorPacket packet, Receiver receiver) throws Exception {
        long epoch = packet.getEpoch();
        long sequence = packet.getSequence();
        if (epoch < position.epoch
                || (epoch == position.epoch && (position.ended || sequence < position.nextSequence))) {
            boolean late = epoch < position.epoch || sequence >= position.nextSequence || position.isInGap(sequence);
            drop(position, in, packet, late ? SequenceReportKind.LATE : SequenceReportKind.DUPLICATE, receiver);
            return;
        }
        boolean overtakesHeld = !position.held.isEmpty() && position.held.get(0).epoch() < epoch;
        if (isNext(position, epoch, sequence) && !overtakesHeld) {
            pass(position, in, packet, receiver);
        } else if (!hold(position, in, packet)) {
            drop(position, in, packet, SequenceReportKind.DUPLICATE, receiver);
            return;
        }
        release(position, in, receiver);
    }

    /** Gives up all that is missing and lets all held packets through: nothing more is waited for. */
    void flush(SensorPosition position, Receiver receiver) throws Exception {
        while (!position.held.isEmpty()) {
            KafkaRecord first = position.held.get(0).record();
            giveUpToFirst(position, first, receiver);
        }
    }

    private static boolean isNext(SensorPosition position, long epoch, long sequence) {
        return epoch == position.epoch
                ? sequence == position.nextSequence && !position.ended
                : position.ended && sequence == 0;
    }

    private void release(SensorPosition position, KafkaRecord in, Receiver receiver) throws Exception {
        while (!position.held.isEmpty()) {
            Held first = position.held.get(0);
            if (isNext(position, first.epoch(), first.sequence())) {
                position.removeFirstHeld();
                pass(position, first.record(), decoded(first.record()), receiver);
            } else if (isGivenUp(position)) {
                giveUpToFirst(position, in, receiver);
            } else {
                return;
            }
        }
    }

    /** Whether nothing more is waited for before the first held packet. */
    private boolean isGivenUp(SensorPosition position) {
        int held = position.held.size();
        long elapsedNanos =
                position.held.get(held - 1).toUnixNanos() - position.held.get(0).fromUnixNanos();
        return held > settings.maxHeldPackets()
                || position.heldBytes() > settings.maxHeldBytes()
                || elapsedNanos < -mayRunBackMicros * NANOS_PER_MICRO
                || elapsedNanos > settings.graceMicros() * NANOS_PER_MICRO
                || isEndHeld(position);
    }

    private static boolean isEndHeld(SensorPosition position) {
        // An END is among the last, and few are held at a time.
        int unseen = position.heldEnds();
        for (int i = position.held.size() - 1; unseen > 0; i--) {
            Held packet = position.held.get(i);
            if (packet.end()) {
                long epochBefore =
                        i == 0 ? position.epoch : position.held.get(i - 1).epoch();
                if (packet.epoch() == position.epoch || packet.epoch() == epochBefore) {
                    return true;
                }
                unseen--;
            }
        }
        return false;
    }

    private void giveUpToFirst(SensorPosition position, KafkaRecord in, Receiver receiver) throws Exception {
        Held first = position.removeFirstHeld();
        SensorPacket packet = decoded(first.record());
        if (first.epoch() > position.epoch) {
            if (!position.ended) {
                report(
                        position,
                        in,
                        SequenceReportKind.UNFINISHED,
                        position.nextSequence,
                        position.nextSequence,
                        null,
                        receiver);
            }
            position.begin(first.epoch());
        }
        if (first.sequence() > position.nextSequence && !runsBack(position, packet)) {
            long to = first.sequence() - 1;
            position.addGap(position.nextSequence, to);
            report(position, in, SequenceReportKind.GAP, position.nextSequence, to, packet.getRecordingId(), receiver);
            position.nextSequence = first.sequence();
        }
        pass(position, first.record(), packet, receiver);
    }

    private void pass(SensorPosition position, KafkaRecord in, SensorPacket packet, Receiver receiver)
            throws Exception {
        if (packet.getEpoch() > position.epoch) {
            position.begin(packet.getEpoch());
        }
        if (runsBack(position, packet)) {
            receiver.deadLetter(
                    in,
                    new MalformedPacketException(
                            Rule.TIME_RUNS_BACK,
                            "firstOffset " + packet.getFirstOffset() + " is before " + position.lastOffset
                                    + ", the end of the packet before"
                                    + (mayRunBackMicros == 0
                                            ? ""
                                            : ", by more than the " + mayRunBackMicros + " us that a camera may")));
            return;
        }
        position.nextSequence = packet.getSequence() + 1;
        position.lastOffset = Math.max(position.lastOffset, packet.getLastOffset());
        position.ended = packet.getKind() == PacketKind.END;
        receiver.next(in, packet);
        while (position.ended
                && !position.held.isEmpty()
                && position.held.get(0).epoch() == position.epoch) {
            KafkaRecord late = position.removeFirstHeld().record();
            drop(position, late, decoded(late), SequenceReportKind.LATE, receiver);
        }
    }

    private boolean runsBack(SensorPosition position, SensorPacket packet) {
        return packet.getFirstOffset() < position.lastOffset - mayRunBackMicros;
    }

    /** Puts a packet among the held ones; false if it is there already. */
    private static boolean hold(SensorPosition position, KafkaRecord in, SensorPacket packet) {
        int place = position.held.size();
        while (place > 0 && isBefore(packet, position.held.get(place - 1))) {
            place--;
        }
        if (place > 0) {
            Held before = position.held.get(place - 1);
            if (before.epoch() == packet.getEpoch() && before.sequence() == packet.getSequence()) {
                return false;
            }
        }
        position.addHeld(
                place,
                new Held(
                        packet.getEpoch(),
                        packet.getSequence(),
                        packet.getKind() == PacketKind.END,
                        packet.getBaseUnixNanos() + PacketEnvelope.nanos(packet, packet.getFirstOffset()),
                        packet.getBaseUnixNanos() + PacketEnvelope.nanos(packet, packet.getLastOffset()),
                        in));
        return true;
    }

    private static boolean isBefore(SensorPacket packet, Held held) {
        return packet.getEpoch() != held.epoch()
                ? packet.getEpoch() < held.epoch()
                : packet.getSequence() < held.sequence();
    }

    private static void drop(
            SensorPosition position, KafkaRecord in, SensorPacket packet, SequenceReportKind kind, Receiver receiver) {
        receiver.report(
                in,
                position.sensorId,
                kind,
                packet.getEpoch(),
                packet.getSequence(),
                packet.getSequence(),
                packet.getRecordingId());
    }

    private static void report(
            SensorPosition position,
            KafkaRecord in,
            SequenceReportKind kind,
            long fromSequence,
            long toSequence,
            String recordingId,
            Receiver receiver) {
        receiver.report(in, position.sensorId, kind, position.epoch, fromSequence, toSequence, recordingId);
    }

    private SensorPacket decoded(KafkaRecord in) {
        try {
            return in.packet(codec);
        } catch (BadRecordException e) {
            throw new IllegalStateException("only readable packets are held", e);
        }
    }
}
