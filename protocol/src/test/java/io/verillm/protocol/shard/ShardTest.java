package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.Accepted;
import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.Challenge;
import io.verillm.events.ChallengedPosition;
import io.verillm.events.EpochClosed;
import io.verillm.events.LockStake;
import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.ParametersSet;
import io.verillm.events.SettleCase;
import io.verillm.events.StakeChanged;
import io.verillm.events.TasksIssued;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.VerdictOutcome;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.money.SettlementKinds;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.sampling.RankClass;
import io.verillm.protocol.sampling.TokenEvidence;
import io.verillm.protocol.vote.OpeningCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardTest {
  private static final int OTHER_MODEL = 1_000;
  private static final int UNSURE = 16;
  private static final String AUTHOR = "w-01";
  private static final Hash OTHER_TEXT = HashInput.of("other").hash();

  private static final Map<TestRequest, Set<String>> COMMITTEES = new ConcurrentHashMap<>();

  private ShardBed bed = new ShardBed(12);

  private Verdict last() {
    List<Verdict> last = bed.published(Verdict.class).stream().filter(Verdict::getLast).toList();
    assertThat(last).hasSize(1);
    return last.getFirst();
  }

  private SettleCase settled() {
    assertThat(bed.published(SettleCase.class)).hasSize(1);
    return bed.published(SettleCase.class).getFirst();
  }

  private Set<String> slashed(String kind) {
    return settled().getSlashes().stream()
        .filter(s -> s.getKind().equals(kind))
        .map(CaseSlash::getWorker)
        .collect(Collectors.toSet());
  }

  private Set<String> paid(String kind) {
    return settled().getPayments().stream()
        .filter(p -> p.getKind().equals(kind))
        .map(CasePayment::getWorker)
        .collect(Collectors.toSet());
  }

  private Set<String> members(int round, MemberDecision decision) {
    return last().getMembers().stream()
        .filter(m -> m.getRole() == MemberRole.CHECKER && m.getRound() == round)
        .filter(m -> m.getDecision() == decision)
        .map(VerdictMember::getWorker)
        .collect(Collectors.toSet());
  }

  private void assertDecided(VerdictOutcome outcome, String reason) {
    assertThat(last().getOutcome()).isEqualTo(outcome);
    assertThat(last().getReason()).isEqualTo(reason);
    assertThat(settled().getOutcome()).isEqualTo(outcome.name());
    assertReproducible();
  }

  /** The same effects again, from nothing but the log and what was published. */
  private void assertReproducible() {
    assertThat(ShardBed.bytes(bed.replay(Audits.published(bed.effects))))
        .isEqualTo(ShardBed.bytes(bed.effects));
  }

  /** Who will be drawn, where everybody is honest before the draw: the same log, the same draw. */
  private static Set<String> firstCommittee(TestRequest request) {
    return COMMITTEES.computeIfAbsent(
        request,
        r -> {
          ShardBed same = new ShardBed(12).request(r);
          playUntilAssigned(same, 1);
          return assigned(same, 1);
        });
  }

  private static void playUntilAssigned(ShardBed played, int round) {
    for (int i = 0; assigned(played, round).isEmpty(); i++) {
      assertThat(i).isLessThan(20);
      played.turn(1);
    }
  }

  private static Set<String> assigned(ShardBed played, int round) {
    return played.effects.stream()
        .filter(e -> e instanceof Effect.Assign a && !a.author() && a.round() == round)
        .map(e -> ((Effect.Assign) e).worker())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String oneOfTheFirstCommittee() {
    return firstCommittee(TestRequest.standard()).stream().sorted().findFirst().orElseThrow();
  }

  /** Who has been drawn, whatever its author did before. */
  private String oneOfTheCommitteeOf(TestRequest request) {
    playUntilAssigned(bed.request(request), 1);
    return assigned(bed, 1).iterator().next();
  }

  private void play() {
    bed.request(TestRequest.standard()).run();
  }

  @Test
  void shouldAcceptProvisionallyAndThenForGoodWhenAllAreHonest() {
    play();

    List<Verdict> verdicts = bed.published(Verdict.class);
    assertThat(verdicts).extracting(Verdict::getOutcome).containsOnly(VerdictOutcome.ACCEPTED);
    assertThat(verdicts).extracting(Verdict::getLast).containsExactly(false, true);
    assertThat(verdicts.getFirst().getMembers()).isEqualTo(verdicts.getLast().getMembers());
    assertThat(bed.refusals()).isEmpty();
    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
  }

  @Test
  void shouldDecideTheSameTwiceWithTheSameSecretsAndTwoWitnesses() {
    bed = new ShardBed(5, List.of("wit-1", "wit-2"));
    play();

    assertThat(ShardBed.bytes(bed.replay(bed.secrets))).isEqualTo(ShardBed.bytes(bed.effects));
    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
  }

  @Test
  void shouldPayTheAuthorByTokensAndEveryCheckerItsFee() {
    play();

    assertThat(settled().getSlashes()).isEmpty();
    assertThat(settled().getPayments())
        .filteredOn(p -> p.getKind().equals(SettlementKinds.AUTHOR))
        .singleElement()
        .satisfies(p -> assertThat(p.getAmount()).isEqualTo(TestRequest.PRICE * 56 / 100));
    assertThat(paid(SettlementKinds.FEE)).isEqualTo(firstCommittee(TestRequest.standard()));
    assertThat(settled().getVotes()).hasSize(3).noneMatch(v -> v.getReject());
  }

  /** What is locked for a case; before that each task is locked alone. */
  private List<LockStake> caseLocks() {
    return bed.published(LockStake.class).stream()
        .filter(l -> !l.getRequestId().isEmpty())
        .toList();
  }

  @Test
  void shouldHandTheStakeOfAuthorAndCheckersToTheCaseAtTheChallenge() {
    play();

    assertThat(caseLocks()).singleElement().satisfies(l -> assertThat(l.getLocks()).hasSize(4));
  }

  @Test
  void shouldLockEachStakeAsSoonAsItsTaskIsPublicAndSayNothingOfRequestOrRole() {
    bed.request(TestRequest.standard());
    while (bed.published(LockStake.class).isEmpty()) {
      bed.turn(1);
    }
    assertThat(bed.published(Challenge.class)).as("the author has sealed its PREFILL").isEmpty();
    bed.run();

    List<LockStake> alone =
        bed.published(LockStake.class).stream().filter(l -> l.getRequestId().isEmpty()).toList();
    assertThat(alone)
        .hasSize(4)
        .allSatisfy(l -> {
          String task = Wire.hash(l.getLocks().getFirst().getTaskId()).hex();
          assertThat(l.getCommandId()).isEqualTo("lock/" + task);
          assertThat(l.getSegment()).isEqualTo(-1);
        });
    assertThat(alone.stream().flatMap(l -> l.getLocks().stream()))
        .containsExactlyInAnyOrderElementsOf(caseLocks().getFirst().getLocks());
  }

  @Test
  void shouldApplyEveryRecordExactlyOnceAndSayInWhichEpoch() {
    play();

    List<Effect.Applied> applied =
        bed.effects.stream()
            .filter(Effect.Applied.class::isInstance)
            .map(Effect.Applied.class::cast)
            .toList();
    List<String> topics = new ArrayList<>(ShardBed.TOPICS.sealed());
    topics.add(ShardBed.TOPICS.spine());
    long onTheLog = topics.stream().mapToLong(t -> bed.log.all(t).size()).sum();
    assertThat(applied).hasSize((int) onTheLog);
    assertThat(new HashSet<>(applied.stream().map(a -> place(a)).toList())).hasSize((int) onTheLog);
    assertThat(applied).extracting(Effect.Applied::epoch).isSorted();
  }

  private static String place(Effect.Applied a) {
    return a.record().topic() + "/" + a.record().offset();
  }

  @Test
  void shouldProveEveryDrawInTheChallenge() {
    play();

    Audits.verify(bed.published(Challenge.class).getFirst(), bed);
  }

  @Test
  void shouldRejectAndSlashAnAuthorThatUsesAnotherModel() {
    bed.worker(AUTHOR).noise = OTHER_MODEL;
    play();

    assertDecided(VerdictOutcome.REJECTED, "MODEL");
    assertThat(slashed(SettlementKinds.SLASH_AUTHOR)).containsExactly(AUTHOR);
    assertThat(settled().getSlashes()).hasSize(1);
    assertThat(paid(SettlementKinds.AUTHOR)).isEmpty();
    assertThat(paid(SettlementKinds.FEE)).hasSize(3);
    assertThat(paid(SettlementKinds.FEE_ROUND_2)).hasSize(7);
    assertThat(last().getRound()).isEqualTo(2);
  }

  @Test
  void shouldSlashACheckerThatMakesRowsUpThoughItsVoteWins() {
    bed.worker(AUTHOR).noise = OTHER_MODEL;
    String fabricator = oneOfTheCommitteeOf(TestRequest.standard());
    bed.worker(fabricator).noise = -5 * OTHER_MODEL;
    bed.run();

    assertDecided(VerdictOutcome.REJECTED, "MODEL");
    assertThat(members(1, MemberDecision.REJECT)).hasSize(3).contains(fabricator);
    assertThat(slashed(SettlementKinds.SLASH_OPENING)).containsExactly(fabricator);
    assertThat(paid(SettlementKinds.FEE)).hasSize(2).doesNotContain(fabricator);
  }

  @Test
  void shouldSlashACheckerThatFabricatesRowsAgainstAnHonestAuthor() {
    String fabricator = oneOfTheFirstCommittee();
    bed.worker(fabricator).noise = OTHER_MODEL;
    play();

    assertDecided(VerdictOutcome.ACCEPTED, "SECOND_ROUND");
    assertThat(members(1, MemberDecision.REJECT)).containsExactly(fabricator);
    assertThat(slashed(SettlementKinds.SLASH_OPENING)).containsExactly(fabricator);
    assertThat(paid(SettlementKinds.AUTHOR)).containsExactly(AUTHOR);
    assertThat(paid(SettlementKinds.FEE)).hasSize(2).doesNotContain(fabricator);
    assertThat(settled().getVotes()).extracting(v -> v.getWorker()).doesNotContain(fabricator);
  }

  @Test
  void shouldSlashACheckerThatFabricatesEvidenceAgainstAnHonestAuthor() {
    List<UnaryOperator<EvidenceVector>> lies =
        List.of(
            e -> with(e, 9, new TokenEvidence(RankClass.NOT_ALLOWED, 0)),
            e -> with(e, 9, new TokenEvidence(RankClass.SURELY_ALLOWED, 20_001)),
            e -> with(e, e.tokens(), new TokenEvidence(RankClass.SURELY_ALLOWED, 20_001)));
    for (UnaryOperator<EvidenceVector> lie : lies) {
      bed = new ShardBed(12);
      String fabricator = oneOfTheFirstCommittee();
      bed.worker(fabricator).evidence = lie;
      play();

      assertDecided(VerdictOutcome.ACCEPTED, "SECOND_ROUND");
      assertThat(members(1, MemberDecision.REJECT)).containsExactly(fabricator);
      assertThat(slashed(SettlementKinds.SLASH_OPENING)).containsExactly(fabricator);
    }
  }

  @Test
  void shouldSlashACheckerForEvidenceThatMakesItUnsureAlone() {
    String noisy = oneOfTheFirstCommittee();
    bed.worker(noisy).evidence =
        e -> with(e, 9, new TokenEvidence(RankClass.SURELY_ALLOWED, 5_001));
    play();

    assertDecided(VerdictOutcome.ACCEPTED, "SECOND_ROUND");
    assertThat(members(1, MemberDecision.UNSURE)).containsExactly(noisy);
    assertThat(slashed(SettlementKinds.SLASH_OPENING)).containsExactly(noisy);
  }

  /** Its author has moved a token to the limit: what one is unsure of the others nearly are. */
  @Test
  void shouldNotSlashACheckerForATokenThatOthersAreNearlyUnsureOf() {
    String unsure = oneOfTheFirstCommittee();
    for (int i = 2; i <= 12; i++) {
      String worker = "w-%02d".formatted(i);
      int margin = worker.equals(unsure) ? 5_001 : 4_999;
      bed.worker(worker).evidence =
          e -> with(e, 9, new TokenEvidence(RankClass.SURELY_ALLOWED, margin));
    }
    play();

    assertDecided(VerdictOutcome.INCONCLUSIVE, "UNCONFIRMED");
    assertThat(settled().getSlashes())
        .singleElement()
        .satisfies(s -> assertThat(s.getWorker()).isEqualTo(AUTHOR));
  }

  private static EvidenceVector with(EvidenceVector vector, int index, TokenEvidence entry) {
    List<TokenEvidence> tokens =
        IntStream.range(0, vector.tokens())
            .mapToObj(i -> i == index ? entry : vector.token(i))
            .toList();
    return EvidenceVector.of(tokens, index == tokens.size() ? entry : vector.end());
  }

  @Test
  void shouldSlashAFabricatorThatHidesFromTheSecondRound() {
    String fabricator = oneOfTheFirstCommittee();
    bed.worker(fabricator).noise = OTHER_MODEL;
    bed.worker(fabricator).opensInRound = round -> round == 1;
    play();

    assertDecided(VerdictOutcome.ACCEPTED, "SECOND_ROUND");
    assertThat(slashed(SettlementKinds.SLASH_OPENING)).containsExactly(fabricator);
  }

  @Test
  void shouldSlashAFabricatorThatHidesBehindAnAuthorThatHides() {
    String fabricator = oneOfTheFirstCommittee();
    bed.worker(fabricator).noise = OTHER_MODEL;
    bed.worker(fabricator).opensInRound = round -> round == 1;
    bed.worker(AUTHOR).opensInRound = round -> round == 1;
    play();

    assertDecided(VerdictOutcome.REJECTED, "UNAVAILABLE");
    assertThat(slashed(SettlementKinds.SLASH_AUTHOR)).containsExactly(AUTHOR);
    assertThat(slashed(SettlementKinds.SLASH_OPENING)).containsExactly(fabricator);
  }

  @Test
  void shouldRejectAnAuthorThatCommitsAndThenOpensNothing() {
    bed.worker(AUTHOR).opensInRound = round -> false;
    play();

    assertDecided(VerdictOutcome.REJECTED, "UNAVAILABLE");
    assertThat(slashed(SettlementKinds.SLASH_AUTHOR)).containsExactly(AUTHOR);
    assertThat(settled().getSlashes()).hasSize(1);
    assertThat(paid(SettlementKinds.FEE)).hasSize(3);
  }

  @Test
  void shouldRejectAnAuthorWhoseOpeningDoesNotFit() {
    bed.worker(AUTHOR).opening = o -> Audits.withSalt(o, 9);
    play();

    assertDecided(VerdictOutcome.REJECTED, "UNAVAILABLE");
    assertThat(bed.refusals()).containsExactly(Refusal.DOES_NOT_FIT_SEAL);
    assertThat(slashed(SettlementKinds.SLASH_AUTHOR)).containsExactly(AUTHOR);
  }

  @Test
  void shouldCountTheFirstOpeningThatFitsAsEveryVoterDoes() {
    bed.request(TestRequest.standard());
    while (bed.published(Challenge.class).isEmpty()) {
      bed.turn(1);
    }
    Challenge challenge = bed.published(Challenge.class).getFirst();
    TestTask author = bed.tasks.get(Wire.hash(challenge.getRoster().getFirst().getTaskId()));
    bed.log.post(
        Signers.worker(AUTHOR),
        ShardBed.TOPICS.openings(),
        Audits.withSalt(author.opening(challenge), 9));
    bed.run();

    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(bed.refusals()).containsExactly(Refusal.DOES_NOT_FIT_SEAL);
    assertThat(settled().getSlashes()).isEmpty();
  }

  @Test
  void shouldHearNoMoreThanSoManyOpeningsThatDoNotFit() {
    bed.request(TestRequest.standard());
    while (bed.published(Challenge.class).isEmpty()) {
      bed.turn(1);
    }
    Challenge challenge = bed.published(Challenge.class).getFirst();
    TestTask author = bed.tasks.get(Wire.hash(challenge.getRoster().getFirst().getTaskId()));
    for (int salt = 1; salt <= OpeningCheck.TRIES_MAX; salt++) {
      bed.log.post(
          Signers.worker(AUTHOR),
          ShardBed.TOPICS.openings(),
          Audits.withSalt(author.opening(challenge), salt));
    }
    bed.run();

    assertDecided(VerdictOutcome.REJECTED, "UNAVAILABLE");
    assertThat(bed.refusals()).contains(Refusal.DUPLICATE_OPENING);
    assertThat(slashed(SettlementKinds.SLASH_AUTHOR)).containsExactly(AUTHOR);
  }

  @Test
  void shouldPayACheckerThatSaysThatTheAuthorIsUnavailable() {
    bed.worker(AUTHOR).opensInRound = round -> false;
    bed.request(TestRequest.standard());
    bed.turn(1);
    bed.turn(1);
    bed.turn(1);
    Challenge challenge = bed.published(Challenge.class).getFirst();
    String checker = oneOfTheFirstCommittee();
    bed.turn(1);
    bed.log.post(
        "worker:" + checker,
        ShardBed.TOPICS.votes(),
        Audits.vote(challenge, checker, VoteDecision.REJECT, VoteReason.UNAVAILABLE));
    bed.run();

    assertDecided(VerdictOutcome.REJECTED, "UNAVAILABLE");
    assertThat(paid(SettlementKinds.FEE)).contains(checker);
  }

  @Test
  void shouldSlashACheckerThatCommitsAndThenOpensNothing() {
    String silent = oneOfTheFirstCommittee();
    bed.worker(silent).opensInRound = round -> false;
    play();

    // Two of three seats are the two thirds that a first round needs.
    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(slashed(SettlementKinds.SLASH_OPENING)).containsExactly(silent);
    assertThat(members(1, MemberDecision.SILENT)).containsExactly(silent);
  }

  @Test
  void shouldSlashACheckerThatOpensAndThenDoesNotVote() {
    String silent = oneOfTheFirstCommittee();
    bed.worker(silent).votes = false;
    play();

    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(slashed(SettlementKinds.SLASH_OPENING)).containsExactly(silent);
  }

  @Test
  void shouldSlashAMissingCheckerLess() {
    String missing = oneOfTheFirstCommittee();
    bed.worker(missing).prefills = false;
    play();

    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(slashed(SettlementKinds.SLASH_MISSING)).containsExactly(missing);
    assertThat(members(1, MemberDecision.MISSING)).containsExactly(missing);
  }

  @Test
  void shouldSlashACheckerWhoseOpeningDoesNotFitItsSeal() {
    String faulty = oneOfTheFirstCommittee();
    bed.worker(faulty).opening = o -> Audits.withSalt(o, 9);
    play();

    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(slashed(SettlementKinds.SLASH_OPENING)).containsExactly(faulty);
    assertThat(members(1, MemberDecision.FAULT)).containsExactly(faulty);
  }

  @Test
  void shouldSlashACheckerThatVotesAgainstItsOpenings() {
    String liar = oneOfTheFirstCommittee();
    bed.worker(liar).vote = v -> Audits.with(v, VoteDecision.REJECT, VoteReason.MODEL);
    play();

    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(slashed(SettlementKinds.SLASH_OPENING)).containsExactly(liar);
    assertThat(members(1, MemberDecision.FAULT)).containsExactly(liar);
  }

  @Test
  void shouldTreatAReasonBesideAcceptAsAFault() {
    String liar = oneOfTheFirstCommittee();
    bed.worker(liar).vote = v -> Audits.with(v, VoteDecision.ACCEPT, VoteReason.END);
    play();

    assertThat(slashed(SettlementKinds.SLASH_OPENING)).containsExactly(liar);
    assertReproducible();
  }

  @Test
  void shouldGoToRoundTwoWhenTooFewVotesAreValid() {
    firstCommittee(TestRequest.standard()).stream()
        .sorted()
        .limit(2)
        .forEach(w -> bed.worker(w).prefills = false);
    play();

    assertDecided(VerdictOutcome.ACCEPTED, "SECOND_ROUND");
    assertThat(last().getRound()).isEqualTo(2);
    assertThat(slashed(SettlementKinds.SLASH_MISSING)).hasSize(2);
  }

  @Test
  void shouldOpenWrongAndNewPositionsInRoundTwoAndDrawNobodyTwice() {
    bed.worker(AUTHOR).noise = OTHER_MODEL;
    bed.worker(AUTHOR).noisyAt = position -> position < 30;
    play();

    List<Challenge> challenges = bed.published(Challenge.class);
    assertThat(challenges).extracting(Challenge::getRound).containsExactly(1, 2);
    List<ChallengedPosition> first = challenges.getFirst().getPositions();
    List<ChallengedPosition> second = challenges.getLast().getPositions();
    assertThat(second)
        .extracting(ChallengedPosition::getPosition)
        .doesNotHaveDuplicates()
        .isSorted();
    // As they were challenged, so that the row that failed is opened again.
    assertThat(second)
        .filteredOn(first::contains)
        .containsExactlyElementsOf(first.stream().filter(p -> p.getPosition() < 30).toList())
        .hasSizeBetween(1, 15);
    assertThat(second).filteredOn(p -> !first.contains(p)).hasSize(16);
    assertThat(challenges.getLast().getRoster())
        .extracting(e -> e.getWorker())
        .doesNotHaveDuplicates()
        .hasSize(1 + 3 + 7);
    challenges.forEach(c -> Audits.verify(c, bed));
  }

  @Test
  void shouldRejectAWrongRowThatOnlyTheFirstRoundDrew() {
    bed.worker(AUTHOR).noise = OTHER_MODEL;
    // Round 1 always draws the segment's first position, and nothing else is wrong.
    bed.worker(AUTHOR).noisyAt = position -> position == TestRequest.standard().prompt();
    play();

    assertDecided(VerdictOutcome.REJECTED, "MODEL");
    assertThat(slashed(SettlementKinds.SLASH_AUTHOR)).containsExactly(AUTHOR);
  }

  @Test
  void shouldNotAccuseAnHonestAuthorWithARowThatOnlyTheFirstRoundDrew() {
    String liar = oneOfTheFirstCommittee();
    bed.worker(liar).noise = OTHER_MODEL;
    bed.worker(liar).noisyAt = position -> position == TestRequest.standard().prompt();
    play();

    assertDecided(VerdictOutcome.ACCEPTED, "SECOND_ROUND");
    assertThat(slashed(SettlementKinds.SLASH_OPENING)).containsExactly(liar);
  }

  @Test
  void shouldStayUndecidedWithoutASecondCommittee() {
    bed = new ShardBed(6);
    bed.worker(AUTHOR).noise = OTHER_MODEL;
    play();

    assertDecided(VerdictOutcome.INCONCLUSIVE, "NO_SECOND_COMMITTEE");
    assertThat(settled().getSlashes()).isEmpty();
    assertThat(paid(SettlementKinds.AUTHOR)).isEmpty();
    assertThat(paid(SettlementKinds.FEE)).as("nobody could look at what they say").isEmpty();
  }

  @Test
  void shouldStayUndecidedWithoutTwoThirds() {
    bed.worker(AUTHOR).noise = OTHER_MODEL;
    bed.request(TestRequest.standard());
    playUntilAssigned(bed, 2);
    assigned(bed, 2).stream().limit(3).forEach(w -> bed.worker(w).noise = OTHER_MODEL);
    bed.run();

    assertDecided(VerdictOutcome.INCONCLUSIVE, "NO_TWO_THIRDS");
    assertThat(settled().getSlashes()).isEmpty();
    assertThat(paid(SettlementKinds.AUTHOR)).isEmpty();
    assertThat(settled().getVotes()).as("nothing that nobody decided is scored").isEmpty();
  }

  @Test
  void shouldChargeAnAuthorWhoseRowsLeaveTwoThirdsOfTheSecondRoundUnsure() {
    bed.worker(AUTHOR).noise = UNSURE;
    play();

    assertDecided(VerdictOutcome.INCONCLUSIVE, "UNCONFIRMED");
    assertThat(members(2, MemberDecision.UNSURE)).hasSize(7);
    assertThat(paid(SettlementKinds.AUTHOR)).isEmpty();
    assertThat(paid(SettlementKinds.FEE)).hasSize(3);
    assertThat(paid(SettlementKinds.FEE_ROUND_2)).hasSize(7);
    assertThat(settled().getSlashes())
        .singleElement()
        .satisfies(s -> {
          assertThat(s.getWorker()).isEqualTo(AUTHOR);
          assertThat(s.getKind()).isEqualTo(SettlementKinds.SLASH_UNCONFIRMED);
          assertThat(s.getAmount()).isEqualTo(500 + 10 * 300);
        });
    assertThat(settled().getVotes()).isEmpty();
  }

  /** So few positions that all of the third are opened at once: first and last always are. */
  private static final TestRequest SHORT = new TestRequest(1, 4, 36, 3);

  @Test
  void shouldChargeAnAuthorForNoiseAtPositionsThatAreAlwaysOpened() {
    bed.worker(AUTHOR).noise = UNSURE;
    bed.worker(AUTHOR).noisyAt = position -> position == 4 || position == 39;
    bed.request(SHORT).run();

    List<Challenge> second =
        bed.published(Challenge.class).stream().filter(c -> c.getRound() == 2).toList();
    assertThat(second)
        .hasSize(2)
        .allSatisfy(
            c -> assertThat(c.getPositions()).extracting(p -> p.getPosition()).contains(4, 39));
    assertDecided(VerdictOutcome.INCONCLUSIVE, "UNCONFIRMED");
    assertThat(paid(SettlementKinds.AUTHOR)).isEmpty();
    assertThat(paid(SettlementKinds.FEE)).hasSize(3);
    assertThat(slashed(SettlementKinds.SLASH_UNCONFIRMED)).containsExactly(AUTHOR);
    assertThat(settled().getSlashes()).hasSize(1);
  }

  /** One checker lies 5 apart from the author and cannot be sure; the others lie 3, and can. */
  @Test
  void shouldChargeAnAuthorForNoiseSoNearALimitThatCheckersDiffer() {
    bed.worker(AUTHOR).noise = 3;
    String unsure = oneOfTheCommitteeOf(TestRequest.standard());
    bed.worker(unsure).noise = -2;
    bed.run();

    assertDecided(VerdictOutcome.INCONCLUSIVE, "UNCONFIRMED");
    assertThat(members(2, MemberDecision.ACCEPT)).hasSize(7);
    assertThat(slashed(SettlementKinds.SLASH_UNCONFIRMED)).containsExactly(AUTHOR);
    assertThat(paid(SettlementKinds.FEE)).hasSize(3).contains(unsure);
  }

  @Test
  void shouldTakeNothingFromAnAuthorOrCheckersWithAllTheNoiseThatHonestOnesHave() {
    bed.worker(AUTHOR).noise = 1;
    String liar = oneOfTheCommitteeOf(TestRequest.standard());
    assigned(bed, 1).forEach(w -> bed.worker(w).noise = 2);
    bed.worker(liar).evidence =
        e -> with(e, 9, new TokenEvidence(RankClass.SURELY_ALLOWED, 20_001));
    bed.run();

    assertDecided(VerdictOutcome.ACCEPTED, "SECOND_ROUND");
    assertThat(settled().getSlashes()).extracting(CaseSlash::getWorker).containsExactly(liar);
  }

  /** Whom a third of round 2 cannot accuse, four of seven cannot either. */
  @Test
  void shouldNotChargeAnHonestAuthorForAnUnsureMinorityOfTheSecondRound() {
    bed.worker(oneOfTheFirstCommittee()).noise = UNSURE;
    bed.request(TestRequest.standard());
    playUntilAssigned(bed, 2);
    assigned(bed, 2).stream().limit(4).forEach(w -> bed.worker(w).noise = UNSURE);
    bed.run();

    assertDecided(VerdictOutcome.INCONCLUSIVE, "NO_TWO_THIRDS");
    assertThat(settled().getSlashes()).isEmpty();
    assertThat(paid(SettlementKinds.FEE_ROUND_2)).hasSize(3);
  }

  @Test
  void shouldOpenMorePositionsForAnUnsureCheckerAndThenDecide() {
    String unsure = oneOfTheFirstCommittee();
    bed.worker(unsure).noise = UNSURE;
    bed.worker(unsure).noisyAt = position -> position == 4;
    play();

    List<Challenge> challenges = bed.published(Challenge.class);
    assertThat(challenges).extracting(Challenge::getPart).containsExactly(1, 2);
    assertThat(challenges.getLast().getRoster())
        .extracting(e -> e.getWorker())
        .containsExactly(AUTHOR, unsure);
    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(last().getRound()).isEqualTo(1);
    assertThat(last().getPositionsOpened()).isEqualTo(20);
  }

  @Test
  void shouldGoToRoundTwoWhenACheckerStaysUnsure() {
    String unsure = oneOfTheFirstCommittee();
    bed.worker(unsure).noise = UNSURE;
    play();

    assertDecided(VerdictOutcome.ACCEPTED, "SECOND_ROUND");
    assertThat(members(1, MemberDecision.UNSURE)).containsExactly(unsure);
    assertThat(paid(SettlementKinds.FEE)).hasSize(2).doesNotContain(unsure);
    assertThat(settled().getSlashes())
        .singleElement()
        .returns(unsure, CaseSlash::getWorker)
        .returns(SettlementKinds.SLASH_OPENING, CaseSlash::getKind);
  }

  @Test
  void shouldRejectAnAuthorThatDoesNotOpenTheSecondPart() {
    bed.worker(oneOfTheFirstCommittee()).noise = UNSURE;
    bed.worker(AUTHOR).opensPart = part -> part == 1;
    play();

    assertDecided(VerdictOutcome.REJECTED, "UNAVAILABLE");
    assertThat(slashed(SettlementKinds.SLASH_AUTHOR)).containsExactly(AUTHOR);
    assertThat(settled().getSlashes()).hasSize(1);
  }

  @Test
  void shouldGiveTheSegmentToAnotherWorkerWhenTheFirstIsDead() {
    bed.worker(AUTHOR).prefills = false;
    play();

    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(paid(SettlementKinds.AUTHOR)).containsExactly("w-02");
    assertThat(slashed(SettlementKinds.SLASH_MISSING)).containsExactly(AUTHOR);
    assertThat(bed.published(Challenge.class).getFirst().getRoster().getFirst().getCommitted())
        .isFalse();
  }

  @Test
  void shouldNotChallengeOrLockAReplacedAuthorThatCommitted() {
    bed.worker(AUTHOR).streams = false;
    play();

    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(bed.published(Challenge.class).getFirst().getRoster().getFirst().getCommitted())
        .isFalse();
    assertThat(caseLocks().getFirst().getLocks())
        .extracting(l -> l.getWorker())
        .doesNotContain(AUTHOR);
    assertThat(caseLocks().getLast().getLocks())
        .as("what was locked for it alone is found by the settlement")
        .extracting(l -> l.getWorker())
        .containsExactly(AUTHOR);
    assertThat(settled().getSlashes()).as("its FINAL is on the log: it was not silent").isEmpty();
  }

  @Test
  void shouldExpireWithProofsWhenBothAuthorsAreDead() {
    bed.worker(AUTHOR).prefills = false;
    bed.worker("w-02").finishes = false;
    play();

    assertDecided(VerdictOutcome.EXPIRED, "NO_OUTPUT");
    assertThat(last().getProofs()).extracting(p -> p.getWorker()).containsExactly(AUTHOR, "w-02");
    assertThat(slashed(SettlementKinds.SLASH_MISSING)).containsExactlyInAnyOrder(AUTHOR, "w-02");
    assertThat(settled().getPayments()).isEmpty();
  }

  @Test
  void shouldExpireWhenNobodyElseCanWrite() {
    bed = new ShardBed(1);
    bed.worker(AUTHOR).prefills = false;
    play();

    assertDecided(VerdictOutcome.EXPIRED, "NO_OUTPUT");
  }

  @Test
  void shouldChargeNobodyForATimeInWhichNoSealCame() {
    String late = oneOfTheFirstCommittee();
    bed.worker(late).prefills = false;
    bed.request(TestRequest.standard());
    playUntilAssigned(bed, 1);
    bed.turn(1);
    bed.turn(1_000_000);
    assertThat(bed.published(Challenge.class)).as("sealer or broker was down").isEmpty();

    bed.run();
    assertThat(slashed(SettlementKinds.SLASH_MISSING)).containsExactly(late);
  }

  @Test
  void shouldWaitForNobodyBeforeTheCoordinatorSaysThatItHasAsked() {
    String late = oneOfTheFirstCommittee();
    bed.worker(late).prefills = false;
    bed.speaks = false;
    bed.request(TestRequest.standard());
    playUntilAssigned(bed, 1);
    bed.turn(1);
    bed.pass(10 * bed.shard.registry().parameters().orElseThrow().getPrefillTicks());

    assertThat(bed.published(Challenge.class)).as("the coordinator was down").isEmpty();
  }

  @Test
  void shouldRefuseWordsAboutWhatAnotherShardHasIssued() {
    SignedRecord other =
        bed.log.post(Signers.COORDINATOR, ShardBed.TOPICS.accepted(), new TasksIssued(1, 0L));
    bed.turn(1);

    assertThat(bed.outcome(other)).isEqualTo(Refusal.OTHER_SHARD);
  }

  @Test
  void shouldKeepTheParametersOfItsAcceptanceForAnOpenCase() {
    ParametersSet old = bed.shard.registry().parameters().orElseThrow();
    bed.request(TestRequest.standard());
    bed.turn(1);
    bed.registry(
        Signers.COORDINATOR,
        ParametersSet.newBuilder(old)
            .setVersion(old.getVersion() + 1)
            .setSlashMissing(7L)
            .setFlatFee(1L)
            .setLock(2L)
            .setPrefillTicks(1)
            .build());
    playUntilAssigned(bed, 1);
    bed.worker(assigned(bed, 1).iterator().next()).prefills = false;
    bed.run();

    assertThat(bed.shard.registry().parameters().orElseThrow().getPrefillTicks()).isEqualTo(1);
    assertThat(settled().getSlashes())
        .singleElement()
        .satisfies(s -> assertThat(s.getAmount()).isEqualTo(old.getSlashMissing()));
    assertThat(settled().getPayments())
        .filteredOn(p -> p.getKind().equals(SettlementKinds.FEE))
        .hasSize(2)
        .allMatch(p -> p.getAmount() == old.getFlatFee());
    assertThat(caseLocks().getFirst().getLocks()).allMatch(l -> l.getAmount() == old.getLock());
  }

  @Test
  void shouldMoveNothingBeforeASealCoversWhoeverCountedAtOnce() {
    bed.ready(AUTHOR, false);
    bed.secrets.names(TestRequest.standard().id(), AUTHOR);
    bed.request(TestRequest.standard());
    EpochClosed first = bed.log.close(250);
    bed.ready("w-12", false);
    bed.log.post(Signers.SEALER, ShardBed.TOPICS.spine(), first);
    bed.apply();
    assertThat(authors()).as("w-12 spoke behind the seal, so nobody may choose yet").hasSize(1);

    bed.turn(1);
    assertThat(authors()).hasSize(2);
  }

  private List<String> authors() {
    return bed.effects.stream()
        .filter(e -> e instanceof Effect.Assign a && a.author())
        .map(e -> ((Effect.Assign) e).worker())
        .toList();
  }

  @Test
  void shouldPassOverAFirstAuthorThatWasNotReady() {
    bed.ready(AUTHOR, false);
    bed.secrets.names(TestRequest.standard().id(), AUTHOR);
    play();

    assertPassedOver();
  }

  @Test
  void shouldPassOverAFirstAuthorThatHadTooLittleToLose() {
    long lock = bed.shard.registry().parameters().orElseThrow().getLock();
    bed.log.post(Signers.LEDGER, ShardBed.TOPICS.spine(), new StakeChanged(AUTHOR, lock - 1, 1L));
    bed.secrets.names(TestRequest.standard().id(), AUTHOR);
    play();

    assertPassedOver();
  }

  private void assertPassedOver() {
    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(paid(SettlementKinds.AUTHOR)).containsExactly("w-02");
    assertThat(settled().getSlashes()).as("it was asked by mistake").isEmpty();
    assertThat(last().getMembers())
        .filteredOn(m -> m.getWorker().equals(AUTHOR))
        .singleElement()
        .satisfies(m -> assertThat(m.getReason()).isEqualTo("NOT_ELIGIBLE"));
    assertThat(bed.published(Challenge.class).getFirst().getRoster().getFirst().getCommitted())
        .isFalse();
  }

  @Test
  void shouldExpireWhereTheOnlyAuthorIsNotEligible() {
    bed = new ShardBed(1);
    bed.ready(AUTHOR, false);
    bed.secrets.names(TestRequest.standard().id(), AUTHOR);
    play();

    assertDecided(VerdictOutcome.EXPIRED, "NO_OUTPUT");
    assertThat(settled().getSlashes()).isEmpty();
  }

  @Test
  void shouldReturnTheEscrowOfARequestThatNoWorkerCameFor() {
    TestRequest request = TestRequest.standard();
    int wait = bed.shard.registry().parameters().orElseThrow().getSegmentTicks();
    bed.grant(request);
    bed.turn(1);
    bed.pass(wait - 1);
    assertThat(bed.published(Verdict.class)).isEmpty();
    bed.pass(1);

    assertDecided(VerdictOutcome.EXPIRED, "NO_WORKER");
    assertThat(settled().getRequester()).isEqualTo(TestRequest.REQUESTER);
    assertThat(settled().getPayments()).isEmpty();
    assertThat(settled().getSlashes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "600, 0, 600",
    "600, 400, 400",
    "600, 9_000, 600",
    "0, 0, 2_400",
    "0, 400, 400",
    // No less than a PREFILL may take, where that long is waited at all.
    "600, 1, 240",
    "0, 1, 240",
    "100, 1, 100"
  })
  void shouldWaitForWorkersThatRestAsLongAsParametersAndRequesterSay(
      String parameter, String requester, String ticks) {
    bed = new ShardBed(0, Parameters.demo().withWaitTicks(number(parameter)));
    TestRequest request = TestRequest.standard();
    bed.grant(request, number(requester));
    bed.turn(1);
    bed.pass(number(ticks) - 1);
    assertThat(bed.published(Verdict.class)).isEmpty();
    assertThat(bed.shard.view().waited(request.id())).isEqualTo(number(ticks) - 1);
    bed.pass(1);

    assertDecided(VerdictOutcome.EXPIRED, "NO_WORKER");
    assertThat(settled().getRequester()).isEqualTo(TestRequest.REQUESTER);
    assertThat(bed.shard.view().waited(request.id())).isZero();
  }

  private static int number(String text) {
    return Integer.parseInt(text.replace("_", ""));
  }

  @Test
  void shouldCountARequestAsOpenUntilItIsSettled() {
    bed.request(TestRequest.standard()).turn(1);

    assertThat(bed.shard.view().open()).containsExactly(Map.entry(TestModel.ID, 1L));
    play();
    assertThat(bed.shard.view().open()).isEmpty();
  }

  @Test
  void shouldNotAcceptOrExpireASecondTimeWhatHasExpired() {
    TestRequest request = TestRequest.standard();
    bed.grant(request);
    bed.turn(1);
    bed.pass(bed.shard.registry().parameters().orElseThrow().getSegmentTicks());
    bed.request(request).turn(1);
    bed.pass(2 * bed.shard.registry().parameters().orElseThrow().getSegmentTicks());

    assertThat(bed.refusals())
        .containsExactly(Refusal.DUPLICATE_REQUEST, Refusal.DUPLICATE_REQUEST);
    assertThat(bed.published(Verdict.class)).hasSize(1);
    assertThat(bed.shard.view().openCases()).isZero();
  }

  @Test
  void shouldOpenNoCaseOnSomebodyElsesEscrow() {
    TestRequest request = TestRequest.standard();
    bed.grant(request);
    bed.log.post(
        Signers.COORDINATOR,
        ShardBed.TOPICS.accepted(),
        Accepted.newBuilder(request.accepted()).setRequester("requester:fedcba9876543210").build());
    bed.turn(1);

    assertThat(bed.refusals()).containsExactly(Refusal.NO_ESCROW);
  }

  @Test
  void shouldOpenNoCaseWithMoreCheckersThanAnAuthorsSlashPaysFor() {
    bed.request(new TestRequest(1, 4, 56, 5, List.of(14, 31)));
    bed.turn(1);
    bed.request(new TestRequest(2, 4, 56, 7));
    bed.turn(1);

    assertThat(bed.refusals()).containsExactly(Refusal.NO_TERMS, Refusal.NO_TERMS);
  }

  @Test
  void shouldJudgeASegmentWithoutAToken() {
    bed.request(new TestRequest(3, 30, 0, 3)).run();

    assertDecided(VerdictOutcome.ACCEPTED, "ALL_ACCEPT");
    assertThat(paid(SettlementKinds.AUTHOR)).containsExactly(AUTHOR);
    assertThat(settled().getPayments()).anyMatch(p -> p.getAmount() == 0);
  }

  @Test
  void shouldJudgeTheSmallestTraces() {
    bed.request(new TestRequest(1, 1, 0, 3));
    bed.request(new TestRequest(2, 1, 1, 1));
    bed.request(new TestRequest(3, 2, 1, 3));
    bed.run();

    assertThat(bed.published(Verdict.class))
        .filteredOn(Verdict::getLast)
        .hasSize(3)
        .extracting(Verdict::getOutcome)
        .containsOnly(VerdictOutcome.ACCEPTED);
    assertReproducible();
  }

  @Test
  void shouldEndBeforeRoundTwoWhereNoPositionIsLeft() {
    TestRequest one = new TestRequest(1, 1, 0, 3);
    bed.worker(AUTHOR).noise = OTHER_MODEL;
    bed.request(one).run();

    assertDecided(VerdictOutcome.INCONCLUSIVE, "NO_POSITIONS_LEFT");
  }

  @Test
  void shouldLetAnUnsureCheckerOfASmallTraceVoteUnsureAtOnce() {
    TestRequest small = new TestRequest(1, 2, 3, 3);
    bed.worker(firstCommittee(small).iterator().next()).noise = UNSURE;
    bed.request(small).run();

    assertThat(bed.published(Challenge.class)).noneMatch(c -> c.getPart() == 2);
    assertDecided(VerdictOutcome.ACCEPTED, "SECOND_ROUND");
    assertThat(slashed(SettlementKinds.SLASH_OPENING)).hasSize(1);
  }

  @Test
  void shouldDecideWithoutAnyChecker() {
    bed = new ShardBed(1);
    play();

    assertDecided(VerdictOutcome.INCONCLUSIVE, "NO_SECOND_COMMITTEE");
    assertThat(settled().getSlashes()).isEmpty();
  }

  @Test
  void shouldChargeTheCoordinatorWhenCheckersWereGivenAnotherText() {
    bed.request(TestRequest.standard());
    bed.turn(1);
    bed.turn(1);
    bed.secrets.outputs.put(
        TestRequest.standard().id() + "/0", new Secrets.Output(60, OTHER_TEXT, OTHER_TEXT));
    bed.run();

    assertDecided(VerdictOutcome.INCONCLUSIVE, "COORDINATOR_INPUT");
    assertThat(settled().getSlashes()).isEmpty();
  }

  @Test
  void shouldDecideManyCasesAtOnceEachOnItsOwn() {
    bed.worker("w-03").noise = OTHER_MODEL;
    IntStream.rangeClosed(1, 4).forEach(i -> bed.request(new TestRequest(i, 3 + i, 50, 3)));
    bed.run();

    assertThat(bed.published(SettleCase.class)).hasSize(4);
    assertReproducible();
  }

  @Test
  void shouldStayWhereItIsInAnAuditWhoseLogDoesNotOpenTheCaseYet() {
    bed.request(TestRequest.standard());
    bed.turn(1);
    bed.turn(1);

    assertThat(ShardBed.published(bed.replay(Audits.published(List.of())), Object.class)).isEmpty();
  }
}
