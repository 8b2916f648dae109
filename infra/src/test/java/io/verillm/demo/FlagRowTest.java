package io.verillm.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.FlagKind;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.flag.FlagOutcome;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlagRowTest {
  private static String line(
      FlagKind kind, VerdictOutcome verdict, FlagOutcome worth, Map<String, Long> lost) {
    String cheat = kind == FlagKind.BAD ? "int8" : "";
    return new FlagRow("r1", kind, cheat, "w-01", verdict, worth, 7, lost).line();
  }

  @Test
  void shouldSayThatABadFlagCountsWhereItsAuthorKeptItsStake() {
    assertThat(
            line(FlagKind.BAD, VerdictOutcome.REJECTED, FlagOutcome.COUNTED, Map.of("w-02", 80L)))
        .contains("BAD (int8) by w-01: REJECTED, so it counts", "w-02=80");
    assertThat(
            line(FlagKind.BAD, VerdictOutcome.REJECTED, FlagOutcome.COUNTED, Map.of("w-01", 80L)))
        .contains("REJECTED, but it was opened too late");
  }

  @Test
  void shouldNotSayOfAGoodFlagWhatItsSettlementDoesNotTell() {
    assertThat(line(FlagKind.GOOD, VerdictOutcome.ACCEPTED, FlagOutcome.COUNTED, Map.of()))
        .contains("GOOD by w-01: ACCEPTED, as it should be")
        .doesNotContain("counts");
  }

  @Test
  void shouldCallAFlagVoidThatTheVerdictContradicts() {
    assertThat(line(FlagKind.BAD, VerdictOutcome.ACCEPTED, FlagOutcome.VOID, Map.of("w-01", 80L)))
        .contains("ACCEPTED, so it is void");
    assertThat(line(FlagKind.GOOD, VerdictOutcome.REJECTED, FlagOutcome.VOID, Map.of("w-01", 80L)))
        .contains("REJECTED, so it is void");
  }
}
