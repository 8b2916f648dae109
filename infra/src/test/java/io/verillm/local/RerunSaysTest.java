package io.verillm.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.check.Decision;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model agrees, denies, or has nothing to say. */
class RerunSaysTest {
  @ParameterizedTest
  @CsvSource({
    "ACCEPTED,     ACCEPT,        true",
    "ACCEPTED,     ACCEPT UNSURE, ",
    "ACCEPTED,     UNSURE REJECT, false",
    "ACCEPTED,     '',            false",
    "REJECTED,     ACCEPT REJECT, true",
    "REJECTED,     '',            true",
    "REJECTED,     ACCEPT,        false",
    "REJECTED,     UNSURE,        ",
    "INCONCLUSIVE, ACCEPT,        ",
    "INCONCLUSIVE, REJECT,        ",
    "EXPIRED,      '',            "
  })
  void shouldAgreeOnlyWithWhatItsVotesCallFor(VerdictOutcome told, String votes, Boolean agrees) {
    List<Decision> decisions =
        Arrays.stream(votes.split(" ")).filter(v -> !v.isEmpty()).map(Decision::valueOf).toList();

    RerunSays says = RerunSays.of(decisions);

    assertThat(says.agreesWith(told)).isEqualTo(Optional.ofNullable(agrees));
    assertThat(says.of(told))
        .contains(told.name())
        .contains(agrees == null ? "" : agrees ? "agrees with" : "denies");
  }
}
