package io.verillm.gpu.bench;

import io.verillm.gpu.engine.Engines;
import io.verillm.gpu.engine.OutputsProbe;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.models.BuiltInModel;
import io.verillm.models.ModelConfig;
import io.verillm.models.ModelDirectory;
import io.verillm.models.ModelImport;
import io.verillm.models.ModelStore;
import io.verillm.models.RandomShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs a {@link BenchPlan}. */
public final class EngineBench {
  /** Of a model's budget, where batches are measured too. */
  private static final double ONE_BY_ONE_SHARE = 0.6;

  private static final long SEED = 1;

  /** Of a parameter: two of the copied weights, four of those that run. */
  private static final int STORED_BYTES = 6;

  /** Before and behind the models, and before each length of them. */
  private static final int ROOF_REPEATS = 3;

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
    plan.models().forEach(this::require);
    plan.models().forEach(this::make);
    try (RoofBench roofs = RoofBench.open(plan.probe(), plan.options())) {
      return run(roofs);
    }
  }

  private EngineCost run(RoofBench roofs) {
    Runnable measure = () -> roofs.measure(ROOF_REPEATS);
    progress.accept("roofline: products with large matrices");
    measure.run();
    List<Function<Roofline, ModelCost>> models = new ArrayList<>();
    Duration left = plan.budget();
    for (int i = 0; i < plan.models().size(); i++) {
      long start = System.nanoTime();
      Duration part = left.dividedBy(plan.models().size() - i);
      models.add(model(plan.models().get(i), part, measure));
      left = left.minusNanos(System.nanoTime() - start);
    }
    measure.run();
    Roofline roof = roofs.roof();
    return new EngineCost(
        LocalDate.now(ZoneOffset.UTC).toString(),
        Machine.of(plan.options()),
        plan.repeats(),
        plan.budget().toSeconds() / 60.0,
        roof,
        models.stream().map(model -> model.apply(roof)).toList());
  }

  /** The name under which the store has a model: a shape's random weights have a longer one. */
  private static String stored(String name) {
    return RandomShape.labels().contains(name) ? "random-" + name : name;
  }

  /** A name that nobody has ends the command before anything is made or measured. */
  private void require(String name) {
    if (stored(name).equals(name) && !name.equals(BuiltInModel.NAME)) {
      store.open(name);
    }
  }

  private void make(String name) {
    String stored = stored(name);
    if (stored.equals(name) || store.names().contains(stored)) {
      return;
    }
    RandomShape shape = RandomShape.named(name);
    progress.accept(
        "%s: making random weights, %.1f GB that stay in %s; nothing is downloaded"
            .formatted(name, STORED_BYTES * parameters(shape) / 1e9, store.root()));
    try {
      new ModelImport(store).random(shape, SEED, stored);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + stored, e);
    }
  }

  private static long parameters(RandomShape shape) {
    return ModelConfig.parse(shape.configJson()).parameters();
  }

  private Function<Roofline, ModelCost> model(String name, Duration budget, Runnable measure) {
    ModelBench bench;
    Function<Roofline, ModelCost> alone;
    try (LoadedModel model = LoadedModel.open(stored(name), store, plan.options())) {
      bench =
          new ModelBench(
              plan,
              model.config(),
              budget,
              measure,
              line -> progress.accept("%s: %s".formatted(name, line)));
      alone = alone(name, model, bench);
    }
    if (plan.batch() == 1) {
      return alone;
    }
    List<Function<Roofline, SaturatedCell>> cells = saturated(stored(name), bench);
    return roof -> alone.apply(roof).with(against(roof, cells), bench.skipped());
  }

  private Function<Roofline, ModelCost> alone(String name, LoadedModel model, ModelBench bench) {
    ModelConfig config = model.config();
    bench.warmUp(model.engine());
    progress.accept(name + ": the protocol's share and public bytes");
    ProtocolBench protocol = bench.protocol(model.engine());
    PublicBytes bytes = protocol.bytes();
    protocol.warmUp(bench.protocolWarmUp());
    ProtocolCost cost;
    try (OutputsProbe outputs = outputs(stored(name))) {
      cost = protocol.cost(plan.repeats(), outputs);
    }
    progress.accept(name + ": llama.cpp");
    ComparisonBench.Outcome compared = ComparisonBench.compare(plan, model);
    if (!compared.skipped().isEmpty()) {
      progress.accept("%s: llama.cpp skipped: %s".formatted(name, compared.skipped()));
    }
    List<Function<Roofline, Cell>> cells =
        bench.cells(model.engine(), plan.batch() > 1 ? ONE_BY_ONE_SHARE : 1);
    return roof ->
        new ModelCost(
            name,
            config.parameters(),
            config.layers(),
            config.width(),
            config.boundaries().size(),
            config.positions(),
            against(roof, cells),
            List.of(),
            bench.skipped(),
            cost,
            bytes,
            compared.comparisons(),
            compared.skipped());
  }

  private OutputsProbe outputs(String stored) {
    return stored.equals(BuiltInModel.NAME)
        ? Engines.outputs(ModelDirectory.builtIn(), plan.options())
        : Engines.outputs(store.open(stored), plan.options());
  }

  private static <T> List<T> against(Roofline roof, List<Function<Roofline, T>> cells) {
    return cells.stream().map(cell -> cell.apply(roof)).toList();
  }

  private List<Function<Roofline, SaturatedCell>> saturated(String stored, ModelBench bench) {
    try (LoadedModel model =
        LoadedModel.open(stored, store, plan.options().withBatch(plan.batch()))) {
      return bench.saturated(model.engine());
    }
  }
}
