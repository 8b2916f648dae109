package io.verillm.gpu.calibration;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.sampling.SamplingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What one pair is asked for, drawn from the plan's seed: equal indexes of a set give equal draws.
 *
 * @param prompt token ids: one of the set's texts and a few tokens of no text, so that pairs of
 *     temperature 0 differ too
 * @param tokens to generate at most
 * @param sampling how tokens are chosen
 * @param seed of the sampling and of the positions that are opened
 * @param variation a number for what else is to be drawn
 */
record PairDraw(int[] prompt, int tokens, SamplingParameters sampling, Hash seed, long variation) {
  private static final double[] TEMPERATURES = {0, 0.6, 0.8, 1.0};
  private static final int TAIL_MAX = 7;

  /** Of so many tokens of a long prompt one is of no text. */
  private static final int OWN_TEXT = 4;

  private static final int TOKENS_MIN = 8;

  /** Positions of a long context, where the model has as many. */
  static final int LONG_POSITIONS = 1024;

  /**
   * Draws.
   *
   * @param prompts all texts of the plan, as tokens
   * @param positionLimit of the model
   * @param vocabulary of the model
   */
  static PairDraw of(
      CalibrationPlan plan,
      List<int[]> prompts,
      CalibrationSet set,
      int index,
      int positionLimit,
      int vocabulary) {
    Hash seed = HashInput.of("calibration-pair").add(plan.seed()).add(set.name()).add(index).hash();
    SplittableRandom random = new SplittableRandom(Long.parseUnsignedLong(seed.hex(), 0, 16, 16));
    List<int[]> texts = new ArrayList<>();
    for (int i = set.ordinal(); i < prompts.size(); i += CalibrationSet.values().length) {
      texts.add(prompts.get(i));
    }
    int[] text = texts.get(random.nextInt(texts.size()));
    int tail = random.nextInt(TAIL_MAX + 1);
    int[] prompt =
        IntStream.concat(
                IntStream.of(text),
                IntStream.generate(() -> random.nextInt(vocabulary)).limit(tail))
            .toArray();
    int wanted = TOKENS_MIN + random.nextInt(plan.tokensMax() - TOKENS_MIN + 1);
    double temperature = TEMPERATURES[random.nextInt(TEMPERATURES.length)];
    SamplingParameters sampling =
        temperature == 0
            ? new SamplingParameters(0, 40, 0.95)
            : new SamplingParameters(
                temperature, 8 + random.nextInt(57), 0.8 + 0.2 * random.nextDouble());
    return new PairDraw(
        prompt,
        Math.min(positionLimit - prompt.length, wanted),
        sampling,
        seed,
        random.nextLong() >>> 1);
  }

  /** The same asked for so many tokens. */
  PairDraw withTokens(int tokens) {
    return new PairDraw(prompt, tokens, sampling, seed, variation);
  }

  /**
   * The same behind a longer prompt, its own over and over with tokens of no text in it: the
   * context then ends between half of the limit and the limit.
   */
  PairDraw lengthened(int positionLimit, int vocabulary) {
    SplittableRandom random = new SplittableRandom(variation);
    int limit = Math.min(positionLimit, LONG_POSITIONS) - tokens;
    int length = Math.max(prompt.length, limit / 2 + random.nextInt(limit / 2 + 1));
    int[] longer =
        IntStream.range(0, length)
            .map(i ->
                i < prompt.length || random.nextInt(OWN_TEXT) > 0
                    ? prompt[i % prompt.length]
                    : random.nextInt(vocabulary))
            .toArray();
    return new PairDraw(longer, tokens, sampling, seed, variation);
  }

  /** A number in [0, bound) that depends on this draw alone. */
  int below(int bound) {
    return (int) (variation % bound);
  }
}
