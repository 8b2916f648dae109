package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.CaseSlash;
import io.verillm.events.Challenge;
import io.verillm.events.MemberRole;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.trace.SealedCommitment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody seals that is consistent, and not what the case asks for. */
class SealedFieldsTest {
  private static final int OTHER_MODEL = 1_000;

  private final ShardBed bed = new ShardBed(12);

  private static SealedCommitment changed(SealedCommitment seal, int size, String profile) {
    return changed(seal, size, seal.outputHash(), profile);
  }

  private static SealedCommitment changed(SealedCommitment seal, Hash outputHash) {
    return changed(seal, seal.size(), outputHash, seal.profile());
  }

  private static SealedCommitment changed(
      SealedCommitment seal, int size, Hash outputHash, String profile) {
    return new SealedCommitment(
        seal.taskId(),
        seal.worker(),
        seal.step(),
        seal.traceRoot(),
        seal.evidenceRoot(),
        size,
        outputHash,
        seal.finishReason(),
        profile,
        seal.salt());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTakeNoOpeningOfAnotherProfileOrSizeThoughItFitsItsSeal(boolean profile) {
    bed.worker("w-01").seal =
        seal ->
            profile
                ? changed(seal, seal.size(), "another-profile")
                : changed(seal, seal.size() - 1, seal.profile());
    bed.request(TestRequest.standard()).run();

    assertThat(bed.refusals()).containsOnly(Refusal.DOES_NOT_FIT_SEAL);
    Verdict last = bed.published(Verdict.class).getLast();
    assertThat(last.getOutcome()).isEqualTo(VerdictOutcome.REJECTED);
    assertThat(last.getReason()).isEqualTo("UNAVAILABLE");
  }

  private List<String> committee() {
    for (int i = 0; i < 20; i++) {
      List<String> drawn =
          bed.effects.stream()
              .filter(e -> e instanceof Effect.Assign a && !a.author())
              .map(e -> ((Effect.Assign) e).worker())
              .toList();
      if (!drawn.isEmpty()) {
        return drawn;
      }
      bed.turn(1);
    }
    throw new AssertionError("no committee");
  }

  private String checker() {
    return committee().getFirst();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void shouldFindThatOneOfEqualCheckersAtFaultWhichSealsAnotherOutput(int number) {
    bed.request(TestRequest.standard());
    String odd = committee().get(number);
    bed.worker(odd).seal = seal -> changed(seal, HashInput.of("another output").hash());
    bed.run();

    Verdict verdict = bed.published(Verdict.class).getLast();
    assertThat(verdict.getOutcome()).isEqualTo(VerdictOutcome.ACCEPTED);
    assertThat(verdict.getMembers())
        .filteredOn(m -> m.getRole() == MemberRole.CHECKER)
        .hasSize(3)
        .allSatisfy(m ->
            assertThat(Judge.label(m.getDecision().name(), m.getReason()))
                .isEqualTo(m.getWorker().equals(odd) ? "FAULT/CONTEXT" : "ACCEPT"));
  }

  @Test
  void shouldSlashACheckerThatMakesTokensUp() {
    bed.request(TestRequest.standard());
    String checker = checker();
    bed.worker(checker).otherTokens = 1;
    bed.run();

    assertThat(bed.published(Verdict.class).getLast().getReason()).isEqualTo("SECOND_ROUND");
    assertThat(bed.published(SettleCase.class).getFirst().getSlashes())
        .singleElement()
        .returns(checker, CaseSlash::getWorker)
        .returns("opening", CaseSlash::getKind);
  }

  @Test
  void shouldJudgeBothRoundsByTheCalibrationOfTheFirstChallenge() {
    bed.request(TestRequest.standard());
    bed.worker(checker()).noise = OTHER_MODEL;
    while (bed.published(Challenge.class).isEmpty()) {
      bed.turn(1);
    }
    SignedRecord later =
        bed.registry(
            Signers.COORDINATOR,
            CalibrationPublished.newBuilder(TestModel.calibration())
                .setCalibrationId("test-2")
                .build());
    bed.run();

    assertThat(bed.published(Challenge.class))
        .hasSize(2)
        .extracting(Challenge::getCalibrationId)
        .containsOnly("test-1");
    assertThat(bed.outcome(later)).isNull();
  }
}
