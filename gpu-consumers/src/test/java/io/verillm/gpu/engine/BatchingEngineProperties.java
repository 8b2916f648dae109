package io.verillm.gpu.engine;

import static io.verillm.gpu.engine.EngineContract.options;
import static io.verillm.gpu.engine.EngineContract.prefill;
import static io.verillm.gpu.engine.EngineContract.tokens;

import io.verillm.gpu.TinyModel;
import io.verillm.gpu.engine.EngineContract.Computed;
import io.verillm.models.weights.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class BatchingEngineProperties {
  private static Engine alone;
  private static Engine batching;

  @BeforeContainer
  static void open() {
    alone = TinyModel.engine(Variant.FP32, options());
    batching = TinyModel.engine(Variant.FP32, options().withBatch(3).withChunk(16));
  }

  @AfterContainer
  static void close() {
    alone.close();
    batching.close();
  }

  /** One to seven sequences over three seats, of other lengths, some given up half-way. */
  @Property(tries = 25)
  void shouldEqualSequencesRunByThemselves(
      @ForAll @IntRange(min = 1, max = 7) int sequences, @ForAll int seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> contexts = new ArrayList<>();
    List<Callable<Computed>> calls = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      int[] context = tokens(seed + i, random.nextInt(2, 60));
      int prompt = random.nextInt(1, context.length + 1);
      int end = random.nextInt(prompt, context.length + 1);
      contexts.add(Arrays.copyOf(context, end));
      calls.add(() -> EngineContract.decode(batching, Arrays.copyOf(context, end), prompt));
    }

    List<Computed> together = EngineContract.atOnce(calls);

    for (int i = 0; i < sequences; i++) {
      EngineContract.assertEquivalent(together.get(i), prefill(alone, contexts.get(i)));
    }
  }
}
