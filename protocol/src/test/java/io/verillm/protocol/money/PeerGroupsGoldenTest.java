package io.verillm.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CaseVote;
import io.verillm.events.SettleCase;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Scores over cases with several w as a second implementation has them ({@code generate.py}). */
class PeerGroupsGoldenTest {
  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/peer_groups.csv", numLinesToSkip = 1)
  void shouldScoreEachCaseByItsOwnWeight(String cases, @Nullable String scores) {
    Ledger ledger = new Ledger(new GroupedLedgerState(), 1);
    ledger.apply(0, Commands.fund(Accounts.TREASURY, 1_000_000_000_000L));
    ledger.apply(1, Commands.fund(Commands.ALICE, 1_000_000L));
    int offset = 2;
    for (String told : cases.split("\\|")) {
      String request = "r" + offset;
      ledger.apply(offset, Commands.reserve(request, 1));
      ledger.apply(offset + 1, settlement(request, told));
      offset += 2;
    }

    assertThat(
            ledger.apply(offset, Commands.close(0, true)).scores().stream()
                .map(score -> score.getWorker() + " " + score.getScore())
                .collect(Collectors.joining("|")))
        .isEqualTo(scores == null ? "" : scores);
  }

  private static SettleCase settlement(String request, String told) {
    List<String> words = Arrays.asList(told.split(" "));
    List<CaseVote> votes =
        words.stream()
            .skip(1)
            .map(word -> word.split(":"))
            .map(vote -> new CaseVote(vote[0], vote[1].startsWith("R"), !vote[1].endsWith("h")))
            .toList();
    return SettleCase.newBuilder(Commands.settle(request, "ACCEPTED", List.of(), List.of(), votes))
        .setPeerWeight(Long.parseLong(words.getFirst()))
        .build();
  }
}
