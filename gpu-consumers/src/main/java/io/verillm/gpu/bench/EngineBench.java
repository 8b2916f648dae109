package io.verillm.gpu.bench;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelImport;
import io.verillm.models.ModelStore;
import io.verillm.models.RandomShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs a {@link BenchPlan}. */
public final class EngineBench {
  private static final int WARM_PROMPT = 32;
  private static final int WARM_OUTPUT = 8;
  private static final int PROTOCOL_PROMPT = 32;
  private static final int PROTOCOL_OUTPUT = 128;
  private static final int PROTOCOL_OUTPUT_LEAST = 16;
  private static final long SEED = 1;

  private final BenchPlan plan;
  private final ModelStore store;
  private final Consumer<String> progress;

  /**
   * @param store of imported and random models; a random one that is missing is made there
   * @param progress is told what is going on, line by line
   */
  public EngineBench(BenchPlan plan, ModelStore store, Consumer<String> progress) {
    this.plan = plan;
    this.store = store;
    this.progress = progress;
  }

  /**
   * Measures.
   *
   * @throws io.verillm.models.InvalidModelException if there is no model of a name
   * @throws io.verillm.gpu.engine.EngineFailure if the device is not there
   */
  public EngineCost run() {
    plan.models().forEach(this::make);
    progress.accept("roofline: products with large matrices");
    Roofline roof = Roofline.measure(plan.probe(), plan.options(), Math.max(3, plan.repeats()));
    List<ModelCost> models = new ArrayList<>();
    Duration left = plan.budget();
    for (int i = 0; i < plan.models().size(); i++) {
      long start = System.nanoTime();
      models.add(model(plan.models().get(i), roof, left.dividedBy(plan.models().size() - i)));
      left = left.minusNanos(System.nanoTime() - start);
    }
    return new EngineCost(
        LocalDate.now(ZoneOffset.UTC).toString(),
        Machine.of(plan.options()),
        plan.repeats(),
        plan.budget().toSeconds() / 60.0,
        roof,
        models);
  }

  /** The name under which the store has a model: a shape's random weights have a longer one. */
  private static String stored(String name) {
    return RandomShape.labels().contains(name) ? "random-" + name : name;
  }

  private void make(String name) {
    String stored = stored(name);
    if (stored.equals(name) || store.names().contains(stored)) {
      return;
    }
    progress.accept("%s: making random weights in %s".formatted(name, store.root()));
    try {
      new ModelImport(store).random(RandomShape.named(name), SEED, stored);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + stored, e);
    }
  }

  private ModelCost model(String name, Roofline roof, Duration budget) {
    try (LoadedModel model = LoadedModel.open(stored(name), store, plan.options())) {
      return measure(name, model.engine(), model.config(), roof, budget);
    }
  }

  private ModelCost measure(
      String name, Engine engine, ModelConfig config, Roofline roof, Duration budget) {
    long end = System.nanoTime() + budget.toNanos();
    CellBench bench = new CellBench(engine);
    bench.run(WARM_PROMPT, WARM_OUTPUT);
    Pace pace = Pace.of(WARM_PROMPT, WARM_OUTPUT, bench.run(WARM_PROMPT, WARM_OUTPUT));
    ProtocolBench protocol = protocol(engine, config, pace, budget);
    progress.accept(name + ": the protocol's share and public bytes");
    PublicBytes bytes = protocol.bytes();
    ProtocolCost cost = protocol.cost(plan.repeats());
    List<Cell> cells = new ArrayList<>();
    List<ModelCost.Skipped> skipped = new ArrayList<>();
    for (Lengths cell : cells()) {
      Optional<String> reason =
          whyNot(cell, pace, config, Duration.ofNanos(end - System.nanoTime()));
      progress.accept(
          "%s: prompt %d, output %d%s"
              .formatted(
                  name,
                  cell.prompt(),
                  cell.output(),
                  reason.map(r -> " skipped: " + r).orElse("")));
      if (reason.isEmpty()) {
        List<CellBench.Run> runs = new ArrayList<>();
        for (int i = 0; i < plan.repeats(); i++) {
          runs.add(bench.run(cell.prompt(), cell.output()));
        }
        pace = Pace.of(cell.prompt(), cell.output(), runs.getLast());
        cells.add(Cell.of(cell.prompt(), cell.output(), runs, config, roof));
      } else {
        skipped.add(new ModelCost.Skipped(cell.prompt(), cell.output(), reason.get()));
      }
    }
    return new ModelCost(
        name,
        config.parameters(),
        config.layers(),
        config.width(),
        config.boundaries().size(),
        config.positions(),
        cells,
        skipped,
        cost,
        bytes);
  }

  /** As long as a third of the model's time allows. */
  private ProtocolBench protocol(Engine engine, ModelConfig config, Pace pace, Duration budget) {
    int prompt = Math.min(PROTOCOL_PROMPT, Collections.min(plan.prompts()));
    int output = Math.min(PROTOCOL_OUTPUT, Collections.min(plan.outputs()));
    Duration whole = pace.repeat(prompt, output).multipliedBy(plan.repeats() + 1);
    boolean fits = whole.compareTo(budget.dividedBy(3)) <= 0;
    return new ProtocolBench(
        engine, config.eosId(), prompt, fits ? output : Math.min(output, PROTOCOL_OUTPUT_LEAST));
  }

  private record Lengths(int prompt, int output) {}

  /** Shortest first, so that what is left of a budget is known before the long ones. */
  private List<Lengths> cells() {
    List<Lengths> cells = new ArrayList<>();
    for (int prompt : plan.prompts()) {
      for (int output : plan.outputs()) {
        cells.add(new Lengths(prompt, output));
      }
    }
    cells.sort(Comparator.comparingInt(Lengths::output).thenComparingInt(Lengths::prompt));
    return cells;
  }

  private Optional<String> whyNot(Lengths cell, Pace pace, ModelConfig config, Duration left) {
    if (cell.prompt() + cell.output() > config.positions()) {
      return Optional.of("longer than the model's context of " + config.positions());
    }
    Duration needed = pace.repeat(cell.prompt(), cell.output()).multipliedBy(plan.repeats());
    return needed.compareTo(left) <= 0
        ? Optional.empty()
        : Optional.of(
            "would take %d s, the budget has %d s left"
                .formatted(needed.toSeconds(), Math.max(0, left.toSeconds())));
  }
}
