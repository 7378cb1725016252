package io.fluxon.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReportKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequencerTest {

    /** Sequence of the END of the epochs that {@link #packet} makes. */
    private static final long LAST = 5;

    /** Packet n of an epoch covers the microseconds 10,000 n to 10,000 n + 5,000. */
    private static final long PACKET_MICROS = 10_000;

    private static final long CAMERA_MAY_RUN_BACK = 10_000;

    private static final SensorPacket ANY_DATA = TestingPackets.epoch(
                    TestingPackets.recording(1, 10), "a", 1, PACKET_MICROS)
            .get(1);

    private final AvroCodec<SensorPacket> codec = new AvroCodec<>(SensorPacket.class);
    private final TestingReceiver receiver = new TestingReceiver();
    private final SensorPosition position = new SensorPosition("a");
    private Sequencer sequencer = sequencer(OrderSettings.DEFAULT);
    private long kafkaOffset;

    /** Keeps what it is told, as lines. */
    private static final class TestingReceiver implements Sequencer.Receiver {

        private final List<String> passed = new ArrayList<>();
        private final List<String> reports = new ArrayList<>();
        private final List<String> letters = new ArrayList<>();
        private long passedOver;

        @Override
        public void next(KafkaRecord in, SensorPacket packet) {
            passed.add(name(packet));
        }

        @Override
        public void report(
                KafkaRecord in,
                String sensorId,
                SequenceReportKind kind,
                long epoch,
                long fromSequence,
                long toSequence,
                String recordingId) {
            assertThat(sensorId).isEqualTo("a");
            reports.add(epoch + " " + kind + " " + fromSequence + ".." + toSequence);
            if (kind == SequenceReportKind.GAP) {
                passedOver += toSequence - fromSequence + 1;
            }
        }

        @Override
        public void deadLetter(KafkaRecord in, MalformedPacketException reason) {
            letters.add(in.offset + " " + reason.rule() + " " + reason.getMessage());
        }
    }

    @Test
    void packetsInOrderPassAtOnce() throws Exception {
        for (long sequence = 0; sequence <= LAST; sequence++) {
            send(1, sequence);
            assertThat(receiver.passed).hasSize((int) sequence + 1);
        }
        assertThat(receiver.passed).containsExactly("1/0", "1/1", "1/2", "1/3", "1/4", "1/5");
        assertThat(receiver.reports).isEmpty();
        assertThat(position.ended()).isTrue();
    }

    @Test
    void aRepeatedPacketIsDroppedAndReportedEachTime() throws Exception {
        send(1, 0, 1, 1, 2, 0);

        assertThat(receiver.passed).containsExactly("1/0", "1/1", "1/2");
        assertThat(receiver.reports).containsExactly("1 DUPLICATE 1..1", "1 DUPLICATE 0..0");
    }

    @Test
    void aRepeatOfAHeldPacketIsARepeatToo() throws Exception {
        send(1, 0, 3, 2, 3, 2, 1);

        assertThat(receiver.passed).containsExactly("1/0", "1/1", "1/2", "1/3");
        assertThat(receiver.reports).containsExactly("1 DUPLICATE 3..3", "1 DUPLICATE 2..2");
    }

    @Test
    void earlyPacketsAreHeldAndPassInOrderAsSoonAsTheHoleIsClosed() throws Exception {
        send(1, 0, 4, 2, 3);
        assertThat(receiver.passed).containsExactly("1/0");
        assertThat(position.heldPackets()).isEqualTo(3);

        send(1, 1);
        assertThat(receiver.passed).containsExactly("1/0", "1/1", "1/2", "1/3", "1/4");
        assertThat(position.heldPackets()).isZero();
        assertThat(receiver.reports).isEmpty();
    }

    @Test
    void oneHeldPacketMoreThanAllowedEndsTheWait() throws Exception {
        sequencer = sequencer(new OrderSettings(3, 1 << 20, 1_000_000));
        send(1, 0, 2, 3, 4);
        assertThat(receiver.passed).containsExactly("1/0");

        accept(data(1, 6));

        assertThat(receiver.passed).containsExactly("1/0", "1/2", "1/3", "1/4");
        assertThat(receiver.reports).containsExactly("1 GAP 1..1");
        assertThat(position.heldPackets()).as("the wait for 5 begins anew").isEqualTo(1);
    }

    @Test
    void withNoHeldPacketsAllowedAHoleIsGivenUpAtOnce() throws Exception {
        sequencer = sequencer(new OrderSettings(0, 0, 0));
        send(1, 1, 4);
        send(3, 0);

        assertThat(receiver.passed).containsExactly("1/1", "1/4", "3/0");
        assertThat(receiver.reports).containsExactly("1 GAP 0..0", "1 GAP 2..3", "1 UNFINISHED 5..5");
    }

    @Test
    void moreHeldBytesThanAllowedEndTheWait() throws Exception {
        int bytes = codec.encode(packet(1, 2)).length;
        sequencer = sequencer(new OrderSettings(64, 2L * bytes, 1_000_000));
        send(1, 0, 2, 3);
        assertThat(receiver.passed).containsExactly("1/0");

        send(1, 4);

        assertThat(receiver.passed).containsExactly("1/0", "1/2", "1/3", "1/4");
        assertThat(receiver.reports).containsExactly("1 GAP 1..1");
    }

    @Test
    void theGraceIsMeasuredOnTheSensorsOwnClockAndIsInclusive() throws Exception {
        // From the begin of packet 2 to the end of packet 4.
        long spanMicros = 2 * PACKET_MICROS + 5_000;
        for (long graceMicros : new long[] {spanMicros, spanMicros - 1}) {
            sequencer = sequencer(new OrderSettings(64, 1 << 20, graceMicros));
            SensorPosition fresh = new SensorPosition("a");
            receiver.passed.clear();
            for (long sequence : new long[] {0, 2, 3, 4}) {
                SensorPacket packet = packet(1, sequence);
                sequencer.accept(fresh, record(packet), packet, receiver);
            }
            assertThat(receiver.passed).hasSize(graceMicros == spanMicros ? 1 : 4);
        }
        assertThat(receiver.reports).containsExactly("1 GAP 1..1");
    }

    @Test
    void theWaitEndsWhereTheClockOfTheNextEpochStandsBeforeThatOfTheFirstHeldPacket() throws Exception {
        send(1, 0, 2);
        SensorPacket start =
                SensorPacket.newBuilder(packet(2, 0)).setBaseUnixNanos(1).build();
        accept(start);

        assertThat(receiver.passed).containsExactly("1/0", "1/2");
        assertThat(receiver.reports).containsExactly("1 GAP 1..1");
        send(1, 3, 4, LAST);
        assertThat(receiver.passed).endsWith("1/3", "1/4", "1/5", "2/0");
    }

    @Test
    void packetsOfACameraThatOverlapWaitForTheWholeGrace() throws Exception {
        send(1, 0, 2);
        SensorPacket overlapping = SensorPacket.newBuilder(packet(1, 3))
                .setFirstOffset(2 * PACKET_MICROS - 4_000)
                .setLastOffset(2 * PACKET_MICROS - 3_000)
                .build();
        accept(overlapping);
        send(1, 1);

        assertThat(receiver.passed).containsExactly("1/0", "1/1", "1/2", "1/3");
        assertThat(receiver.reports).isEmpty();
    }

    @Test
    void theEndEndsTheWaitInItsEpoch() throws Exception {
        send(1, 0, 2, LAST);

        assertThat(receiver.passed).containsExactly("1/0", "1/2", "1/5");
        assertThat(receiver.reports).containsExactly("1 GAP 1..1", "1 GAP 3..4");
    }

    @Test
    void theEndOfTheNextEpochEndsTheWaitForThatOfThisOne() throws Exception {
        send(1, 0, 1);
        send(2, 0, 1, 2, 3, 4);
        assertThat(receiver.passed).containsExactly("1/0", "1/1");

        send(2, LAST);

        assertThat(receiver.passed).containsExactly("1/0", "1/1", "2/0", "2/1", "2/2", "2/3", "2/4", "2/5");
        assertThat(receiver.reports).containsExactly("1 UNFINISHED 2..2");
    }

    @Test
    void aStartThatOvertakesTheEndBeforeItWaits() throws Exception {
        send(1, 0, 1, 2, 3, 4);
        send(2, 0, 1);
        assertThat(receiver.passed).endsWith("1/4");

        send(1, LAST);

        assertThat(receiver.passed).endsWith("1/4", "1/5", "2/0", "2/1");
        assertThat(receiver.reports).isEmpty();
    }

    @Test
    void anEpochWithoutEndIsUnfinishedWhenTheGraceIsOver() throws Exception {
        sequencer = sequencer(new OrderSettings(64, 1 << 20, 2 * PACKET_MICROS));
        send(1, 0, 1);
        send(3, 0, 1);
        assertThat(receiver.passed).containsExactly("1/0", "1/1");

        send(3, 2);

        assertThat(receiver.passed).containsExactly("1/0", "1/1", "3/0", "3/1", "3/2");
        assertThat(receiver.reports).containsExactly("1 UNFINISHED 2..2");
    }

    @Test
    void aLostStartIsAGap() throws Exception {
        send(1, 1, 2);
        assertThat(receiver.passed).isEmpty();

        sequencer.flush(position, receiver);

        assertThat(receiver.passed).containsExactly("1/1", "1/2");
        assertThat(receiver.reports).containsExactly("1 GAP 0..0");
    }

    @Test
    void aFlushLetsAllHeldPacketsOfAllEpochsPassAndSaysWhatIsMissing() throws Exception {
        send(1, 0, 2);
        send(4, 3);
        send(2, 0);

        sequencer.flush(position, receiver);

        assertThat(receiver.passed).containsExactly("1/0", "1/2", "2/0", "4/3");
        assertThat(receiver.reports)
                .containsExactly("1 GAP 1..1", "1 UNFINISHED 3..3", "2 UNFINISHED 1..1", "4 GAP 0..2");
        assertThat(position.heldPackets()).isZero();
    }

    @Test
    void aPacketThatWasGivenUpIsLateAndOneBesideItARepeat() throws Exception {
        sequencer = sequencer(new OrderSettings(0, 0, 0));
        send(1, 0, 2, 1, 2);

        assertThat(receiver.passed).containsExactly("1/0", "1/2");
        assertThat(receiver.reports).containsExactly("1 GAP 1..1", "1 LATE 1..1", "1 DUPLICATE 2..2");
    }

    @Test
    void afterTheEndNothingOfTheEpochPasses() throws Exception {
        send(1, 0, LAST);
        accept(packet(1, LAST), data(1, LAST + 1), packet(1, 2));

        assertThat(receiver.passed).containsExactly("1/0", "1/5");
        assertThat(receiver.reports).containsExactly("1 GAP 1..4", "1 DUPLICATE 5..5", "1 LATE 6..6", "1 LATE 2..2");
    }

    @Test
    void packetsOfAnEarlierEpochAreLate() throws Exception {
        send(2, 0);
        send(1, 0);

        assertThat(receiver.passed).containsExactly("2/0");
        assertThat(receiver.reports).containsExactly("1 LATE 0..0");
    }

    @Test
    void aSequenceFarAheadDisturbsNoGoodPacketAndIsLateAtTheEnd() throws Exception {
        send(1, 0, 1);
        accept(data(1, 1L << 53));
        send(1, 2, 3, 4);
        assertThat(receiver.passed).containsExactly("1/0", "1/1", "1/2", "1/3", "1/4");
        assertThat(receiver.reports).isEmpty();

        send(1, LAST);
        send(2, 0);

        assertThat(receiver.passed).endsWith("1/5", "2/0");
        assertThat(receiver.reports).containsExactly("1 LATE 9007199254740992..9007199254740992");
    }

    @Test
    void anEpochFarAheadDisturbsNoGoodPacket() throws Exception {
        send(1, 0, 1);
        accept(SensorPacket.newBuilder(data(1L << 53, 7))
                .setBaseUnixNanos(1L << 62)
                .build());
        for (long epoch = 2; epoch < 20; epoch++) {
            send(epoch - 1, 2, 3, 4, LAST);
            send(epoch, 0, 1);
        }

        assertThat(receiver.passed).hasSize(2 + 18 * 6).endsWith("18/5", "19/0", "19/1");
        assertThat(receiver.reports).isEmpty();
        sequencer.flush(position, receiver);
        assertThat(receiver.reports).containsExactly("19 UNFINISHED 2..2", "9007199254740992 GAP 0..6");
    }

    @Test
    void anEndAloneInAnEpochFarAheadDisturbsNoGoodPacket() throws Exception {
        send(1, 0, 1);
        accept(packet(1L << 53, LAST));
        send(1, 2, 3, 4, LAST);
        send(2, 0);

        assertThat(receiver.passed).containsExactly("1/0", "1/1", "1/2", "1/3", "1/4", "1/5", "2/0");
        assertThat(receiver.reports).isEmpty();
    }

    @Test
    void aStartDoesNotOvertakePacketsOfAnEarlierEpochThatAreHeld() throws Exception {
        sequencer = sequencer(new OrderSettings(64, 1 << 20, 10_000_000));
        send(1, 0, LAST);
        receiver.reports.clear();
        send(2, 3);
        send(4, 0);
        assertThat(receiver.passed).containsExactly("1/0", "1/5");

        send(2, 0, 1, 2, 4, LAST);
        send(4, 1);

        assertThat(receiver.passed)
                .containsExactly("1/0", "1/5", "2/0", "2/1", "2/2", "2/3", "2/4", "2/5", "4/0", "4/1");
        assertThat(receiver.reports).isEmpty();
    }

    @Test
    void timeRunningBackIsADeadLetterThatDoesNotUseUpItsNumber() throws Exception {
        send(1, 0, 1, 2);
        accept(SensorPacket.newBuilder(packet(1, 3)).setFirstOffset(0).build());
        send(1, 3);

        assertThat(receiver.passed).containsExactly("1/0", "1/1", "1/2", "1/3");
        assertThat(receiver.reports).isEmpty();
        assertThat(receiver.letters)
                .containsExactly("3 TIME_RUNS_BACK firstOffset 0 is before 25000, the end of the packet before,"
                        + " by more than the 10000 us that a camera may");
    }

    @Test
    void aHeldPacketWhoseTimeRunsBackIsADeadLetterWhenItsTurnComes() throws Exception {
        send(1, 0, 1);
        accept(SensorPacket.newBuilder(packet(1, 3)).setFirstOffset(0).build());
        assertThat(receiver.letters).isEmpty();
        send(1, 2, 3);

        assertThat(receiver.passed).containsExactly("1/0", "1/1", "1/2", "1/3");
        assertThat(receiver.reports).isEmpty();
        assertThat(receiver.letters).hasSize(1);
    }

    @Test
    void aCamerasTimesMayRunBackByAsMuchAsItsWordsMayAndOthersNotAtAll() throws Exception {
        long end = 2 * PACKET_MICROS + 5_000;
        for (long mayRunBack : new long[] {CAMERA_MAY_RUN_BACK, 0}) {
            sequencer = new Sequencer(OrderSettings.DEFAULT, mayRunBack, codec);
            SensorPosition fresh = new SensorPosition("a");
            receiver.passed.clear();
            receiver.letters.clear();
            for (long sequence = 0; sequence < 3; sequence++) {
                SensorPacket packet = packet(1, sequence);
                sequencer.accept(fresh, record(packet), packet, receiver);
            }
            for (long back : new long[] {mayRunBack + 1, mayRunBack}) {
                SensorPacket packet = SensorPacket.newBuilder(packet(1, 3))
                        .setFirstOffset(end - back)
                        .build();
                sequencer.accept(fresh, record(packet), packet, receiver);
            }
            assertThat(receiver.letters).hasSize(1);
            assertThat(receiver.passed).hasSize(4);
        }
    }

    @Test
    void theMemoryOfGapsIsBounded() {
        for (long i = 0; i < 10_000; i++) {
            position.addGap(2 * i, 2 * i);
        }

        assertThat(position.gaps).hasSize(2 * SensorPosition.REMEMBERED_GAPS);
        assertThat(position.isInGap(2 * 9_999)).isTrue();
        assertThat(position.isInGap(2 * (10_000 - SensorPosition.REMEMBERED_GAPS)))
                .isTrue();
        assertThat(position.isInGap(2 * (10_000 - SensorPosition.REMEMBERED_GAPS) - 2))
                .isFalse();
        assertThat(position.isInGap(2 * 9_999 + 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10})
    void whateverTheOrderWithinTheBoundsAllPassOnceAndInOrderAndRepeatsAreReported(int percentRepeated)
            throws Exception {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            int window = 1 + random.nextInt(12);
            List<SensorPacket> original = stream(random);
            List<SensorPacket> sent = shuffled(random, original, window);
            int repeats = 0;
            for (int i = sent.size() - 1; i >= 0; i--) {
                if (random.nextInt(100) < percentRepeated) {
                    sent.add(i + random.nextInt(sent.size() - i) + 1, sent.get(i));
                    repeats++;
                }
            }
            TestingReceiver heard = sendAll(new OrderSettings(2 * window, 1 << 20, 600_000_000), sent);

            assertThat(heard.passed).as("seed " + seed).isEqualTo(names(sortedWithoutRepeats(sent)));
            assertThat(heard.passed).isEqualTo(names(original));
            // A packet repeated after the end of its epoch is late, one before it a repeat.
            assertThat(heard.reports)
                    .as("seed " + seed)
                    .hasSize(repeats)
                    .allMatch(line -> line.contains("DUPLICATE") || line.contains("LATE"))
                    .containsExactlyInAnyOrderElementsOf(expectedRepeats(sent));
            assertThat(heard.letters).isEmpty();
        }
    }

    @Test
    void whatIsLostIsReportedAndTheRestPassesInOrder() throws Exception {
        long lostInAll = 0;
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            int window = 1 + random.nextInt(12);
            List<SensorPacket> original = stream(random);
            List<SensorPacket> sent = shuffled(random, original, window);
            // The first and the last of an epoch are kept, for a gap ends where a packet follows.
            sent.removeIf(packet -> packet.getKind() == PacketKind.DATA && random.nextInt(100) == 0);
            long lost = original.size() - sent.size();
            lostInAll += lost;

            TestingReceiver heard = sendAll(new OrderSettings(3 * window, 1 << 20, 600_000_000), sent);

            assertThat(heard.passed).as("seed " + seed).isEqualTo(names(sortedWithoutRepeats(sent)));
            assertThat(heard.reports).as("seed " + seed).allMatch(line -> line.contains("GAP"));
            assertThat(heard.passedOver).as("seed " + seed).isEqualTo(lost);
        }
        assertThat(lostInAll).isGreaterThan(50);
    }

    @Test
    void noOrderOfAnyPacketsLetsOnePassTwiceOrOutOfOrderOrDisappear() throws Exception {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            OrderSettings settings =
                    new OrderSettings(random.nextInt(8), random.nextInt(20_000), random.nextInt(200_000));
            List<SensorPacket> sent = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                sent.add(packet(i / 40 + random.nextInt(3), random.nextInt((int) LAST + 1)));
            }
            TestingReceiver heard = sendAll(settings, sent);

            assertThat(heard.passed).as("seed " + seed).isSorted().doesNotHaveDuplicates();
            long dropped = heard.reports.stream()
                    .filter(line -> line.contains("DUPLICATE") || line.contains("LATE"))
                    .count();
            assertThat(heard.passed.size() + dropped + heard.letters.size())
                    .as("seed " + seed)
                    .isEqualTo(sent.size());
            // Times depend on the number alone, so none runs back.
            assertThat(heard.letters).isEmpty();
        }
    }

    private TestingReceiver sendAll(OrderSettings settings, List<SensorPacket> sent) throws Exception {
        Sequencer own = sequencer(settings);
        SensorPosition fresh = new SensorPosition("a");
        TestingReceiver heard = new TestingReceiver();
        int mostHeld = 0;
        for (SensorPacket packet : sent) {
            own.accept(fresh, record(packet), packet, heard);
            mostHeld = Math.max(mostHeld, fresh.heldPackets());
        }
        assertThat(mostHeld).isLessThanOrEqualTo(settings.maxHeldPackets());
        own.flush(fresh, heard);
        return heard;
    }

    /** Three epochs with gaps between their numbers. */
    private static List<SensorPacket> stream(Random random) {
        List<SensorPacket> packets = new ArrayList<>();
        long epoch = 0;
        for (int i = 0; i < 3; i++) {
            epoch += 1 + random.nextInt(3);
            int last = 20 + random.nextInt(60);
            for (long sequence = 0; sequence <= last; sequence++) {
                packets.add(packet(
                        epoch,
                        sequence,
                        sequence == 0 ? PacketKind.START : sequence == last ? PacketKind.END : PacketKind.DATA));
            }
        }
        return packets;
    }

    /**
     * Delays each packet by less than a number of places, but lets no END overtake a packet of its epoch, nor any
     * packet a START by which its epoch would seem to have none.
     */
    private static List<SensorPacket> shuffled(Random random, List<SensorPacket> packets, int window) {
        double[] place = new double[packets.size()];
        List<Integer> order = new ArrayList<>();
        double latestOfEpoch = 0;
        for (int i = 0; i < packets.size(); i++) {
            order.add(i);
            place[i] = i + random.nextDouble() * window;
            if (packets.get(i).getKind() == PacketKind.START) {
                latestOfEpoch = 0;
            }
            if (packets.get(i).getKind() == PacketKind.END) {
                place[i] = Math.max(place[i], latestOfEpoch);
            }
            latestOfEpoch = Math.max(latestOfEpoch, place[i]);
        }
        order.sort(Comparator.comparingDouble(i -> place[i]));
        List<SensorPacket> shuffled = new ArrayList<>();
        order.forEach(i -> shuffled.add(packets.get(i)));
        return shuffled;
    }

    /** The slow way: waits for everything. */
    private static List<SensorPacket> sortedWithoutRepeats(List<SensorPacket> sent) {
        Set<String> seen = new HashSet<>();
        List<SensorPacket> sorted = new ArrayList<>();
        for (SensorPacket packet : sent) {
            if (seen.add(name(packet))) {
                sorted.add(packet);
            }
        }
        sorted.sort(Comparator.comparingLong(SensorPacket::getEpoch).thenComparingLong(SensorPacket::getSequence));
        return sorted;
    }

    /** A repeat is LATE once the START of a later epoch could pass, that is when all packets before it have come. */
    private static List<String> expectedRepeats(List<SensorPacket> sent) {
        List<SensorPacket> original = sortedWithoutRepeats(sent);
        List<String> expected = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int complete = 0;
        for (SensorPacket packet : sent) {
            while (complete < original.size() && seen.contains(name(original.get(complete)))) {
                complete++;
            }
            long epoch = complete == 0 ? -1 : original.get(complete - 1).getEpoch();
            if (!seen.add(name(packet))) {
                SequenceReportKind kind =
                        packet.getEpoch() < epoch ? SequenceReportKind.LATE : SequenceReportKind.DUPLICATE;
                expected.add(packet.getEpoch() + " " + kind + " " + packet.getSequence() + ".." + packet.getSequence());
            }
        }
        return expected;
    }

    private Sequencer sequencer(OrderSettings settings) {
        return new Sequencer(settings, CAMERA_MAY_RUN_BACK, codec);
    }

    private void send(long epoch, long... sequences) throws Exception {
        for (long sequence : sequences) {
            accept(packet(epoch, sequence));
        }
    }

    private void accept(SensorPacket... packets) throws Exception {
        for (SensorPacket packet : packets) {
            sequencer.accept(position, record(packet), packet, receiver);
        }
    }

    private KafkaRecord record(SensorPacket packet) {
        return TestingPackets.record(packet, kafkaOffset++);
    }

    private static SensorPacket packet(long epoch, long sequence) {
        return packet(
                epoch,
                sequence,
                sequence == 0 ? PacketKind.START : sequence == LAST ? PacketKind.END : PacketKind.DATA);
    }

    private static SensorPacket data(long epoch, long sequence) {
        return packet(epoch, sequence, PacketKind.DATA);
    }

    private static SensorPacket packet(long epoch, long sequence, PacketKind kind) {
        // A clock that goes on from epoch to epoch, as far as the fields hold it.
        long place = Math.min(sequence, 1_000_000);
        return SensorPacket.newBuilder(ANY_DATA)
                .setEpoch(epoch)
                .setSequence(sequence)
                .setKind(kind)
                .setBaseUnixNanos(Math.min(epoch, 1_000) * 1_000_000_000)
                .setFirstOffset(PACKET_MICROS * place)
                .setLastOffset(PACKET_MICROS * place + 5_000)
                .build();
    }

    private static List<String> names(List<SensorPacket> packets) {
        return packets.stream().map(SequencerTest::name).toList();
    }

    private static String name(SensorPacket packet) {
        return packet.getEpoch() + "/" + packet.getSequence();
    }
}
