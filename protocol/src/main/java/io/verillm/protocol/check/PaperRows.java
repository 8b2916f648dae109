package io.verillm.protocol.check;

import io.verillm.protocol.trace.Row;

/**
 * Policy {@code paper}: VeriLLM's own acceptance rule, as {@link PaperStatistics} reads it. Never
 * unsure; its statistic is P_e in parts per million.
 */
public record PaperRows() implements RowTest {

  @Override
  public RowScore test(int boundary, Row checker, Row author) {
    return PaperStatistics.of(checker, author)
        .map(statistics ->
            new RowScore(
                statistics.exponentMismatchPpm(),
                statistics.accepted() ? TestOutcome.PASS : TestOutcome.FAIL))
        .orElseGet(RowScore::notFinite);
  }
}
