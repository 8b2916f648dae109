package io.verillm.gpu.bench;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import java.util.Arrays;
import java.util.Random;

/** Generates and checks one text with one engine, one sequence at a time. */
final class CellBench {
  private static final double SECOND_NANOS = 1e9;
  private static final PositionSink NOBODY = (position, token, rows, logits) -> {};

  private final Engine engine;
  private final Random random = new Random(1);

  CellBench(Engine engine) {
    this.engine = engine;
  }

  /**
   * One repeat, in seconds inside the runtime.
   *
   * @param prefill reading the prompt
   * @param decode writing the output, token by token
   * @param verify reading prompt and output at once
   * @param handover reading the prompt and half of the output
   */
  record Run(double prefill, double decode, double verify, double handover) {
    double generate() {
      return prefill + decode;
    }

    double total() {
      return generate() + verify + handover;
    }
  }

  /** Runs over any tokens: which ones does not change the work. */
  Run run(int prompt, int output) {
    int[] text = random.ints(prompt + output, 0, engine.vocabulary()).toArray();
    double prefill;
    double decode;
    try (Session session = engine.open(Arrays.copyOf(text, prompt), prompt - 1, NOBODY)) {
      prefill = session.modelNanos() / SECOND_NANOS;
      for (int at = prompt; at < text.length; at++) {
        session.step(text[at], NOBODY);
      }
      decode = session.modelNanos() / SECOND_NANOS - prefill;
    }
    int half = prompt + output / 2;
    return new Run(
        prefill,
        decode,
        prefillSeconds(text, prompt),
        prefillSeconds(Arrays.copyOf(text, half), prompt));
  }

  private double prefillSeconds(int[] text, int prompt) {
    try (Session session = engine.open(text, prompt - 1, NOBODY)) {
      return session.modelNanos() / SECOND_NANOS;
    }
  }
}
