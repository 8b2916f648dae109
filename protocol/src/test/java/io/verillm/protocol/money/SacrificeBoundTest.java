package io.verillm.protocol.money;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.check.CaseLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What an author of a coalition loses by a REJECTED segment is no less than what that segment can
 * bring to all others, whoever they are: {@code slash >= (m + h) (2 w + fee) + (2 m + 1) fee}.
 */
class SacrificeBoundTest {
  @ParameterizedTest
  @CsvSource({"3, 7200", "7, 4100"})
  void shouldCoverAllThatABadSegmentPaysOut(int checkers, long weight) {
    Parameters parameters = Parameters.of(weight, 300, checkers);
    for (int handovers = 0; handovers <= CaseLimits.HANDOVERS_MAX; handovers++) {
      long votes = checkers + handovers;
      long bound = votes * (2 * weight + 300) + (2L * checkers + 1) * 300;

      assertThat(parameters.slashAuthor()).isGreaterThanOrEqualTo(bound);
      assertThat(parameters.slashLeft(checkers, handovers))
          .isEqualTo(parameters.slashAuthor() - bound);
    }
    assertThat(parameters.lock()).isGreaterThanOrEqualTo(parameters.slashAuthor());
  }

  @Test
  void shouldNotCoverCommitteesThatTheTableWasNotMadeFor() {
    assertThat(Parameters.standard().slashLeft(5, 1)).isPositive();
    assertThat(Parameters.standard().slashLeft(7, 0)).isNegative();
    assertThat(Parameters.standardOfSeven().slashLeft(7, 3)).isPositive();
  }
}
