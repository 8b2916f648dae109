package io.verillm.cli;

import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.Parameters;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --duty-minutes} and what goes with it: which flags workers owe. */
final class DutyOption {
  /** A day. */
  private static final int MINUTES_MAX = 1_440;

  /** An hour: nobody is paid before it is over. */
  private static final int WINDOW_MAX = 3_600;

  /** Longer than a machine or a container takes to be replaced; settlements wait as long. */
  private static final int WINDOW_USUAL_MAX = 600;

  private static final int PERCENT = DutyTerms.PER_SLOTS / 100;
  private static final int TICKS_A_SECOND = 1_000 / (int) ClosedEpoch.TICK_MILLIS;

  /** What is not said where nobody owes flags yet: the local stack's. */
  private static final DutyTerms USUAL = new DutyTerms(1, 1, 6 * PERCENT, 3 * PERCENT, 7 * PERCENT);

  /** Ticks of a minute. */
  static final int TICKS_A_MINUTE = 60 * TICKS_A_SECOND;

  @Option(
      names = "--duty-minutes",
      paramLabel = "N",
      description =
          "Length of a duty epoch, in which each worker owes flags in each shard; 0: nobody owes"
              + " any.")
  private @Nullable Integer minutes;

  @Option(
      names = "--flag-slots",
      paramLabel = "N",
      description =
          "Most flags that a worker owes in a shard and duty epoch where few requests come"
              + " (default: as in force, or 1).")
  private @Nullable Integer slots;

  @Option(
      names = "--flags",
      paramLabel = "BAD,GOOD",
      split = ",",
      arity = "1",
      description =
          "Percentages of slots that owe a BAD and a GOOD flag (default: as in force, or 6,3).")
  private @Nullable List<Double> rates;

  @Option(
      names = "--flag-share",
      paramLabel = "PERCENT",
      description =
          "Share of all requests that are to be flags: a duty epoch has as many slots as that takes"
              + " by the requests of the last one, and --flag-slots at least. 0: never more (default:"
              + " as in force, or 7, which the parameters' w assumes).")
  private @Nullable Double share;

  @Option(
      names = "--flag-window",
      paramLabel = "SECONDS",
      description =
          "How long a flag can be opened behind the last verdict; every settlement waits for it"
              + " (default: as in force, or as long as a duty epoch, 120..600). A worker that is away"
              + " for longer pays for its BAD flag as for a cheat. 0, where nobody has owed flags for two duty"
              + " epochs: none is opened any more.")
  private @Nullable Integer window;

  DutyOption() {}

  /** Whether anything is to be other than it is. */
  boolean isGiven() {
    return minutes != null || slots != null || rates != null || share != null || window != null;
  }

  /**
   * Parameters with these duties; what is not said stays as it is.
   *
   * @throws CommandFailure for values that nobody could keep
   */
  Parameters in(Parameters present) {
    boolean runs = present.duties().run();
    boolean shallRun = minutes == null ? runs : minutes != 0;
    if (shallRun) {
      DutyTerms terms = terms(runs ? present.duties() : USUAL);
      return present.withFlagTicks(window(present, terms)).withDuties(terms);
    }
    if (slots != null || rates != null || share != null) {
      throw CommandFailure.usage(
          "--flag-slots, --flags and --flag-share go with --duty-minutes above 0");
    }
    if (window == null) {
      // Flags that are planted already must still be opened, so their window stays.
      return present.withDuties(DutyTerms.NONE);
    }
    if (runs || window != 0) {
      throw CommandFailure.usage(
          "--flag-window can only be 0 where nobody owes flags, and only once nobody does");
    }
    return present.withFlagTicks(0);
  }

  /** A flag counts for so long behind its duty epoch, and not longer. */
  private static int usualWindow(int dutyTicks) {
    return Math.clamp(dutyTicks, DutyTerms.LATE_TICKS_MIN, WINDOW_USUAL_MAX * TICKS_A_SECOND);
  }

  private int window(Parameters present, DutyTerms terms) {
    if (window == null) {
      return present.flagTicks() > 0 ? present.flagTicks() : usualWindow(terms.ticks());
    }
    int least = DutyTerms.FLAG_TICKS_MIN / TICKS_A_SECOND;
    require(
        window >= least && window <= WINDOW_MAX,
        "--flag-window",
        least + ".." + WINDOW_MAX,
        window);
    return window * TICKS_A_SECOND;
  }

  private DutyTerms terms(DutyTerms before) {
    return new DutyTerms(
        minutes == null ? before.ticks() : ticks(minutes),
        slots == null ? before.slots() : slots(slots),
        rates == null ? before.bad() : rate(rates, 0),
        rates == null ? before.good() : rate(rates, 1),
        share == null ? before.share() : share(share));
  }

  private static int ticks(int minutes) {
    require(minutes > 0 && minutes <= MINUTES_MAX, "--duty-minutes", "0.." + MINUTES_MAX, minutes);
    return minutes * TICKS_A_MINUTE;
  }

  private static int slots(int slots) {
    require(
        slots > 0 && slots <= DutyTerms.SLOTS_MAX,
        "--flag-slots",
        "1.." + DutyTerms.SLOTS_MAX,
        slots);
    return slots;
  }

  private static int share(double percent) {
    require(percent >= 0 && percent <= 100, "--flag-share", "a percentage", percent);
    return (int) Math.round(percent * PERCENT);
  }

  private static int rate(List<Double> rates, int at) {
    require(
        rates.size() == 2
            && rates.stream().allMatch(rate -> rate >= 0)
            && rates.getFirst() + rates.getLast() <= 100,
        "--flags",
        "BAD,GOOD, percentages of 100 together at most",
        rates);
    return (int) Math.round(rates.get(at) * PERCENT);
  }

  private static void require(boolean holds, String option, String takes, Object given) {
    if (!holds) {
      throw CommandFailure.usage("%s takes %s, not %s".formatted(option, takes, given));
    }
  }
}
