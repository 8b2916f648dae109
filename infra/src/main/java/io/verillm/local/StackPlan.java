package io.verillm.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.gpu.intake.IntakeKind;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.Parameters;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a local stack is set up; kept in its folder, so that a restart is the same stack.
 *
 * @param seed from which keys are made
 * @param behaviours behaviour by worker id; only this process knows it, no topic says it
 * @param witnesses who closes its epochs
 * @param intake how its workers take tasks; share groups where a folder's plan does not say
 * @param disputeTicks how long a verdict may be disputed; as in the demo where it is not said
 * @param dutyTicks length of a duty epoch, in which workers plant flags; 0, and where it is not
 *     said, none are planted
 */
public record StackPlan(
    long seed,
    SortedMap<String, String> behaviours,
    StackWitnesses witnesses,
    @Nullable IntakeKind intake,
    @Nullable Integer disputeTicks,
    @Nullable Integer dutyTicks) {
  /** Behaviour of a worker that does what it is told. */
  public static final String HONEST = "honest";

  /** An author and two checkers: two thirds of three seats, the fewest that can decide a case. */
  public static final int WORKERS_MIN = 3;

  /** Two authors, three checkers, and the fewest that make a second committee. */
  public static final int WORKERS_FOR_TWO_ROUNDS = 10;

  /** Most workers of a local stack. */
  public static final int WORKERS_MAX = 50;

  /** Duty epochs of a stack that stays: ten minutes. */
  public static final int DUTY_TICKS = 2_400;

  /** Duty epochs of a demo: half a minute. */
  public static final int DEMO_DUTY_TICKS = 120;

  /**
   * Time to open a flag behind the last verdict, sixteen seconds: more than a step over an outage
   * and what a sealer may hold back together. Everybody's settlement waits for it.
   */
  static final int FLAG_TICKS = 64;

  /** The same where somebody watches and nothing is slow: the least that the registry takes. */
  static final int DEMO_FLAG_TICKS = DutyTerms.FLAG_TICKS_MIN;

  private static final int FLAG_SLOTS = 1;

  /** Of 10,000 workers in a shard and a duty epoch so many owe a BAD flag. */
  private static final int BAD_FLAGS = 600;

  private static final int GOOD_FLAGS = 300;

  /** Of 10,000 requests so many shall be flags, where more come than those would make. */
  private static final int FLAG_SHARE = 700;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Who cheats in the demo, and how. */
  private static final Map<String, String> CHEATS = Map.of("w-03", "int8", "w-07", "lazy");

  public StackPlan {
    behaviours = new TreeMap<>(behaviours);
    // Plans of the first kind name neither.
    witnesses = Optional.ofNullable(witnesses).orElse(StackWitnesses.LOCAL);
    intake = intake == null ? IntakeKind.SHARE : intake;
    disputeTicks = disputeTicks == null ? Parameters.demo().disputeTicks() : disputeTicks;
    dutyTicks = dutyTicks == null ? 0 : dutyTicks;
  }

  /** The same plan with other witnesses. */
  public StackPlan with(StackWitnesses witnesses) {
    return new StackPlan(seed, behaviours, witnesses, intake, disputeTicks, dutyTicks);
  }

  /**
   * A plan with workers {@code w-01}, {@code w-02} and so on.
   *
   * @param honest whether nobody cheats
   * @throws IllegalArgumentException if there are not {@link #WORKERS_MIN}..{@link #WORKERS_MAX}
   */
  public static StackPlan of(int workers, boolean honest, long seed) {
    if (workers < WORKERS_MIN || workers > WORKERS_MAX) {
      throw new IllegalArgumentException(
          "workers must be %d..%d, not %d".formatted(WORKERS_MIN, WORKERS_MAX, workers));
    }
    SortedMap<String, String> behaviours = new TreeMap<>();
    for (int number = 1; number <= workers; number++) {
      String id = "w-%02d".formatted(number);
      behaviours.put(id, honest ? HONEST : CHEATS.getOrDefault(id, HONEST));
    }
    return new StackPlan(seed, behaviours, StackWitnesses.LOCAL, IntakeKind.SHARE, null, null);
  }

  /** The same with another dispute window. */
  public StackPlan withDisputeTicks(int ticks) {
    return new StackPlan(seed, behaviours, witnesses, intake, ticks, dutyTicks);
  }

  /** Its money and time parameters. */
  Parameters parameters() {
    Parameters parameters = Parameters.demo().withDisputeTicks(disputeTicks);
    return plantsFlags()
        ? parameters
            .withFlagTicks(dutyTicks < DUTY_TICKS ? DEMO_FLAG_TICKS : FLAG_TICKS)
            .withDuties(new DutyTerms(dutyTicks, FLAG_SLOTS, BAD_FLAGS, GOOD_FLAGS, FLAG_SHARE))
        : parameters;
  }

  /** Whether its workers plant flags. */
  public boolean plantsFlags() {
    return dutyTicks > 0;
  }

  /**
   * The same with flags, where there are enough workers for a second round: without one no BAD flag
   * can be found.
   *
   * @param ticks length of a duty epoch
   */
  public StackPlan withFlags(int ticks) {
    return behaviours.size() < WORKERS_FOR_TWO_ROUNDS
        ? this
        : new StackPlan(seed, behaviours, witnesses, intake, disputeTicks, ticks);
  }

  /** What to tell whoever starts so few workers; empty where they are enough. */
  public Optional<String> warning() {
    return behaviours.size() >= WORKERS_FOR_TWO_ROUNDS
        ? Optional.empty()
        : Optional.of(
            "note: with %d workers a second round may find too few checkers; its case then ends INCONCLUSIVE (%d are enough)"
                .formatted(behaviours.size(), WORKERS_FOR_TWO_ROUNDS));
  }

  /** The same with another intake. */
  public StackPlan with(IntakeKind intake) {
    return new StackPlan(seed, behaviours, witnesses, intake, disputeTicks, dutyTicks);
  }

  /** The plan that a folder was set up with, or this one, which it then keeps. */
  StackPlan keptIn(StackFolder folder) {
    return StackFolder.read(folder.plan())
        .map(StackPlan::parse)
        .orElseGet(() -> {
          StackFolder.write(folder.plan(), json());
          return this;
        });
  }

  /**
   * The plan of a folder that has one.
   *
   * @throws IllegalArgumentException if it has none
   */
  public static StackPlan of(StackFolder folder) {
    return StackFolder.read(folder.plan())
        .map(StackPlan::parse)
        .orElseThrow(() -> new IllegalArgumentException("no local stack in " + folder.path()));
  }

  private String json() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of numbers and names has a JSON form", e);
    }
  }

  private static StackPlan parse(String json) {
    try {
      return MAPPER.readValue(json, StackPlan.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a stack's plan: " + e.getOriginalMessage());
    }
  }
}
