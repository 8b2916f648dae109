package io.verillm.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.CaseVote;
import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.FundAccount;
import io.verillm.events.LockStake;
import io.verillm.events.Posting;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Score;
import io.verillm.events.SettleCase;
import io.verillm.events.StakeLock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.avro.specific.SpecificRecord;

class LedgerProperties {
  private static final int SHARDS = 2;

  private final Arbitrary<String> commandIds =
      Arbitraries.integers().between(0, 400).map(i -> "c" + i);
  private final Arbitrary<String> requests = Arbitraries.of("r1", "r2", "r3", "no/thing");
  private final Arbitrary<String> workers = Arbitraries.of("w-1", "w-2", "w-3", "w-4", "w-5");
  private final Arbitrary<Integer> tasks = Arbitraries.integers().between(1, 6);
  private final Arbitrary<Long> amounts =
      Arbitraries.frequencyOf(
          Tuple.of(20, Arbitraries.longs().between(1, 5_000)),
          Tuple.of(1, Arbitraries.of(-1L, 0L, Long.MIN_VALUE, Long.MAX_VALUE)));
  private final Arbitrary<String> requesters =
      Arbitraries.of(Commands.ALICE, Commands.ALICE, Commands.ALICE, "requester:bad");

  @Provide
  Arbitrary<List<SpecificRecord>> commands() {
    return Arbitraries.oneOf(fundings(), reservations(), locks(), settlements(), closes())
        .list()
        .ofMaxSize(40)
        .map(LedgerProperties::afterFunding);
  }

  /** Without these most commands would be refused for want of money or of a request. */
  private static List<SpecificRecord> afterFunding(List<SpecificRecord> commands) {
    List<SpecificRecord> all =
        new ArrayList<>(
            List.of(
                Commands.fund(Accounts.TREASURY, 9_000),
                Commands.fund(Commands.ALICE, 9_000),
                Commands.fund("stake:w-1", 7_000),
                Commands.fund("stake:w-2", 900),
                Commands.fund("stake:w-3", 7_000),
                Commands.reserve("r1", 2_000),
                Commands.reserve("r2", 3_000)));
    all.addAll(commands);
    return all;
  }

  private Arbitrary<SpecificRecord> fundings() {
    Arbitrary<String> accounts =
        Arbitraries.oneOf(
            requesters, workers.map(Accounts::stake), Arbitraries.of("treasury", "genesis", ""));
    return Combinators.combine(commandIds, accounts, amounts).as(FundAccount::new);
  }

  private Arbitrary<SpecificRecord> reservations() {
    return Combinators.combine(
            commandIds, requests, Arbitraries.integers().between(-1, SHARDS), requesters, amounts)
        .as((id, request, shard, requester, amount) ->
            new ReserveEscrow(id, request, shard, requester, amount, 0));
  }

  private Arbitrary<SpecificRecord> locks() {
    Arbitrary<StakeLock> lock =
        Combinators.combine(tasks.map(Commands::task), workers, amounts).as(StakeLock::new);
    return Combinators.combine(
            commandIds, Arbitraries.oneOf(requests, Arbitraries.just("")), lock.list().ofMaxSize(3))
        .as((id, request, list) -> new LockStake(id, request, 0, list));
  }

  private Arbitrary<SpecificRecord> settlements() {
    Arbitrary<List<CasePayment>> payments =
        Combinators.combine(
                workers,
                tasks.map(Commands::task),
                amounts,
                Arbitraries.of("author", "fee", "fee-2", "fee-handover", "flag"))
            .as(CasePayment::new)
            .list()
            .ofMaxSize(4)
            .uniqueElements(CasePayment::getTaskId);
    Arbitrary<List<CaseSlash>> slashes =
        Combinators.combine(
                workers,
                tasks.map(Commands::task),
                amounts,
                Arbitraries.of("author", "opening", "missing"))
            .as(CaseSlash::new)
            .list()
            .ofMaxSize(1);
    Arbitrary<List<CaseVote>> votes =
        Combinators.combine(workers, Arbitraries.of(true, false), Arbitraries.of(true, false))
            .as(CaseVote::new)
            .list()
            .ofMaxSize(4)
            .uniqueElements(CaseVote::getWorker);
    return Combinators.combine(
            commandIds,
            requests,
            Arbitraries.of("ACCEPTED", "REJECTED", "INCONCLUSIVE", "EXPIRED"),
            requesters,
            payments,
            slashes,
            votes,
            amounts)
        .as((id, request, outcome, by, p, s, v, w) ->
            new SettleCase(id, request, 0, outcome, by, p, s, v, "", true, w));
  }

  private Arbitrary<SpecificRecord> closes() {
    return Combinators.combine(
            commandIds, Arbitraries.longs().between(-1, 50), Arbitraries.of(true, false), amounts)
        .as(CloseScoringEpoch::new);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void accountsSumToZeroAndOnlyGenesisIsBelowAfterEveryCommand(
      @ForAll("commands") List<SpecificRecord> commands) {
    Ledger ledger = new Ledger(new GroupedLedgerState(), SHARDS);
    long offset = 0;
    for (SpecificRecord command : commands) {
      LedgerEffects effects = ledger.apply(offset++, command);

      var balances = ledger.balances();
      assertThat(balances.values().stream().mapToLong(Long::longValue).sum()).isZero();
      assertThat(balances)
          .allSatisfy((account, units) -> {
            if (account.equals(Accounts.GENESIS)) {
              assertThat(units).isNegative();
            } else {
              assertThat(units).isPositive();
            }
          });
      assertThat(effects.transfers())
          .isNotEmpty()
          .allMatch(t -> t.getPostings().stream().mapToLong(Posting::getAmount).sum() == 0);
      effects
          .balances()
          .forEach(b -> assertThat(ledger.balance(b.getAccount())).isEqualTo(b.getBalance()));
    }
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void transfersAloneGiveTheBalances(@ForAll("commands") List<SpecificRecord> commands) {
    Ledger ledger = new Ledger(new GroupedLedgerState(), SHARDS);
    List<Posting> postings = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      ledger
          .apply(i, commands.get(i))
          .transfers()
          .forEach(transfer -> postings.addAll(transfer.getPostings()));
    }

    var sums =
        postings.stream()
            .collect(
                Collectors.groupingBy(
                    Posting::getAccount, Collectors.summingLong(Posting::getAmount)));
    sums.values().removeIf(sum -> sum == 0);

    assertThat(sums).isEqualTo(ledger.balances());
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void lockedStakeIsExactlyWhatOpenCasesAndTasksLock(
      @ForAll("commands") List<SpecificRecord> commands) {
    GroupedLedgerState state = new GroupedLedgerState();
    Ledger ledger = new Ledger(state, SHARDS);
    for (int i = 0; i < commands.size(); i++) {
      ledger.apply(i, commands.get(i));
    }

    long locks =
        state.keys(OpenCase.PREFIX).stream()
            .map(key -> OpenCase.read(new Draft(state, 0, ""), key))
            .flatMap(open -> open.locks().stream())
            .mapToLong(OpenCase.Lock::amount)
            .sum();
    locks +=
        state.keys("task/").stream()
            .map(key -> state.get(key).orElseThrow().split(" ")[0])
            .mapToLong(Long::parseLong)
            .sum();
    long locked =
        ledger.balances().entrySet().stream()
            .filter(balance -> balance.getKey().startsWith("locked:"))
            .mapToLong(Map.Entry::getValue)
            .sum();
    assertThat(locked).isEqualTo(locks);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void replayGivesTheSameStateAndTheSameEffects(@ForAll("commands") List<SpecificRecord> commands) {
    GroupedLedgerState once = new GroupedLedgerState();
    GroupedLedgerState again = new GroupedLedgerState();
    Ledger first = new Ledger(once, SHARDS);

    for (int i = 0; i < commands.size(); i++) {
      // A new ledger over the stored state each time: nothing may live outside the state.
      LedgerEffects replayed = new Ledger(again, SHARDS).apply(i, commands.get(i));
      assertThat(replayed).isEqualTo(first.apply(i, commands.get(i)));
    }

    assertThat(again.entries()).isEqualTo(once.entries());
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void everyCommandCountsOnce(@ForAll("commands") List<SpecificRecord> commands) {
    GroupedLedgerState state = new GroupedLedgerState();
    Ledger ledger = new Ledger(state, SHARDS);
    commands.forEach(command -> ledger.apply(0, command));
    var before = new TreeMap<>(state.entries());

    for (SpecificRecord command : commands) {
      LedgerEffects effects = ledger.apply(1, command);
      assertThat(effects.transfers()).hasSize(1).allMatch(t -> t.getNote().equals("repeated"));
      assertThat(effects.escrows()).isEmpty();
    }

    assertThat(state.entries()).isEqualTo(before);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void aConstantVoterIsNeitherPaidNorChargedByTheClose(
      @ForAll List<List<Boolean>> others, @ForAll boolean constant) {
    Ledger ledger = new Ledger(new GroupedLedgerState(), SHARDS);
    ledger.apply(0, Commands.fund(Accounts.TREASURY, 1_000_000));
    ledger.apply(1, Commands.fund("stake:constant", 1_000_000));
    long offset = settle(ledger, 2, others, constant, new Random(0));

    List<Score> scores = ledger.apply(offset, Commands.close(0, true)).scores();

    assertThat(scores)
        .filteredOn(score -> score.getWorker().equals("constant"))
        .allMatch(score -> score.getScore() == 0 && score.getPaid() == 0);
    assertThat(ledger.balance("stake:constant")).isEqualTo(1_000_000);
    assertThat(ledger.balance("worker:constant")).isZero();
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void theOrderOfVotesInACaseDoesNotMatter(
      @ForAll List<List<Boolean>> others, @ForAll boolean constant, @ForAll long seed) {
    Ledger inOrder = new Ledger(new GroupedLedgerState(), SHARDS);
    Ledger shuffled = new Ledger(new GroupedLedgerState(), SHARDS);
    inOrder.apply(0, Commands.fund(Accounts.TREASURY, 10_000));
    shuffled.apply(0, Commands.fund(Accounts.TREASURY, 10_000));
    long offset = settle(inOrder, 1, others, constant, new Random(0));
    settle(shuffled, 1, others, constant, new Random(seed));

    LedgerEffects closed = inOrder.apply(offset, Commands.close(0, true));

    assertThat(shuffled.apply(offset, Commands.close(0, true))).isEqualTo(closed);
    assertThat(shuffled.balances()).isEqualTo(inOrder.balances());
  }

  /** One settled case for each list, votes in the order that the generator gives. */
  private static long settle(
      Ledger ledger, long offset, List<List<Boolean>> others, boolean constant, Random order) {
    for (List<Boolean> votes : others) {
      String request = "r" + offset;
      ledger.apply(offset++, new FundAccount("f" + offset, Commands.ALICE, 10L));
      ledger.apply(offset++, Commands.reserve(request, 10));
      List<CaseVote> cast = new ArrayList<>();
      cast.add(new CaseVote("constant", constant, true));
      for (int i = 0; i < Math.min(votes.size(), 9); i++) {
        cast.add(new CaseVote("w-" + i, votes.get(i), true));
      }
      Collections.shuffle(cast, order);
      ledger.apply(offset++, Commands.settle(request, "ACCEPTED", List.of(), List.of(), cast));
    }
    return offset;
  }
}
