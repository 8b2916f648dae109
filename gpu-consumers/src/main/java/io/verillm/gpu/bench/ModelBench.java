package io.verillm.gpu.bench;

import io.verillm.gpu.engine.Engine;
import io.verillm.models.ModelConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The lengths of a plan for one model, as far as its part of the budget goes. What was measured is
 * compared with the roof at the end, when that is known.
 */
final class ModelBench {
  private static final int WARM_PROMPT = 32;
  private static final int WARM_OUTPUT = 8;
  private static final int PROTOCOL_PROMPT = 32;
  private static final int PROTOCOL_OUTPUT = 128;
  private static final int PROTOCOL_OUTPUT_LEAST = 16;
  private static final Duration PROTOCOL_WARM_UP = Duration.ofSeconds(3);
  private static final int PROTOCOL_WARM_UP_PARTS = 100;

  private final BenchPlan plan;
  private final ModelConfig config;
  private final Duration budget;
  private final Runnable measureRoof;
  private final Consumer<String> progress;
  private final long start = System.nanoTime();
  private final List<ModelCost.Skipped> skipped = new ArrayList<>();
  private final List<Lengths> measured = new ArrayList<>();
  private Pace pace = new Pace(0, 0);

  /**
   * @param budget from now on
   * @param measureRoof run beside each length, so that both see the same minutes of the machine
   */
  ModelBench(
      BenchPlan plan,
      ModelConfig config,
      Duration budget,
      Runnable measureRoof,
      Consumer<String> progress) {
    this.plan = plan;
    this.config = config;
    this.budget = budget;
    this.measureRoof = measureRoof;
    this.progress = progress;
  }

  private record Lengths(int prompt, int output) {}

  /** Runs the engine once or twice, for the pace that everything else is planned by. */
  void warmUp(Engine engine) {
    CellBench bench = new CellBench(engine);
    bench.run(WARM_PROMPT, WARM_OUTPUT);
    pace = Pace.of(WARM_PROMPT, WARM_OUTPUT, bench.run(WARM_PROMPT, WARM_OUTPUT));
  }

  /** How long the code around the model may run before it is measured. */
  Duration protocolWarmUp() {
    Duration part = budget.dividedBy(PROTOCOL_WARM_UP_PARTS);
    return part.compareTo(PROTOCOL_WARM_UP) < 0 ? part : PROTOCOL_WARM_UP;
  }

  /** The protocol's share of a text that is as long as a third of the budget allows. */
  ProtocolBench protocol(Engine engine) {
    int prompt = Math.min(PROTOCOL_PROMPT, Collections.min(plan.prompts()));
    int output = Math.min(PROTOCOL_OUTPUT, Collections.min(plan.outputs()));
    // A repeat writes three texts: two of them in turns, for the outputs.
    Duration whole = pace.repeat(prompt, output).multipliedBy(3L * (plan.repeats() + 1));
    boolean fits = whole.compareTo(budget.dividedBy(3)) <= 0;
    return new ProtocolBench(
        engine, config.eosId(), prompt, fits ? output : Math.min(output, PROTOCOL_OUTPUT_LEAST));
  }

  /**
   * One sequence at a time.
   *
   * @param share of the budget that this may use
   */
  List<Function<Roofline, Cell>> cells(Engine engine, double share) {
    CellBench bench = new CellBench(engine);
    List<Function<Roofline, Cell>> cells = new ArrayList<>();
    for (Lengths cell : lengths()) {
      Duration needed = pace.repeat(cell.prompt(), cell.output()).multipliedBy(plan.repeats());
      if (fits(cell, "", needed, left(share))) {
        List<CellBench.Run> runs = new ArrayList<>();
        measureRoof.run();
        for (int i = 0; i < plan.repeats(); i++) {
          runs.add(bench.run(cell.prompt(), cell.output()));
        }
        pace = Pace.of(cell.prompt(), cell.output(), runs.getLast());
        progress.accept(figures(runs));
        cells.add(roof -> Cell.of(cell.prompt(), cell.output(), runs, config, roof));
        measured.add(cell);
      }
    }
    return cells;
  }

  /** What is left of a length if the command is stopped before its end. */
  private static String figures(List<CellBench.Run> runs) {
    return "  generate %.2f s, check %.3f s, check/generate %.1f %%"
        .formatted(
            Spread.of(runs, CellBench.Run::generate).median(),
            Spread.of(runs, CellBench.Run::verify).median(),
            100 * Spread.of(runs, run -> run.verify() / run.generate()).median());
  }

  /** Several at once, at the lengths that were measured one at a time. */
  List<Function<Roofline, SaturatedCell>> saturated(Engine engine) {
    int batch = plan.batch();
    SaturationBench bench = new SaturationBench(engine, batch);
    List<Function<Roofline, SaturatedCell>> cells = new ArrayList<>();
    for (Lengths cell : measured) {
      // Twice the texts, each at most as long as alone.
      Duration needed =
          pace.repeat(cell.prompt(), cell.output()).multipliedBy(2L * batch * plan.repeats());
      if (fits(cell, " in batches of " + batch, needed, left(1))) {
        List<SaturationBench.Run> runs = new ArrayList<>();
        measureRoof.run();
        for (int i = 0; i < plan.repeats(); i++) {
          runs.add(bench.run(cell.prompt(), cell.output()));
        }
        cells.add(
            roof -> SaturatedCell.of(cell.prompt(), cell.output(), batch, runs, config, roof));
      }
    }
    return cells;
  }

  /** What was not measured. */
  List<ModelCost.Skipped> skipped() {
    return skipped;
  }

  private Duration left(double share) {
    long end = start + (long) (share * budget.toNanos());
    return Duration.ofNanos(end - System.nanoTime());
  }

  /** Shortest first, so that what is left of a budget is known before the long ones. */
  private List<Lengths> lengths() {
    List<Lengths> lengths = new ArrayList<>();
    for (int prompt : plan.prompts()) {
      for (int output : plan.outputs()) {
        lengths.add(new Lengths(prompt, output));
      }
    }
    lengths.sort(Comparator.comparingInt(Lengths::output).thenComparingInt(Lengths::prompt));
    return lengths;
  }

  private boolean fits(Lengths cell, String how, Duration needed, Duration left) {
    Optional<String> reason = Optional.empty();
    if (cell.prompt() + cell.output() > config.positions()) {
      reason = Optional.of("longer than the model's context of " + config.positions());
    } else if (needed.compareTo(left) > 0) {
      reason =
          Optional.of(
              "would take %d s, the budget has %d s left"
                  .formatted(needed.toSeconds(), Math.max(0, left.toSeconds())));
    }
    String what = "prompt %d, output %d%s".formatted(cell.prompt(), cell.output(), how);
    progress.accept(what + reason.map(r -> " skipped: " + r).orElse(""));
    reason.ifPresent(
        r -> skipped.add(new ModelCost.Skipped(cell.prompt(), cell.output(), r + how)));
    return reason.isEmpty();
  }
}
