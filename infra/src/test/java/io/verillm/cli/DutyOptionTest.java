package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class DutyOptionTest {
  @Command
  static final class Holder {
    @Mixin private DutyOption duties = new DutyOption();
  }

  @Test
  void shouldLetNobodyOweFlagsUnlessItIsSaid() {
    Parameters before =
        Parameters.standard().withFlagTicks(64).withDuties(new DutyTerms(240, 1, 6, 3));

    assertThat(parsed().in(Parameters.standard())).isEqualTo(Parameters.standard());
    assertThat(parsed().in(before)).isEqualTo(before);
  }

  @Test
  void shouldLetFlagsOfBeforeBeOpenedWhenDutiesEnd() {
    Parameters running = parsed("--duty-minutes", "10").in(Parameters.standard());

    Parameters ended = parsed("--duty-minutes", "0").in(running);

    assertThat(ended.duties().run()).isFalse();
    assertThat(ended.flagTicks()).isEqualTo(running.flagTicks()).isPositive();
    assertThat(parsed("--flag-window", "0").in(ended)).isEqualTo(Parameters.standard());
    assertThatThrownBy(() -> parsed("--flag-window", "0").in(running))
        .isInstanceOf(CommandFailure.class);
  }

  @Test
  void shouldLeaveWhatIsNotSaidAsItIs() {
    Parameters set =
        parsed("--duty-minutes", "10", "--flags", "2,1", "--flag-window", "600")
            .in(Parameters.standard());

    assertThat(parsed("--duty-minutes", "20").in(set))
        .isEqualTo(set.withDuties(new DutyTerms(4_800, 1, 200, 100, 700)));
    assertThat(parsed("--flags", "3,2").in(set))
        .isEqualTo(set.withDuties(new DutyTerms(2_400, 1, 300, 200, 700)));
  }

  @Test
  void shouldCountInTicksAndInSlotsOfTenThousand() {
    Parameters set =
        parsed(
                "--duty-minutes",
                "10",
                "--flags",
                "2.5,1",
                "--flag-slots",
                "2",
                "--flag-share",
                "0.5")
            .in(Parameters.standard());

    assertThat(set.duties()).isEqualTo(new DutyTerms(2_400, 2, 250, 100, 50));
  }

  @ParameterizedTest
  @CsvSource({"1, 120", "5, 300", "10, 600", "60, 600"})
  void shouldLeaveTimeToComeBackToWhoWroteAFlag(int minutes, int seconds) {
    Parameters set = parsed("--duty-minutes", "" + minutes).in(Parameters.standard());

    assertThat(set.flagTicks()).isEqualTo(4 * seconds);
    assertThat(parsed("--duty-minutes", "20").in(set.withFlagTicks(64)).flagTicks()).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--duty-minutes -1",
        "--duty-minutes 1441",
        "--duty-minutes 10 --flag-window 3",
        "--duty-minutes 10 --flag-slots 0",
        "--duty-minutes 10 --flags 60,50",
        "--duty-minutes 10 --flags 6",
        "--duty-minutes 10 --flags=-1,5"
      })
  void shouldRefuseWhatNobodyCouldKeep(String options) {
    DutyOption option = parsed(options.split(" "));

    assertThatThrownBy(() -> option.in(Parameters.standard()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining(" takes ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--flags 6,3", "--duty-minutes 0 --flag-slots 2", "--flag-window 60"})
  void shouldRefuseTermsOfDutiesThatNobodyHas(String options) {
    DutyOption option = parsed(options.split(" "));

    assertThatThrownBy(() -> option.in(Parameters.standard()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("--flag");
  }

  private static DutyOption parsed(String... options) {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(options);
    return holder.duties;
  }
}
