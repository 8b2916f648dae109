package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.CaseVote;
import io.verillm.events.Challenge;
import io.verillm.events.LockStake;
import io.verillm.events.MemberDecision;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.SettleCase;
import io.verillm.events.StakeLock;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.money.SettlementKinds;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Answers that two or more workers write in turn. */
class HandoverTest {
  private static final int OTHER_MODEL = 1_000;
  private static final int UNSURE = 16;
  private static final String FIRST = "w-01";
  private static final String SECOND = "w-02";
  private static final Hash OTHER_TEXT = HashInput.of("other").hash();

  private final ShardBed bed = new ShardBed(14);

  private void play() {
    play(TestRequest.handedOver());
  }

  private void play(TestRequest request) {
    bed.request(request).run();
    assertThat(ShardBed.bytes(bed.replay(Audits.published(bed.effects))))
        .isEqualTo(ShardBed.bytes(bed.effects));
  }

  private Verdict last(int segment) {
    return bed.published(Verdict.class).stream()
        .filter(v -> v.getLast() && v.getSegment() == segment)
        .findFirst()
        .orElseThrow();
  }

  private SettleCase settled(int segment) {
    return bed.published(SettleCase.class).get(segment);
  }

  private List<VerdictOutcome> outcomes() {
    return bed.published(Verdict.class).stream()
        .filter(Verdict::getLast)
        .map(Verdict::getOutcome)
        .toList();
  }

  private Map<String, String> slashed() {
    return bed.published(SettleCase.class).stream()
        .flatMap(s -> s.getSlashes().stream())
        .collect(Collectors.toMap(CaseSlash::getWorker, CaseSlash::getKind));
  }

  private long paid(String worker, String kind) {
    return bed.published(SettleCase.class).stream()
        .flatMap(s -> s.getPayments().stream())
        .filter(p -> p.getWorker().equals(worker) && p.getKind().equals(kind))
        .mapToLong(CasePayment::getAmount)
        .sum();
  }

  private VerdictMember member(int segment, String worker) {
    return last(segment).getMembers().stream()
        .filter(m -> m.getWorker().equals(worker))
        .findFirst()
        .orElseThrow();
  }

  private Challenge challenge(int segment, int round) {
    return bed.published(Challenge.class).stream()
        .filter(c -> c.getSegment() == segment && c.getRound() == round)
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> committee(Challenge challenge, int round) {
    return challenge.getRoster().stream()
        .filter(e -> e.getAuthored() < 0 && e.getRound() == round)
        .map(RosterEntry::getWorker)
        .collect(Collectors.toSet());
  }

  @Test
  void shouldAcceptEverySegmentOfAnHonestAnswer() {
    play();

    assertThat(outcomes()).containsExactly(VerdictOutcome.ACCEPTED, VerdictOutcome.ACCEPTED);
    assertThat(bed.published(Verdict.class))
        .extracting(Verdict::getLast)
        .containsExactly(false, false, true, true);
    assertThat(bed.published(Verdict.class)).allMatch(v -> v.getSegments() == 2);
    assertThat(bed.refusals()).isEmpty();
    assertThat(slashed()).isEmpty();
  }

  @Test
  void shouldAskOneCommitteeAboutAllSegmentsWithOneDraw() {
    play();

    Challenge first = challenge(0, 1);
    Challenge second = challenge(1, 1);
    assertThat(committee(first, 1)).isEqualTo(committee(second, 1)).hasSize(3);
    assertThat(first.getProof()).isEqualTo(second.getProof());
    assertThat(first.getCommitteeProof()).isEqualTo(second.getCommitteeProof());
    assertThat(first.getEnds()).isEqualTo(second.getEnds()).containsExactly(31, 60);
    assertThat(committee(first, 1)).doesNotContain(FIRST, SECOND);
    Stream.of(first, second).forEach(c -> Audits.verify(c, bed));
  }

  @Test
  void shouldOpenBothEndsOfEachSegmentAndOneEarlierPosition() {
    play();

    assertThat(positions(challenge(0, 1))).contains(4, 30).allMatch(p -> p < 31);
    assertThat(positions(challenge(1, 1))).contains(31, 59);
    assertThat(positions(challenge(1, 1)).stream().filter(p -> p < 31)).hasSize(1);
    // A third of what each case answers for.
    assertThat(positions(challenge(0, 1))).hasSize(10);
    assertThat(positions(challenge(1, 1))).hasSize(9);
  }

  private static List<Integer> positions(Challenge challenge) {
    return challenge.getPositions().stream().map(p -> p.getPosition()).toList();
  }

  @Test
  void shouldLetTheSecondAuthorCheckTheFirst() {
    play();

    assertThat(challenge(0, 1).getRoster())
        .filteredOn(e -> e.getWorker().equals(SECOND))
        .singleElement()
        .satisfies(e -> {
          assertThat(e.getRole()).isEqualTo(RosterRole.CHECKER);
          assertThat(e.getRound()).isEqualTo(1);
          assertThat(e.getAuthored()).isEqualTo(1);
        });
    assertThat(challenge(1, 1).getRoster()).noneMatch(e -> e.getWorker().equals(FIRST));
    assertThat(member(0, SECOND).getDecision()).isEqualTo(MemberDecision.ACCEPT);
    assertThat(member(0, SECOND).getHandover()).isTrue();
    assertThat(settled(0).getVotes())
        .hasSize(4)
        .filteredOn(v -> !v.getCounts())
        .extracting(CaseVote::getWorker)
        .containsExactly(SECOND);
    assertThat(settled(1).getVotes()).hasSize(3).allMatch(CaseVote::getCounts);
  }

  @Test
  void shouldSplitPriceByTokensAndFeesByCases() {
    play();

    assertThat(paid(FIRST, SettlementKinds.AUTHOR)).isEqualTo(TestRequest.PRICE * 27 / 100);
    assertThat(paid(SECOND, SettlementKinds.AUTHOR)).isEqualTo(TestRequest.PRICE * 29 / 100);
    assertThat(paid(SECOND, SettlementKinds.FEE_HANDOVER)).isEqualTo(300);
    for (String checker : committee(challenge(0, 1), 1)) {
      assertThat(paid(checker, SettlementKinds.FEE)).isEqualTo(300);
    }
    assertThat(settled(0).getPayments()).hasSize(5);
    assertThat(settled(0).getRefund()).isFalse();
    assertThat(settled(1).getRefund()).isTrue();
  }

  private Stream<LockStake> caseLocks() {
    return bed.published(LockStake.class).stream().filter(l -> !l.getRequestId().isEmpty());
  }

  @Test
  void shouldLockTheStakeOfEachTaskOnce() {
    play();

    assertThat(caseLocks().flatMap(l -> l.getLocks().stream()))
        .extracting(StakeLock::getWorker)
        .doesNotHaveDuplicates()
        .hasSize(2 + 3);
  }

  @Test
  void shouldRejectOnlyTheSegmentOfTheFirstAuthorThatCheats() {
    bed.worker(FIRST).noise = OTHER_MODEL;
    play();

    assertThat(outcomes()).containsExactly(VerdictOutcome.REJECTED, VerdictOutcome.ACCEPTED);
    assertThat(slashed()).isEqualTo(Map.of(FIRST, SettlementKinds.SLASH_AUTHOR));
    assertThat(paid(SECOND, SettlementKinds.AUTHOR)).isEqualTo(TestRequest.PRICE * 29 / 100);
    assertThat(settled(1).getOutcome()).isEqualTo("ACCEPTED");
    assertThat(settled(1).getRequestOutcome()).isEqualTo("REJECTED");
    assertThat(last(0).getRound()).isEqualTo(2);
    assertThat(last(1).getRound()).isEqualTo(1);
  }

  @Test
  void shouldPayWhoComesBehindARejectedSegmentOnlyWhatItsSlashHoldsBeyondTheRest() {
    bed.worker(FIRST).noise = OTHER_MODEL;
    play(new TestRequest(1, 4, 56, 3, List.of(14, 20, 24)));

    assertThat(outcomes().getFirst()).isEqualTo(VerdictOutcome.REJECTED);
    long left = Parameters.demo().slashLeft(3, 3);
    assertThat(TestRequest.PRICE * 36 / 100).isGreaterThan(left / 3);
    assertThat(paid("w-04", SettlementKinds.AUTHOR)).isEqualTo(left / 3);
  }

  /** Those that went on with it did nothing wrong, and the requester got nothing to pay for. */
  @Test
  void shouldLetWhoCannotBeConfirmedPayThoseBehindIt() {
    bed.worker(FIRST).noise = UNSURE;
    play();

    assertThat(last(0).getReason()).isEqualTo("UNCONFIRMED");
    assertThat(outcomes()).containsExactly(VerdictOutcome.INCONCLUSIVE, VerdictOutcome.ACCEPTED);
    assertThat(slashed()).isEqualTo(Map.of(FIRST, SettlementKinds.SLASH_UNCONFIRMED));
    assertThat(paid(SECOND, SettlementKinds.AUTHOR)).isEqualTo(TestRequest.PRICE * 29 / 100);
    long paid =
        Stream.of(settled(0), settled(1))
            .flatMap(s -> s.getPayments().stream())
            .mapToLong(CasePayment::getAmount)
            .sum();
    assertThat(settled(0).getSlashes().getFirst().getAmount())
        .as("all that is paid, and S_miss")
        .isEqualTo(500 + paid);
  }

  @Test
  void shouldRejectOnlyTheSegmentOfTheSecondAuthorThatCheats() {
    bed.worker(SECOND).noise = OTHER_MODEL;
    play();

    assertThat(outcomes()).containsExactly(VerdictOutcome.ACCEPTED, VerdictOutcome.REJECTED);
    // It made up the rows of the first segment as well, and one task loses one penalty.
    assertThat(slashed()).containsOnlyKeys(SECOND);
    assertThat(paid(FIRST, SettlementKinds.AUTHOR)).isEqualTo(TestRequest.PRICE * 27 / 100);
  }

  @Test
  void shouldCallRoundTwoOnTheSecondAuthorsRejectAlone() {
    bed.worker(SECOND).noise = OTHER_MODEL;
    bed.worker(SECOND).noisyAt = position -> position < 31;
    play();

    assertThat(last(0).getRound()).isEqualTo(2);
    assertThat(last(0).getReason()).isEqualTo("SECOND_ROUND");
    assertThat(member(0, SECOND).getDecision()).isEqualTo(MemberDecision.REJECT);
    assertThat(slashed()).containsOnlyKeys(SECOND);
  }

  @Test
  void shouldDecideTheSecondRoundOfOneSegmentWithoutTouchingTheOther() {
    bed.worker(FIRST).noise = OTHER_MODEL;
    play();

    assertThat(bed.published(Challenge.class))
        .extracting(c -> c.getSegment() + "/" + c.getRound())
        .containsExactly("0/1", "1/1", "0/2");
    Challenge second = challenge(0, 2);
    assertThat(committee(second, 2)).hasSize(7);
    assertThat(second.getRoster()).extracting(RosterEntry::getWorker).contains(FIRST, SECOND);
    // All rows of the first author are wrong, so all that round 1 opened are opened again.
    assertThat(positions(second))
        .containsAll(positions(challenge(0, 1)))
        .hasSize(positions(challenge(0, 1)).size() + 16);
    Audits.verify(second, bed);
  }

  @Test
  void shouldSlashASecondAuthorThatDoesNotOpenWhatItRead() {
    bed.worker(SECOND).opening = o -> o.getSegment() == 0 ? Audits.withSalt(o, 9) : o;
    play();

    assertThat(outcomes()).containsExactly(VerdictOutcome.ACCEPTED, VerdictOutcome.ACCEPTED);
    assertThat(member(0, SECOND).getDecision()).isEqualTo(MemberDecision.FAULT);
    assertThat(slashed()).isEqualTo(Map.of(SECOND, SettlementKinds.SLASH_OPENING));
    assertThat(paid(SECOND, SettlementKinds.AUTHOR)).isZero();
  }

  @Test
  void shouldGiveASegmentToAnotherWorkerOnce() {
    bed.worker(SECOND).prefills = false;
    play();

    assertThat(outcomes()).containsExactly(VerdictOutcome.ACCEPTED, VerdictOutcome.ACCEPTED);
    assertThat(slashed()).isEqualTo(Map.of(SECOND, SettlementKinds.SLASH_MISSING));
    assertThat(paid("w-03", SettlementKinds.AUTHOR)).isPositive();
    assertThat(challenge(0, 1).getRoster()).noneMatch(e -> e.getWorker().equals(SECOND));
    assertThat(challenge(1, 1).getRoster())
        .filteredOn(e -> e.getWorker().equals(SECOND))
        .singleElement()
        .matches(e -> !e.getCommitted());
  }

  @Test
  void shouldLoseOneSegmentToTwoDeadWorkers() {
    bed.worker(SECOND).finishes = false;
    bed.worker("w-03").prefills = false;
    play();

    assertThat(outcomes()).containsExactly(VerdictOutcome.ACCEPTED, VerdictOutcome.EXPIRED);
    assertThat(slashed())
        .isEqualTo(
            Map.of(SECOND, SettlementKinds.SLASH_MISSING, "w-03", SettlementKinds.SLASH_MISSING));
    assertThat(paid(FIRST, SettlementKinds.AUTHOR)).isPositive();
    assertThat(settled(0).getRequestOutcome()).isEqualTo("EXPIRED");
    assertThat(challenge(0, 1).getEnds()).containsExactly(31);
  }

  @Test
  void shouldChargeTheCoordinatorForTheSegmentThatItChanged() {
    bed.request(TestRequest.handedOver());
    for (int i = 0; i < 3; i++) {
      bed.turn(1);
    }
    TestRequest request = TestRequest.handedOver();
    bed.secrets.outputs.put(
        request.id() + "/1", new Secrets.Output(60, OTHER_TEXT, request.answerHash(2)));
    bed.run();

    assertThat(outcomes()).containsExactly(VerdictOutcome.ACCEPTED, VerdictOutcome.INCONCLUSIVE);
    assertThat(last(1).getReason()).isEqualTo("COORDINATOR_INPUT");
    assertThat(slashed()).isEmpty();
  }

  @Test
  void shouldJudgeASecondAuthorThatEndsAtOnce() {
    play(new TestRequest(1, 4, 27, 3, List.of(31)));

    assertThat(outcomes()).containsExactly(VerdictOutcome.ACCEPTED, VerdictOutcome.ACCEPTED);
    assertThat(positions(challenge(1, 1))).containsExactly(30);
    assertThat(paid(SECOND, SettlementKinds.AUTHOR)).isZero();
    assertThat(paid(SECOND, SettlementKinds.FEE_HANDOVER)).isEqualTo(300);
  }

  @Test
  void shouldHandOverAsOftenAsIsAskedFor() {
    play(new TestRequest(1, 4, 56, 3, List.of(14, 31, 50)));

    assertThat(outcomes()).hasSize(4).containsOnly(VerdictOutcome.ACCEPTED);
    assertThat(settled(0).getVotes()).hasSize(3 + 3);
    assertThat(settled(3).getVotes()).hasSize(3);
    assertThat(
            bed.published(SettleCase.class).stream()
                .flatMap(s -> s.getPayments().stream())
                .filter(p -> p.getKind().equals(SettlementKinds.AUTHOR))
                .mapToLong(CasePayment::getAmount)
                .sum())
        .isEqualTo(TestRequest.PRICE * 56 / 100);
    for (String later : List.of("w-02", "w-03", "w-04")) {
      assertThat(paid(later, SettlementKinds.FEE_HANDOVER)).isEqualTo(300);
    }
  }

  @Test
  void shouldPunishATaskOnceForAllSegments() {
    bed.request(TestRequest.handedOver());
    while (bed.published(Challenge.class).isEmpty()) {
      bed.turn(1);
    }
    String liar = committee(challenge(0, 1), 1).stream().sorted().findFirst().orElseThrow();
    bed.worker(liar).vote = v -> Audits.with(v, VoteDecision.REJECT, VoteReason.MODEL);
    bed.run();

    assertThat(member(0, liar).getDecision()).isEqualTo(MemberDecision.FAULT);
    assertThat(member(1, liar).getDecision()).isEqualTo(MemberDecision.FAULT);
    assertThat(bed.published(SettleCase.class).stream().flatMap(s -> s.getSlashes().stream()))
        .singleElement()
        .satisfies(s -> assertThat(s.getKind()).isEqualTo(SettlementKinds.SLASH_OPENING));
    Hash task =
        challenge(0, 1).getRoster().stream()
            .filter(e -> e.getWorker().equals(liar))
            .map(e -> Wire.hash(e.getTaskId()))
            .findFirst()
            .orElseThrow();
    assertThat(
            caseLocks()
                .flatMap(l -> l.getLocks().stream())
                .filter(l -> Wire.hash(l.getTaskId()).equals(task)))
        .hasSize(1);
  }
}
