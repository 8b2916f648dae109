package io.verillm.protocol.money;

import static io.verillm.protocol.money.Commands.accept;
import static io.verillm.protocol.money.Commands.close;
import static io.verillm.protocol.money.Commands.fund;
import static io.verillm.protocol.money.Commands.lock;
import static io.verillm.protocol.money.Commands.pay;
import static io.verillm.protocol.money.Commands.reject;
import static io.verillm.protocol.money.Commands.reserve;
import static io.verillm.protocol.money.Commands.settle;
import static io.verillm.protocol.money.Commands.slash;
import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.ReserveEscrow;
import io.verillm.events.Transfer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** One accepted, one rejected case and a close of the scoring epoch, to the unit. */
class LedgerGoldenTest {
  private static final List<SpecificRecord> COMMANDS =
      List.of(
          fund(Accounts.TREASURY, 50_000),
          fund(Commands.ALICE, 2_640),
          fund("stake:w-1", 40_000),
          fund("stake:w-4", 20_000),
          reserve("r1", 1_320),
          reserve("r2", 1_321),
          new ReserveEscrow("second", "r2", 0, Commands.ALICE, 1_320L),
          lock("r1", lock(1, "w-1", 17_200), lock(4, "w-4", 17_200)),
          settle(
              "r1",
              "ACCEPTED",
              List.of(
                  pay(1, "w-1", 200, "author"),
                  pay(2, "w-2", 300, "fee"),
                  pay(3, "w-3", 300, "fee"),
                  pay(4, "w-4", 300, "fee")),
              List.of(),
              List.of(accept("w-2"), accept("w-3"), accept("w-4"))),
          lock("r2", lock(5, "w-1", 17_200), lock(8, "w-4", 17_200)),
          settle(
              "r2",
              "REJECTED",
              List.of(
                  pay(6, "w-2", 300, "fee"),
                  pay(7, "w-3", 300, "fee"),
                  pay(8, "w-4", 300, "fee"),
                  pay(9, "w-5", 300, "fee-2")),
              List.of(slash(5, "w-1", 17_200, "author")),
              List.of(reject("w-2"), reject("w-3"), accept("w-4"))),
          close(0, true));

  @Test
  void shouldMoveExactlyWhatTheVectorsSay() throws IOException {
    Ledger ledger = new Ledger(new GroupedLedgerState(), 1);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < COMMANDS.size(); i++) {
      ledger.apply(i, COMMANDS.get(i)).transfers().forEach(t -> lines.add(line(t)));
    }
    ledger.balances().forEach((account, units) -> lines.add("balance " + account + " " + units));

    assertThat(lines).containsExactlyElementsOf(golden());
  }

  private static String line(Transfer transfer) {
    String postings =
        transfer.getPostings().stream()
            .map(posting -> posting.getAccount() + " " + posting.getAmount())
            .collect(Collectors.joining(", "));
    return "%d %s %s [%s] %s"
        .formatted(
            transfer.getCommandOffset(),
            transfer.getTransferId(),
            transfer.getKind(),
            postings,
            transfer.getNote());
  }

  private static List<String> golden() throws IOException {
    try (InputStream in = LedgerGoldenTest.class.getResourceAsStream("ledger.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
