package io.verillm.gpu.bench;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import java.util.Arrays;
import java.util.Random;

/** Generates and checks one text with one engine, one sequence at a time. */
final class CellBench {
  static final PositionSink NOBODY = (position, token, rows, logits) -> {};

  private final Engine engine;
  private final Random random = new Random(1);

  CellBench(Engine engine) {
    this.engine = engine;
  }

  /**
   * One repeat, in seconds of wall time.
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
  }

  /** Runs over any tokens: which ones does not change the work. */
  Run run(int prompt, int output) {
    int[] text = random.ints(prompt + output, 0, engine.vocabulary()).toArray();
    Stopwatch watch = new Stopwatch();
    double prefill;
    double decode;
    try (Session session = engine.open(Arrays.copyOf(text, prompt), prompt - 1, NOBODY)) {
      prefill = watch.lap();
      for (int at = prompt; at < text.length; at++) {
        session.step(text[at], NOBODY);
      }
      decode = watch.lap();
    }
    double verify = readSeconds(engine, text, prompt);
    int half = prompt + output / 2;
    return new Run(prefill, decode, verify, readSeconds(engine, Arrays.copyOf(text, half), prompt));
  }

  /** Seconds in which an engine reads a text whose tokens behind the prompt are judged. */
  static double readSeconds(Engine engine, int[] text, int prompt) {
    Stopwatch watch = new Stopwatch();
    try (Session session = engine.open(text, prompt - 1, NOBODY)) {
      return watch.lap();
    }
  }
}
