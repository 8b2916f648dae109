package io.verillm.protocol.money;

import static io.verillm.protocol.money.Commands.ALICE;
import static io.verillm.protocol.money.Commands.accept;
import static io.verillm.protocol.money.Commands.close;
import static io.verillm.protocol.money.Commands.fund;
import static io.verillm.protocol.money.Commands.lock;
import static io.verillm.protocol.money.Commands.lockTask;
import static io.verillm.protocol.money.Commands.pay;
import static io.verillm.protocol.money.Commands.reject;
import static io.verillm.protocol.money.Commands.reserve;
import static io.verillm.protocol.money.Commands.settle;
import static io.verillm.protocol.money.Commands.slash;
import static io.verillm.protocol.money.Commands.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.CaseVote;
import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.DutyMissed;
import io.verillm.events.EscrowDecided;
import io.verillm.events.FundAccount;
import io.verillm.events.LockStake;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Score;
import io.verillm.events.SettleCase;
import io.verillm.events.StakeChanged;
import io.verillm.events.StakeLock;
import io.verillm.events.Transfer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {
  private static final int SHARDS = 4;

  private final GroupedLedgerState state = new GroupedLedgerState();
  private final Ledger ledger = new Ledger(state, SHARDS);
  private long offset;

  private LedgerEffects apply(SpecificRecord command) {
    return ledger.apply(offset++, command);
  }

  private void givenRequest(String requestId) {
    apply(new FundAccount("fund/" + requestId, ALICE, 1_320L));
    apply(reserve(requestId, 1_320));
  }

  private static Transfer only(LedgerEffects effects) {
    assertThat(effects.transfers()).hasSize(1);
    return effects.transfers().getFirst();
  }

  @Test
  void shouldBringUnitsInFromGenesis() {
    LedgerEffects effects = apply(fund("stake:w-01", 50_000));

    assertThat(ledger.balance("stake:w-01")).isEqualTo(50_000);
    assertThat(ledger.balance(Accounts.GENESIS)).isEqualTo(-50_000);
    assertThat(effects.stakes()).containsExactly(new StakeChanged("w-01", 50_000L, 0L));
    assertThat(effects.balances()).hasSize(2);
    assertThat(only(effects).getKind()).isEqualTo("fund");
  }

  @Test
  void shouldGrantAnEscrowThatTheRequesterCanPay() {
    apply(fund(ALICE, 2_000));

    LedgerEffects effects = apply(new ReserveEscrow("c", "r1", 3, ALICE, 1_320L, 0));

    assertThat(effects.escrows())
        .containsExactly(new EscrowAnswer(3, new EscrowDecided("r1", true, 1_320L, "", ALICE, 0)));
    assertThat(ledger.balance("escrow:r1")).isEqualTo(1_320);
    assertThat(ledger.balance(ALICE)).isEqualTo(680);
  }

  @Test
  void shouldTellTheShardHowLongTheRequesterWaits() {
    apply(fund(ALICE, 2_000));

    LedgerEffects effects = apply(new ReserveEscrow("c", "r1", 3, ALICE, 1_320L, 40));

    assertThat(effects.escrows())
        .containsExactly(new EscrowAnswer(3, new EscrowDecided("r1", true, 1_320L, "", ALICE, 40)));
  }

  @Test
  void shouldDenyAnEscrowThatTheRequesterCannotPay() {
    apply(fund(ALICE, 1_319));

    LedgerEffects effects = apply(new ReserveEscrow("c", "r1", 3, ALICE, 1_320L, 0));

    assertThat(effects.escrows())
        .containsExactly(
            new EscrowAnswer(3, new EscrowDecided("r1", false, 0L, "insufficient-funds", "", 0)));
    assertThat(only(effects).getKind()).isEqualTo("denied");
    assertThat(only(effects).getPostings()).isEmpty();
    assertThat(ledger.balance(ALICE)).isEqualTo(1_319);
  }

  @Test
  void shouldNotTakeASecondGrantForARefusal() {
    givenRequest("r1");

    LedgerEffects effects = apply(new ReserveEscrow("other", "r1", 0, ALICE, 1L, 0));

    assertThat(only(effects).getNote()).isEqualTo("escrow-exists");
    assertThat(effects.escrows()).isEmpty();
  }

  @Test
  void shouldTakeTheLossOfADutyOnceAndFromItsWorkerAlone() {
    apply(fund("stake:w-01", 50_000));
    assertThat(only(apply(missed("duty/1/2/w-01"))).getKind()).isEqualTo("duty");

    for (String id : List.of("duty/1/2/w-01", "duty/1/3/w-01", "duty/0/2/w-01", "again")) {
      Transfer again = only(apply(missed(id)));
      assertThat(again.getKind()).as(id).isEqualTo("denied");
      assertThat(again.getPostings()).isEmpty();
    }
  }

  private static DutyMissed missed(String commandId) {
    return new DutyMissed(commandId, "w-01", 1, 2L, false, 1, 16_300L);
  }

  @Test
  void shouldCountACommandOnce() {
    apply(fund(ALICE, 5));

    LedgerEffects again = apply(fund(ALICE, 5));

    assertThat(only(again).getNote()).isEqualTo("repeated");
    assertThat(only(again).getTransferId()).isEqualTo("@1");
    assertThat(again.balances()).isEmpty();
    assertThat(ledger.balance(ALICE)).isEqualTo(5);
  }

  @Test
  void shouldCapALockByTheFreeStake() {
    givenRequest("r1");
    apply(fund("stake:w-01", 20_000));

    LedgerEffects effects =
        apply(lock("r1", lock(1, "w-01", 17_200), lock(2, "w-01", 17_200), lock(3, "w-02", 5)));

    assertThat(ledger.balance("locked:w-01")).isEqualTo(20_000);
    assertThat(ledger.balance("stake:w-01")).isZero();
    assertThat(only(effects).getNote()).isEqualTo("stake-short=" + (14_400 + 5));
    assertThat(effects.stakes()).containsExactly(new StakeChanged("w-01", 0L, offset - 1));
  }

  @Test
  void shouldLockATaskOnceThoughRound2ListsItAgain() {
    givenRequest("r1");
    apply(fund("stake:w-01", 50_000));
    apply(lock("r1", lock(1, "w-01", 17_200)));

    apply(new LockStake("lock/2", "r1", 0, List.of(lock(1, "w-01", 17_200))));

    assertThat(ledger.balance("locked:w-01")).isEqualTo(17_200);
  }

  @Test
  void shouldLockForATaskAloneAndHandTheLockToItsCase() {
    givenRequest("r1");
    apply(fund("stake:w-01", 20_000));

    apply(lockTask(1, "w-01", 17_200));
    apply(lockTask(2, "w-01", 17_200));

    assertThat(ledger.balance("locked:w-01")).as("one stake backs one task").isEqualTo(20_000);
    assertThat(ledger.balance("stake:w-01")).isZero();

    Transfer handed = only(apply(lock("r1", lock(1, "w-01", 17_200))));

    assertThat(handed.getNote()).isEqualTo("locked");
    assertThat(handed.getPostings()).as("it was locked before").isEmpty();
    apply(
        settle(
            "r1", "REJECTED", List.of(), List.of(slash(1, "w-01", 17_200, "author")), List.of()));
    assertThat(ledger.balance(Accounts.TREASURY)).isEqualTo(17_200);
    assertThat(ledger.balance("locked:w-01")).as("the other task's lock").isEqualTo(2_800);
  }

  @Test
  void shouldNotLockForATaskTwiceOrHandOverAnothersLock() {
    givenRequest("r1");
    apply(fund("stake:w-01", 50_000));
    apply(fund("stake:w-02", 50_000));
    apply(lockTask(1, "w-01", 17_200));

    assertThat(
            only(apply(new LockStake("again", "", -1, List.of(lock(1, "w-01", 17_200))))).getNote())
        .isEqualTo("task-listed-twice");
    apply(lock("r1", lock(1, "w-02", 17_200)));

    assertThat(ledger.balance("locked:w-01")).isEqualTo(17_200);
    assertThat(ledger.balance("locked:w-02")).isEqualTo(17_200);
  }

  @Test
  void shouldPayAuthorAndFeesFromTheEscrowOfAnAcceptedCase() {
    givenRequest("r1");

    Transfer transfer =
        only(
            apply(
                settle(
                    "r1",
                    "ACCEPTED",
                    List.of(pay(1, "w-01", 200, "author"), pay(2, "w-02", 300, "fee")),
                    List.of(),
                    List.of())));

    assertThat(transfer.getNote()).isEqualTo("ACCEPTED");
    assertThat(ledger.balance("worker:w-01")).isEqualTo(200);
    assertThat(ledger.balance("worker:w-02")).isEqualTo(300);
    assertThat(ledger.balance(ALICE)).isEqualTo(820);
    assertThat(ledger.balance("escrow:r1")).isZero();
  }

  @Test
  void shouldRefundARejectedCaseAndPayFeesFromTheSlash() {
    givenRequest("r1");
    apply(fund("stake:w-01", 16_000));
    apply(lock("r1", lock(1, "w-01", 10_000)));

    apply(
        settle(
            "r1",
            "REJECTED",
            List.of(pay(2, "w-02", 300, "fee"), pay(3, "w-03", 300, "fee-2")),
            List.of(slash(1, "w-01", 17_200, "author")),
            List.of()));

    assertThat(ledger.balance(ALICE)).isEqualTo(1_320);
    assertThat(ledger.balance("locked:w-01")).isZero();
    assertThat(ledger.balance("stake:w-01")).isZero();
    assertThat(ledger.balance("worker:w-02")).isEqualTo(300);
    assertThat(ledger.balance("worker:w-03")).isEqualTo(300);
    assertThat(ledger.balance(Accounts.TREASURY)).isEqualTo(16_000 - 600);
  }

  @Test
  void shouldSayWhatASlashDidNotFind() {
    givenRequest("r1");
    apply(fund("stake:w-01", 100));

    Transfer transfer =
        only(
            apply(
                settle(
                    "r1",
                    "EXPIRED",
                    List.of(),
                    List.of(slash(1, "w-01", 500, "missing")),
                    List.of())));

    assertThat(transfer.getNote()).isEqualTo("EXPIRED slash-short=400");
    assertThat(ledger.balance(Accounts.TREASURY)).isEqualTo(100);
  }

  @Test
  void shouldNotSlashWhatIsLockedForAnotherTask() {
    givenRequest("r1");
    givenRequest("r2");
    apply(fund("stake:w-01", 1_000));
    apply(lock("r1", lock(1, "w-01", 1_000)));

    apply(settle("r2", "EXPIRED", List.of(), List.of(slash(2, "w-01", 500, "missing")), List.of()));

    assertThat(ledger.balance("locked:w-01")).isEqualTo(1_000);
  }

  @Test
  void shouldPayRound2FromSlashesThenReserveThenTreasury() {
    givenRequest("r1");
    apply(fund(Accounts.TREASURY, 1_000));
    apply(fund("stake:w-09", 100));

    Transfer transfer =
        only(
            apply(
                settle(
                    "r1",
                    "ACCEPTED",
                    List.of(
                        pay(5, "w-05", 300, "fee-2"),
                        pay(6, "w-06", 300, "fee-2"),
                        pay(1, "w-01", 200, "author")),
                    List.of(slash(9, "w-09", 100, "opening")),
                    List.of())));

    assertThat(transfer.getNote()).isEqualTo("ACCEPTED");
    // 600 owed = 100 of slashes + the whole reserve of 220 + 280 of the treasury.
    assertThat(ledger.balance(ALICE)).isEqualTo(1_320 - 200 - 220);
    assertThat(ledger.balance(Accounts.TREASURY)).isEqualTo(1_000 - 280);
    assertThat(ledger.balance("worker:w-06")).isEqualTo(300);
  }

  @Test
  void shouldChargeTheRequesterForWhatIsAcceptedBeforeTheAnswerStops() {
    givenRequest("r1");
    apply(fund(Accounts.TREASURY, 100_000));

    apply(settle("r1", 0, "ACCEPTED", List.of(pay(1, "w-01", 900, "author")), List.of(), false));
    apply(settle("r1", 1, "EXPIRED", List.of(), List.of(slash(2, "w-02", 500, "missing")), true));

    assertThat(ledger.balance("worker:w-01")).isEqualTo(900);
    assertThat(ledger.balance(ALICE)).isEqualTo(1_320 - 900);
    assertThat(ledger.balance(Accounts.TREASURY)).isEqualTo(100_000);
  }

  @Test
  void shouldPayWhatFollowsARejectedSegmentFromItsSlashAlone() {
    givenRequest("r1");
    apply(fund(Accounts.TREASURY, 100_000));
    apply(fund("stake:w-01", 700));

    apply(
        settle("r1", 0, "REJECTED", List.of(), List.of(slash(1, "w-01", 17_200, "author")), false));
    Transfer last =
        only(
            apply(
                settle(
                    "r1", 1, "ACCEPTED", List.of(pay(2, "w-02", 900, "author")), List.of(), true)));

    assertThat(last.getNote()).isEqualTo("ACCEPTED pay-short=200");
    assertThat(ledger.balance("worker:w-02")).isEqualTo(700);
    assertThat(ledger.balance(ALICE)).isEqualTo(1_320);
    assertThat(ledger.balance(Accounts.TREASURY)).isEqualTo(100_000);
  }

  @Test
  void shouldNeverTakeTheTreasuryBelowZero() {
    givenRequest("r1");
    apply(fund(Accounts.TREASURY, 400));

    Transfer transfer =
        only(
            apply(
                settle(
                    "r1",
                    "INCONCLUSIVE",
                    List.of(pay(1, "w-01", 300, "fee"), pay(2, "w-02", 300, "fee")),
                    List.of(),
                    List.of())));

    assertThat(transfer.getNote()).isEqualTo("INCONCLUSIVE pay-short=200");
    assertThat(ledger.balance("worker:w-01")).isEqualTo(300);
    assertThat(ledger.balance("worker:w-02")).isEqualTo(100);
    assertThat(ledger.balance(Accounts.TREASURY)).isZero();
  }

  private void givenScoredCase(String requestId, CaseVote... votes) {
    givenRequest(requestId);
    apply(settle(requestId, "ACCEPTED", List.of(), List.of(), List.of(votes)));
  }

  @Test
  void shouldPayAgreementAndCollectDisagreementAtADrain() {
    apply(fund(Accounts.TREASURY, 100_000));
    apply(fund("stake:w-04", 5_000));
    givenScoredCase("r1", accept("w-01"), accept("w-02"), accept("w-03"), reject("w-04"));
    givenScoredCase("r2", reject("w-01"), reject("w-02"), reject("w-03"), accept("w-04"));

    LedgerEffects effects = apply(close(0, true));

    assertThat(effects.scores())
        .containsExactly(
            new Score(0L, "w-01", 2, 1, 14_400L, 14_400L, false),
            new Score(0L, "w-02", 2, 1, 14_400L, 14_400L, false),
            new Score(0L, "w-03", 2, 1, 14_400L, 14_400L, false),
            new Score(0L, "w-04", 2, 1, -14_400L, -5_000L, false));
    assertThat(effects.transfers())
        .extracting(Transfer::getNote)
        .containsExactly(
            "scoring-epoch=0 peer-short=9400",
            "scoring-epoch=0",
            "scoring-epoch=0",
            "scoring-epoch=0");
    assertThat(ledger.balance(Accounts.TREASURY)).isEqualTo(100_000 + 5_000 - 3 * 14_400);
    assertThat(state.keys(OpenCase.PREFIX)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7_200_000})
  void shouldPayEachCaseByItsOwnWeightWhateverTheCloseSays(long said) {
    apply(fund(Accounts.TREASURY, 100_000));
    givenWeightedCase("r1", 7_200, accept("w-01"), accept("w-02"), accept("w-03"));
    givenWeightedCase("r2", 7_200, reject("w-01"), reject("w-02"), reject("w-03"));
    givenWeightedCase("r3", 100, accept("w-01"), accept("w-02"), accept("w-03"));
    givenWeightedCase("r4", 100, reject("w-01"), reject("w-02"), reject("w-03"));

    LedgerEffects effects = apply(new CloseScoringEpoch("close", 0L, true, said));

    assertThat(effects.scores())
        .hasSize(3)
        .allMatch(score -> score.getPaid() == 14_400 + 200 && score.getCases() == 4);
  }

  @Test
  void shouldPayCasesWhoseSettlementNamesNoWeightAsTheCloseSays() {
    apply(fund(Accounts.TREASURY, 100_000));
    givenWeightedCase("r1", -1, accept("w-01"), accept("w-02"), accept("w-03"));
    givenWeightedCase("r2", -1, reject("w-01"), reject("w-02"), reject("w-03"));

    LedgerEffects effects = apply(new CloseScoringEpoch("close", 0L, true, 50L));

    assertThat(effects.scores()).hasSize(3).allMatch(score -> score.getPaid() == 100);
  }

  private void givenWeightedCase(String requestId, long weight, CaseVote... votes) {
    givenRequest(requestId);
    apply(SettleCase.newBuilder(weighted(requestId, weight)).setVotes(List.of(votes)).build());
  }

  private static SettleCase weighted(String requestId, long weight) {
    return SettleCase.newBuilder(settle(requestId, "ACCEPTED", List.of(), List.of(), List.of()))
        .setPeerWeight(weight)
        .build();
  }

  @Test
  void shouldScaleDownProRataWhereTheTreasuryIsShort() {
    apply(fund(Accounts.TREASURY, 10_000));
    givenScoredCase("r1", accept("w-01"), accept("w-02"), accept("w-03"));
    givenScoredCase("r2", reject("w-01"), reject("w-02"), reject("w-03"));

    LedgerEffects effects = apply(close(0, true));

    assertThat(effects.scores()).extracting(Score::getPaid).containsExactly(3_333L, 3_333L, 3_333L);
    assertThat(ledger.balance(Accounts.TREASURY)).isEqualTo(1);
  }

  @Test
  void shouldCarryFewCasesOverOnceAndKeepTheirLocks() {
    apply(fund(Accounts.TREASURY, 100_000));
    apply(fund("stake:w-01", 20_000));
    apply(fund("stake:author", 20_000));
    givenRequest("r1");
    apply(lock("r1", lock(1, "w-01", 17_200), lock(2, "author", 17_200)));
    apply(
        settle(
            "r1",
            "ACCEPTED",
            List.of(),
            List.of(),
            List.of(accept("w-01"), accept("w-02"), accept("w-03"))));
    givenScoredCase("r2", reject("w-01"), reject("w-02"), reject("w-03"));

    LedgerEffects first = apply(close(0, false));
    long lockedAfterFirst = ledger.balance("locked:w-01");
    LedgerEffects second = apply(close(1, false));

    assertThat(first.scores())
        .contains(new Score(0L, "w-01", 2, 1, 0L, 0L, true))
        .allMatch(Score::getCarried);
    assertThat(lockedAfterFirst).isEqualTo(17_200);
    assertThat(ledger.balance("locked:author")).isZero();
    assertThat(second.scores()).contains(new Score(1L, "w-01", 2, 1, 14_400L, 14_400L, false));
    assertThat(ledger.balance("locked:w-01")).isZero();
  }

  /** It sacrificed more segments at once than its stake answers for. */
  /** The bond of a flag, where it is the larger, stands in the place of the slash. */
  @ParameterizedTest
  @CsvSource({"REJECTED, author, 0", "REJECTED, bond, 0", "ACCEPTED, bond, 14400"})
  void shouldNotScoreARejectedCaseWhoseAuthorHadTooLittleToLose(
      String outcome, String kind, long paid) {
    apply(fund(Accounts.TREASURY, 100_000));
    apply(fund("stake:author", 17_199));
    givenScoredCase("r1", accept("w-01"), accept("w-02"), accept("w-03"));
    givenRequest("r2");
    Transfer transfer =
        only(
            apply(
                settle(
                    "r2",
                    outcome,
                    List.of(),
                    List.of(slash(9, "author", 17_200, kind)),
                    List.of(reject("w-01"), reject("w-02"), reject("w-03")))));

    LedgerEffects effects = apply(close(0, true));

    assertThat(transfer.getNote()).isEqualTo(outcome + " slash-short=1");
    assertThat(effects.scores()).hasSize(3).extracting(Score::getPaid).containsOnly(paid);
  }

  @Test
  void shouldPayTwentyCasesWithoutADrain() {
    apply(fund(Accounts.TREASURY, 1_000_000));
    for (int i = 0; i < 20; i++) {
      CaseVote[] votes =
          i % 2 == 0
              ? new CaseVote[] {accept("w-01"), accept("w-02"), accept("w-03")}
              : new CaseVote[] {reject("w-01"), reject("w-02"), reject("w-03")};
      givenScoredCase("r" + i, votes);
    }

    LedgerEffects effects = apply(close(0, false));

    assertThat(effects.scores()).noneMatch(Score::getCarried).allMatch(s -> s.getPaid() > 0);
  }

  @Test
  void shouldNotScoreACaseWithFewerThanTwoOtherVotes() {
    givenScoredCase("r1", accept("w-01"), accept("w-02"));

    assertThat(apply(close(0, true)).scores()).isEmpty();
  }

  @Test
  void shouldKeepLocksOfCasesThatAreNotSettled() {
    givenRequest("r1");
    apply(fund("stake:w-01", 20_000));
    apply(lock("r1", lock(1, "w-01", 17_200)));

    LedgerEffects effects = apply(close(0, true));

    assertThat(ledger.balance("locked:w-01")).isEqualTo(17_200);
    assertThat(only(effects).getPostings()).isEmpty();
  }

  @Test
  void shouldGoOnFromAStoredState() {
    apply(fund(ALICE, 5));

    Ledger restarted = new Ledger(state, SHARDS);

    assertThat(only(restarted.apply(7, fund(ALICE, 5))).getNote()).isEqualTo("repeated");
  }

  @Test
  void shouldNotStartFromAStateThatDoesNotBalance() {
    state.put("balance/treasury", "1");

    assertThatThrownBy(() -> new Ledger(state, SHARDS)).hasMessageContaining("sum to 1");
  }

  static Stream<Arguments> impossible() {
    List<CasePayment> none = List.of();
    List<CaseSlash> noSlash = List.of();
    return Stream.of(
        Arguments.of("bad-amount", new FundAccount("x", ALICE, -1L)),
        Arguments.of("bad-amount", new FundAccount("x", ALICE, Long.MAX_VALUE)),
        Arguments.of("unknown-account", new FundAccount("x", "genesis", 1L)),
        Arguments.of("unknown-account", new FundAccount("x", "locked:w-01", 1L)),
        Arguments.of("bad-id", new FundAccount("", ALICE, 1L)),
        Arguments.of("bad-id", new FundAccount("a b", ALICE, 1L)),
        Arguments.of("bad-amount", new ReserveEscrow("x", "r2", 0, ALICE, 0L, 0)),
        Arguments.of("unknown-shard", new ReserveEscrow("x", "r2", SHARDS, ALICE, 1L, 0)),
        Arguments.of("unknown-account", new ReserveEscrow("x", "r2", 0, "treasury", 1L, 0)),
        Arguments.of("bad-id", new ReserveEscrow("x", "r 2", 0, ALICE, 1L, 0)),
        Arguments.of("unknown-request", lock("nobody", lock(1, "w-01", 5))),
        Arguments.of("bad-amount", lock("r1", lock(1, "w-01", -5))),
        Arguments.of("bad-worker", lock("r1", lock(1, "W 1", 5))),
        Arguments.of("bad-task", lock("r1", new StakeLock(task(1).limit(5).slice(), "w-01", 5L))),
        Arguments.of("task-listed-twice", lock("r1", lock(1, "w-01", 5), lock(1, "w-01", 5))),
        Arguments.of("bad-outcome", settle("r1", "PERHAPS", none, noSlash, List.of())),
        Arguments.of("unknown-request", settle("zz", "ACCEPTED", none, noSlash, List.of())),
        Arguments.of(
            "wrong-requester",
            new SettleCase(
                "x",
                "r1",
                0,
                "ACCEPTED",
                "requester:0000000000000000",
                none,
                noSlash,
                List.of(),
                "",
                true,
                7_200L)),
        Arguments.of("bad-amount", weighted("r1", -2)),
        Arguments.of(
            "bad-kind",
            settle("r1", "ACCEPTED", List.of(pay(1, "w-01", 1, "gift")), noSlash, List.of())),
        Arguments.of(
            "bad-kind",
            settle("r1", "ACCEPTED", none, List.of(slash(1, "w-01", 1, "whim")), List.of())),
        Arguments.of(
            "bad-amount",
            settle("r1", "ACCEPTED", List.of(pay(1, "w-01", -1, "fee")), noSlash, List.of())),
        Arguments.of(
            "task-listed-twice",
            settle(
                "r1",
                "ACCEPTED",
                none,
                List.of(slash(1, "w-01", 1, "opening"), slash(1, "w-01", 1, "missing")),
                List.of())),
        Arguments.of(
            "slashed-task-scored",
            settle(
                "r1",
                "ACCEPTED",
                none,
                List.of(slash(1, "w-01", 1, "opening")),
                List.of(accept("w-01")))),
        Arguments.of(
            "worker-votes-twice",
            settle("r1", "ACCEPTED", none, noSlash, List.of(accept("w-01"), reject("w-01")))),
        Arguments.of("bad-amount", new CloseScoringEpoch("x", 0L, true, -1L)),
        Arguments.of("not-a-command", new StakeChanged("w-01", 1L, 1L)));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void shouldRefuseImpossibleCommandsByName(String reason, SpecificRecord command) {
    givenRequest("r1");
    var before = ledger.balances();

    LedgerEffects effects = apply(command);

    assertThat(only(effects).getKind()).isEqualTo("denied");
    assertThat(only(effects).getNote()).isEqualTo(reason);
    assertThat(effects.balances()).isEmpty();
    assertThat(ledger.balances()).isEqualTo(before);
  }

  @Test
  void shouldRefuseASecondSettlementAndASecondClose() {
    givenScoredCase("r1", accept("w-01"), accept("w-02"), accept("w-03"));
    apply(close(4, true));

    Transfer settled =
        only(
            apply(
                new SettleCase(
                    "other",
                    "r1",
                    0,
                    "ACCEPTED",
                    ALICE,
                    List.of(),
                    List.of(),
                    List.of(),
                    "",
                    true,
                    7_200L)));
    Transfer locked = only(apply(lock("r1", lock(1, "w-01", 5))));
    Transfer closed = only(apply(new CloseScoringEpoch("other-close", 4L, true, 1L)));

    assertThat(settled.getNote()).isEqualTo("case-settled");
    assertThat(locked.getNote()).isEqualTo("case-settled");
    assertThat(closed.getNote()).isEqualTo("epoch-closed");
  }

  @Test
  void shouldRefuseWhatOverflows() {
    for (int i = 0; i < 9_223; i++) {
      apply(new FundAccount("f" + i, "treasury", MoneyLimits.AMOUNT_UNITS_MAX));
    }

    Transfer last = only(apply(new FundAccount("last", "treasury", MoneyLimits.AMOUNT_UNITS_MAX)));

    assertThat(last.getNote()).isEqualTo("overflow");
    assertThat(ledger.balances().values().stream().mapToLong(Long::longValue).sum()).isZero();
  }
}
