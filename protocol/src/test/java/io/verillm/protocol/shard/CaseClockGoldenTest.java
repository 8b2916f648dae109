package io.verillm.protocol.shard;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Case time as a second implementation counts it ({@code generate.py}). */
class CaseClockGoldenTest {
  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/case_time.csv", numLinesToSkip = 1)
  void shouldCountWhatTheSecondImplementationCounts(@Nullable String seals, long ticks) {
    CaseClock clock = new CaseClock();
    for (String seal : seals == null ? new String[0] : seals.split("\\|")) {
      clock.closed(Long.parseLong(seal.replace("!", "")), !seal.endsWith("!"));
    }

    assertThat(clock.ticks()).isEqualTo(ticks);
  }
}
