package io.verillm.gpu.generate;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.Session;
import io.verillm.models.TokenStream;
import io.verillm.models.Tokenizer;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.sampling.SamplingParameters;
import io.verillm.protocol.sampling.SeededSampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Writes texts with one engine, choosing tokens by the protocol's seeded sampler. */
public final class TextGenerator {
  private static final double SECOND_NANOS = 1e9;

  private final Engine engine;
  private final Tokenizer tokenizer;
  private final Set<Integer> eosIds;

  /**
   * @param engine loaded with the tokenizer's model; both stay the caller's
   * @param eosIds tokens that end a text
   */
  public TextGenerator(Engine engine, Tokenizer tokenizer, Set<Integer> eosIds) {
    this.engine = engine;
    this.tokenizer = tokenizer;
    this.eosIds = Set.copyOf(eosIds);
  }

  /**
   * Writes one text. Equal arguments on one numeric profile give equal tokens.
   *
   * @param prompt at least one token
   * @param maxTokens most tokens to choose
   * @param shown is given each piece of text once its characters are complete
   * @throws IllegalArgumentException for a prompt that is empty, too long or outside the vocabulary
   */
  public Generated run(
      int[] prompt, int maxTokens, SamplingParameters sampling, Hash seed, Consumer<String> shown) {
    float[] logits = new float[engine.vocabulary()];
    long start = System.nanoTime();
    try (Session session =
        engine.open(prompt, prompt.length - 1, (position, token, rows, row) -> copy(row, logits))) {
      long read = System.nanoTime();
      TokenStream stream = tokenizer.stream();
      List<Integer> output = new ArrayList<>();
      Generated.Finish finish = Generated.Finish.LENGTH;
      while (output.size() < maxTokens && session.size() <= engine.positionLimit()) {
        int next = SeededSampler.sample(logits, sampling, seed, session.size());
        if (eosIds.contains(next)) {
          finish = Generated.Finish.EOS;
          break;
        }
        output.add(next);
        show(stream.next(next), shown);
        if (output.size() == maxTokens || session.size() == engine.positionLimit()) {
          break;
        }
        session.step(next, (position, token, rows, row) -> copy(row, logits));
      }
      show(stream.end(), shown);
      return new Generated(
          Arrays.stream(prompt).boxed().toList(),
          output,
          tokenizer.decode(output.stream().mapToInt(Integer::intValue).toArray()),
          finish,
          (read - start) / SECOND_NANOS,
          (System.nanoTime() - read) / SECOND_NANOS);
    }
  }

  private static void copy(float[] row, float[] logits) {
    System.arraycopy(row, 0, logits, 0, row.length);
  }

  private static void show(String piece, Consumer<String> shown) {
    if (!piece.isEmpty()) {
      shown.accept(piece);
    }
  }
}
