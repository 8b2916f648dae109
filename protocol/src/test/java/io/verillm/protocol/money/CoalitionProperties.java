package io.verillm.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.SettleCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Requester and all authors of a request may be one person: what can it take from others? */
class CoalitionProperties {
  private static final long TREASURY = 1_000_000;
  private static final long ESCROW = 13_200;
  private static final String REQUEST = "r1";

  /** One case: what became of it, and what its settlement asks for. */
  record Case(String outcome, List<CasePayment> payments, List<CaseSlash> slashes) {}

  @Provide
  Arbitrary<List<Case>> cases() {
    Arbitrary<Long> amounts = Arbitraries.longs().between(0, 20_000);
    Arbitrary<CasePayment> toAuthor =
        Combinators.combine(
                Arbitraries.integers().between(1, 4),
                amounts,
                Arbitraries.of(SettlementKinds.AUTHOR, SettlementKinds.FEE_HANDOVER))
            .as((i, amount, kind) -> Commands.pay(i, "a-" + i, amount, kind));
    Arbitrary<CasePayment> toChecker =
        Combinators.combine(
                Arbitraries.integers().between(5, 8),
                amounts,
                Arbitraries.of(SettlementKinds.FEE, SettlementKinds.FEE_ROUND_2))
            .as((i, amount, kind) -> Commands.pay(i, "c-" + i, amount, kind));
    Arbitrary<CaseSlash> slash =
        Combinators.combine(Arbitraries.integers().between(1, 8), amounts)
            .as((i, amount) ->
                Commands.slash(
                    i, i < 5 ? "a-" + i : "c-" + i, amount, SettlementKinds.SLASH_OPENING));
    return Combinators.combine(
            Arbitraries.of("ACCEPTED", "ACCEPTED", "REJECTED", "INCONCLUSIVE", "EXPIRED"),
            Arbitraries.oneOf(toAuthor, toChecker)
                .list()
                .ofMaxSize(6)
                .uniqueElements(CasePayment::getTaskId),
            slash.list().ofMaxSize(2).uniqueElements(CaseSlash::getTaskId))
        .as(Case::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void requesterAndAuthorsGainNothingButWhatCheckersWereSlashed(
      @ForAll("cases") List<Case> cases, @ForAll boolean locked) {
    Ledger ledger = ledger(locked);
    Map<String, Long> before = ledger.balances();

    settle(ledger, cases);

    Map<String, Long> after = ledger.balances();
    long slashed = sum(before, "stake:c", "locked:c") - sum(after, "stake:c", "locked:c");
    assertThat(coalition(after)).isLessThanOrEqualTo(coalition(before) + slashed);
    assertThat(after).doesNotContainKey(Accounts.escrow(REQUEST));
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void theTreasuryPaysNobodyButCommittees(
      @ForAll("cases") List<Case> cases, @ForAll boolean locked) {
    Ledger ledger = ledger(locked);

    settle(ledger, cases);

    long fees = sum(ledger.balances(), "worker:c");
    assertThat(ledger.balance(Accounts.TREASURY)).isGreaterThanOrEqualTo(TREASURY - fees);
  }

  private static Ledger ledger(boolean locked) {
    Ledger ledger = new Ledger(new GroupedLedgerState(), 1);
    ledger.apply(0, Commands.fund(Accounts.TREASURY, TREASURY));
    ledger.apply(1, Commands.fund(Commands.ALICE, ESCROW));
    for (int i = 1; i <= 8; i++) {
      ledger.apply(1 + i, Commands.fund(Accounts.stake(i < 5 ? "a-" + i : "c-" + i), 3_000L * i));
    }
    ledger.apply(10, Commands.reserve(REQUEST, ESCROW));
    if (locked) {
      ledger.apply(
          11,
          Commands.lock(REQUEST, Commands.lock(1, "a-1", 17_200), Commands.lock(5, "c-5", 17_200)));
    }
    return ledger;
  }

  private static void settle(Ledger ledger, List<Case> cases) {
    for (int segment = 0; segment < cases.size(); segment++) {
      Case one = cases.get(segment);
      LedgerEffects effects =
          ledger.apply(
              20 + segment,
              new SettleCase(
                  "settle/" + segment,
                  REQUEST,
                  segment,
                  one.outcome(),
                  Commands.ALICE,
                  new ArrayList<>(one.payments()),
                  new ArrayList<>(one.slashes()),
                  List.of(),
                  "",
                  segment == cases.size() - 1,
                  Commands.WEIGHT));
      assertThat(effects.transfers()).singleElement().matches(t -> t.getKind().equals("settle"));
    }
  }

  private static long coalition(Map<String, Long> balances) {
    return sum(balances, "requester:", "escrow:", "worker:a", "stake:a", "locked:a");
  }

  private static long sum(Map<String, Long> balances, String... prefixes) {
    return balances.entrySet().stream()
        .filter(e -> List.of(prefixes).stream().anyMatch(e.getKey()::startsWith))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
