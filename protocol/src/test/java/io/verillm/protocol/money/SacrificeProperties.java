package io.verillm.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CasePayment;
import io.verillm.events.CaseSlash;
import io.verillm.events.CaseVote;
import io.verillm.events.CloseScoringEpoch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/** A coalition that sacrifices authors takes nothing from the treasury, were it everybody. */
class SacrificeProperties {
  private static final long TREASURY = 100_000_000;
  private static final int CHECKERS = 3;

  private final Parameters parameters = Parameters.standard();

  /** Cases by whether each is REJECTED, and how its scored checkers voted. */
  @Provide
  Arbitrary<List<Tuple2<Boolean, List<Boolean>>>> cases() {
    Arbitrary<List<Boolean>> votes = Arbitraries.of(true, true, false).list().ofSize(CHECKERS);
    return Arbitraries.frequencyOf(
            Tuple.of(1, votes.map(v -> Tuple.of(true, v))),
            Tuple.of(5, Arbitraries.just(Tuple.of(false, List.of(false, false, false)))))
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void noVotesAboutRejectedSegmentsBringMoreThanTheirAuthorsLose(
      @ForAll("cases") List<Tuple2<Boolean, List<Boolean>>> cases) {
    Ledger ledger = new Ledger(new GroupedLedgerState(), 1);
    int offset = 0;
    ledger.apply(offset++, Commands.fund(Accounts.TREASURY, TREASURY));
    ledger.apply(offset++, Commands.fund(Commands.ALICE, 1_000_000));
    for (int i = 0; i < cases.size(); i++) {
      String request = "r" + i;
      ledger.apply(offset++, Commands.fund(Accounts.stake("a-" + i), parameters.lock()));
      ledger.apply(offset++, Commands.reserve(request, parameters.escrow(0, CHECKERS)));
      ledger.apply(
          offset++, Commands.lock(request, Commands.lock(100 * i, "a-" + i, parameters.lock())));
      settle(ledger, offset++, i, cases.get(i).get1(), cases.get(i).get2());
    }

    ledger.apply(offset, new CloseScoringEpoch("close", 0L, true, 0L));

    assertThat(ledger.balance(Accounts.TREASURY)).isGreaterThanOrEqualTo(TREASURY);
  }

  private void settle(Ledger ledger, int offset, int i, boolean rejected, List<Boolean> votes) {
    List<CasePayment> fees = new ArrayList<>();
    for (int seat = 1; seat <= CHECKERS; seat++) {
      fees.add(Commands.pay(100 * i + seat, "c-" + seat, parameters.flatFee(), "fee"));
    }
    for (int seat = 1; rejected && seat <= 2 * CHECKERS + 1; seat++) {
      fees.add(Commands.pay(100 * i + 50 + seat, "d-" + seat, parameters.flatFee(), "fee-2"));
    }
    List<CaseSlash> slashes =
        rejected
            ? List.of(Commands.slash(100 * i, "a-" + i, parameters.slashAuthor(), "author"))
            : List.of();
    List<CaseVote> cast =
        IntStream.range(0, votes.size())
            .mapToObj(k ->
                votes.get(k) ? Commands.reject("c-" + (k + 1)) : Commands.accept("c-" + (k + 1)))
            .toList();
    ledger.apply(
        offset, Commands.settle("r" + i, rejected ? "REJECTED" : "ACCEPTED", fees, slashes, cast));
  }
}
