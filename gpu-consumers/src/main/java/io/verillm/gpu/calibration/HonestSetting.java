package io.verillm.gpu.calibration;

import io.verillm.gpu.engine.EngineDevice;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.GraphOptimisation;
import java.util.List;
import java.util.Locale;

/**
 * How an author decodes and how a checker prefills, both honestly.
 *
 * @param author options of the author's engine
 * @param checker options of the checker's engine
 */
record HonestSetting(EngineOptions author, EngineOptions checker) {

  /**
   * Other threads, chunks and optimisations of the graph on each side, and an author that decodes
   * several texts in one run, as many as are computed at once.
   */
  static List<HonestSetting> all(EngineDevice device) {
    EngineOptions usual = EngineOptions.on(device);
    EngineOptions plain = usual.withOptimisation(GraphOptimisation.NONE);
    EngineOptions basic = usual.withOptimisation(GraphOptimisation.BASIC);
    return List.of(
        new HonestSetting(usual, usual),
        new HonestSetting(usual, usual.withThreads(2).withChunk(16)),
        new HonestSetting(usual.withThreads(2), usual.withChunk(50)),
        new HonestSetting(usual, plain),
        new HonestSetting(plain.withThreads(2), usual.withChunk(7)),
        new HonestSetting(usual, basic.withThreads(2)),
        new HonestSetting(usual.withBatch(4), usual));
  }

  /** For people: threads, chunk, optimisation and batch of both sides. */
  String label() {
    return label(author) + " against " + label(checker);
  }

  private static String label(EngineOptions options) {
    return "%d/%d/%s/%d"
        .formatted(options.threads(), options.chunk(), options.optimisation(), options.batch())
        .toLowerCase(Locale.ROOT);
  }
}
