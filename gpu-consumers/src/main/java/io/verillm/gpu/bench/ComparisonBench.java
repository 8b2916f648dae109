package io.verillm.gpu.bench;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineDevice;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.models.ModelConfig;
import io.verillm.models.ScratchFolder;
import io.verillm.models.weights.OpenWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Lets one model write a text here and in llama.cpp. */
final class ComparisonBench {
  private static final int PROMPT_MAX = 256;
  private static final int OUTPUT_MAX = 64;

  private final LlamaCpp other;
  private final LoadedModel model;
  private final EngineOptions options;
  private final int prompt;
  private final int output;

  /**
   * What came of it.
   *
   * @param comparisons one or none
   * @param skipped why there is none, or empty
   */
  record Outcome(List<Comparison> comparisons, String skipped) {}

  /**
   * Compares if llama.cpp is there; that it fails does not end the benchmark.
   *
   * @throws EngineFailure if this engine fails, or this thread is interrupted
   */
  static Outcome compare(BenchPlan plan, LoadedModel model) {
    Optional<String> missing = missing(plan, model.config());
    if (missing.isPresent()) {
      return new Outcome(List.of(), missing.get());
    }
    LlamaCpp other = new LlamaCpp(plan.llamaCpp().orElseThrow());
    try {
      return new Outcome(
          List.of(new ComparisonBench(other, model, plan.options()).compare(plan.repeats())), "");
    } catch (IOException e) {
      return new Outcome(List.of(), "llama.cpp did not run: " + e.getMessage());
    }
  }

  private static Optional<String> missing(BenchPlan plan, ModelConfig config) {
    if (plan.llamaCpp().isEmpty()) {
      return Optional.of("no --llama-cpp was given");
    }
    if (plan.options().device() != EngineDevice.CPU) {
      return Optional.of("llama.cpp is run on CPUs only");
    }
    return GgufFile.holds(config)
        ? new LlamaCpp(plan.llamaCpp().get()).missing()
        : Optional.of("llama.cpp gets plain models of the Llama family only");
  }

  private ComparisonBench(LlamaCpp other, LoadedModel model, EngineOptions options) {
    this.other = other;
    this.model = model;
    this.options = options;
    this.prompt = Math.min(PROMPT_MAX, model.config().positions() / 2);
    this.output = Math.min(OUTPUT_MAX, model.config().positions() / 2 - 1);
  }

  private Comparison compare(int repeats) throws IOException {
    int[] context = new Random(1).ints(prompt, 0, model.config().vocabulary()).toArray();
    LlamaCpp.Answer theirs = theirs(context, repeats);
    write(context);
    List<LlamaCpp.Run> ours = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      ours.add(write(context));
    }
    return new Comparison(
        theirs.version(),
        prompt,
        output,
        same(ours.getFirst().tokens(), theirs.runs().getFirst().tokens()),
        Spread.of(ours, run -> (prompt - 1) / run.prefill()),
        Spread.of(theirs.runs(), run -> (prompt - 1) / run.prefill()),
        Spread.of(ours, run -> output / run.decode()),
        Spread.of(theirs.runs(), run -> output / run.decode()));
  }

  private LlamaCpp.Answer theirs(int[] context, int repeats) throws IOException {
    try (ScratchFolder folder = ScratchFolder.make("verillm-gguf-");
        OpenWeights weights = model.directory().weights()) {
      Path file = folder.path().resolve("model.gguf");
      GgufFile.write(file, model.config(), weights);
      return other.run(file, context, output, repeats, options);
    }
  }

  private LlamaCpp.Run write(int[] context) {
    Engine engine = model.engine();
    Greedy greedy = new Greedy();
    Stopwatch watch = new Stopwatch();
    try (Session session = engine.open(Arrays.copyOf(context, prompt - 1), prompt, greedy)) {
      double prefill = watch.lap();
      int token = context[prompt - 1];
      List<Integer> tokens = new ArrayList<>();
      while (tokens.size() < output) {
        session.step(token, greedy);
        token = greedy.likeliest;
        tokens.add(token);
      }
      return new LlamaCpp.Run(prefill, watch.lap(), tokens);
    }
  }

  private static int same(List<Integer> one, List<Integer> other) {
    int same = 0;
    while (same < one.size() && one.get(same).equals(other.get(same))) {
      same++;
    }
    return same;
  }

  private static final class Greedy implements PositionSink {
    private int likeliest;

    @Override
    public void accept(int position, int token, byte[] rows, float[] logits) {
      for (int id = 0; id < logits.length; id++) {
        likeliest = id == 0 || logits[id] > logits[likeliest] ? id : likeliest;
      }
    }
  }
}
