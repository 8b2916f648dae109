package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.event.SignedRecord;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever lies on the log, deciding goes on. */
class ShardProperties {
  private static final int JUMP = CaseClock.STEP_TICKS_MAX;

  /**
   * Two segments with two authors each, two rounds of two parts, the dispute window; each of 14
   * steps may overshoot.
   */
  private static final int TICKS_MAX = 4 * 2_400 + 2 * (240 + 2 * 120 + 120) + 8 + 14 * JUMP;

  @Property(tries = 12)
  void shouldEndEveryCaseOnceWhateverLiesOnTheLog(@ForAll long seed) {
    Random random = new Random(seed);
    ShardBed bed = new ShardBed(9);
    for (int i = 1; i <= 9; i++) {
      misbehave(bed.worker("w-%02d".formatted(i)), random);
    }
    bed.request(TestRequest.handedOver()).request(new TestRequest(2, 1, random.nextInt(4), 1));
    bed.turn(1);
    for (int elapsed = 0; bed.shard.view().openCases() > 0; ) {
      assertThat(elapsed).isLessThan(TICKS_MAX);
      disturb(bed, random);
      int ticks = random.nextInt(8) == 0 ? 1 : JUMP;
      bed.turn(ticks);
      elapsed += ticks;
    }

    List<Verdict> last = bed.published(Verdict.class).stream().filter(Verdict::getLast).toList();
    assertThat(last).extracting(ShardProperties::place).doesNotHaveDuplicates();
    assertThat(last).extracting(Verdict::getRequestId).hasSizeBetween(2, 3);
    assertThat(bed.published(SettleCase.class))
        .extracting(s -> s.getRequestId() + "/" + s.getSegment())
        .containsExactlyElementsOf(last.stream().map(ShardProperties::place).toList());
    assertThat(bed.published(SettleCase.class))
        .allSatisfy(s -> {
          assertThat(s.getPayments()).allMatch(p -> p.getAmount() >= 0);
          assertThat(s.getSlashes())
              .noneMatch(
                  x -> s.getPayments().stream().anyMatch(p -> p.getTaskId().equals(x.getTaskId())));
        });
    assertThat(ShardBed.bytes(bed.replay(Audits.published(bed.effects))))
        .isEqualTo(ShardBed.bytes(bed.effects));
  }

  /** Randomness follows from the order, so committees differ; what they come to must not. */
  @Property(tries = 8)
  void shouldDecideTheSameInWhateverOrderWorkersAct(
      @ForAll long seed, @ForAll boolean first, @ForAll boolean second) {
    ShardBed bed = new ShardBed(14).inOrderOf(seed);
    bed.worker("w-01").noise = first ? 1_000 : 0;
    bed.worker("w-02").noise = second ? 1_000 : 0;
    bed.request(TestRequest.handedOver()).run();

    assertThat(bed.published(Verdict.class).stream().filter(Verdict::getLast))
        .extracting(Verdict::getOutcome)
        .containsExactly(
            first ? VerdictOutcome.REJECTED : VerdictOutcome.ACCEPTED,
            second ? VerdictOutcome.REJECTED : VerdictOutcome.ACCEPTED);
    assertThat(bed.refusals()).isEmpty();
    assertThat(ShardBed.bytes(bed.replay(Audits.published(bed.effects))))
        .isEqualTo(ShardBed.bytes(bed.effects));
  }

  private static String place(Verdict verdict) {
    return verdict.getRequestId() + "/" + verdict.getSegment();
  }

  private static void misbehave(Behaviour behaviour, Random random) {
    behaviour.prefills = random.nextInt(6) > 0;
    behaviour.finishes = random.nextInt(6) > 0;
    behaviour.streams = random.nextInt(8) > 0;
    behaviour.votes = random.nextInt(6) > 0;
    behaviour.noise = List.of(0, 0, 0, 16, 1_000).get(random.nextInt(5));
    boolean first = random.nextInt(6) > 0;
    boolean second = random.nextInt(6) > 0;
    behaviour.opensInRound = round -> round == 1 ? first : second;
    if (random.nextInt(6) == 0) {
      behaviour.opening = o -> Audits.withSalt(o, 1);
    }
  }

  /** Repeats, delays, changes and re-signs records, on every topic. */
  private static void disturb(ShardBed bed, Random random) {
    List<String> topics =
        List.of("accepted", "commitments", "openings", "votes", "spine", "registry");
    for (int i = random.nextInt(4); i > 0; i--) {
      List<SignedRecord> all = bed.log.all(topics.get(random.nextInt(topics.size())));
      if (!all.isEmpty()) {
        String topic = topics.get(random.nextInt(5));
        bed.log.append(changed(all.get(random.nextInt(all.size())), topic, random));
      }
    }
  }

  private static SignedRecord changed(SignedRecord r, String topic, Random random) {
    byte[] value = r.value().clone();
    switch (random.nextInt(4)) {
      case 0 -> {
        return r;
      }
      case 1 -> value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
      case 2 -> random.nextBytes(value);
      default -> {
        // The same bytes on another topic, by somebody who may write there.
      }
    }
    String signer = "worker:w-0" + (1 + random.nextInt(9));
    return TestKeys.signer(signer).sign(topic, 0, r.key(), value);
  }
}
