package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CaseSlash;
import io.verillm.events.MemberDecision;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.protocol.money.SettlementKinds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A row's statistic leaves out its worst tenth: of 32 elements 24 count, and two of these may lie
 * as far off as they like. By the closer limits it is one.
 */
class ShiftedElementsTest {
  private static final String AUTHOR = "w-01";
  private static final TestRequest REQUEST = TestRequest.standard();
  private static final int OTHER_MODEL = 1_000;

  private final ShardBed bed = new ShardBed(12);

  private List<String> committee(int round) {
    List<String> workers = new ArrayList<>();
    for (int i = 0; workers.isEmpty(); i++) {
      assertThat(i).isLessThan(60);
      bed.turn(1);
      bed.effects.stream()
          .filter(e -> e instanceof Effect.Assign a && !a.author() && a.round() == round)
          .forEach(e -> workers.add(((Effect.Assign) e).worker()));
    }
    return workers;
  }

  private Verdict last() {
    return bed.published(Verdict.class).getLast();
  }

  private MemberDecision decision(String worker) {
    return last().getMembers().stream()
        .filter(m -> m.getWorker().equals(worker))
        .map(VerdictMember::getDecision)
        .findFirst()
        .orElseThrow();
  }

  private List<CaseSlash> slashes() {
    return bed.published(SettleCase.class).getFirst().getSlashes();
  }

  private static IntPredicate from(int first, int end) {
    return element -> element >= first && element < end;
  }

  /** Each passes everybody honest, and they fail against each other. */
  @Test
  void shouldContradictACheckerWhoseRejectRestsOnShiftsOfItsOwn() {
    bed.worker(AUTHOR).shifted = from(0, 1);
    bed.request(REQUEST);
    String friend = committee(1).getFirst();
    bed.worker(friend).shifted = from(1, 3);
    bed.run();

    assertThat(decision(friend)).isEqualTo(MemberDecision.REJECT);
    assertThat(last().getReason()).isEqualTo("SECOND_ROUND");
    assertThat(slashes())
        .singleElement()
        .returns(friend, CaseSlash::getWorker)
        .returns(SettlementKinds.SLASH_OPENING, CaseSlash::getKind);
  }

  @Test
  void shouldChargeTheAuthorWhoseShiftsAreThatManyThemselves() {
    bed.worker(AUTHOR).shifted = from(1, 3);
    bed.request(REQUEST);
    String friend = committee(1).getFirst();
    bed.worker(friend).shifted = from(0, 1);
    bed.run();

    assertThat(decision(friend)).isEqualTo(MemberDecision.REJECT);
    assertThat(last().getReason()).isEqualTo("UNCONFIRMED");
    assertThat(slashes())
        .singleElement()
        .returns(AUTHOR, CaseSlash::getWorker)
        .returns(SettlementKinds.SLASH_UNCONFIRMED, CaseSlash::getKind);
  }

  /** With the noise that honest machines have, and one checker that drew the wrong row alone. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTakeNothingFromAnHonestRejectOfAWrongAnswer(boolean everywhere) {
    bed.worker(AUTHOR).noise = OTHER_MODEL;
    bed.worker(AUTHOR).noisyAt = position -> everywhere || position == REQUEST.prompt();
    bed.request(REQUEST);
    String honest = committee(1).getFirst();
    bed.worker(honest).noise = 1;
    bed.worker(honest).noisyAt = position -> true;
    bed.run();

    assertThat(decision(honest)).isEqualTo(MemberDecision.REJECT);
    assertThat(slashes())
        .singleElement()
        .returns(AUTHOR, CaseSlash::getWorker)
        .returns(SettlementKinds.SLASH_AUTHOR, CaseSlash::getKind);
  }

  /** They pass the author, which passes everybody honest, and fail against those that did so. */
  @Test
  void shouldNotContradictWhoAcceptedForFourFriendsAmongTheWinners() {
    bed.worker(AUTHOR).shifted = from(0, 1);
    bed.request(REQUEST);
    String friend = committee(1).getFirst();
    bed.worker(friend).shifted = from(1, 3);
    List<String> friends = committee(2).subList(0, 4);
    friends.forEach(w -> bed.worker(w).shifted = from(0, 3));
    bed.run();

    assertThat(last().getReason()).isEqualTo("SECOND_ROUND");
    assertThat(slashes()).extracting(CaseSlash::getWorker).isSubsetOf(friend);
  }
}
