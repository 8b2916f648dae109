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
  /** Steps of so many texts cost little more than one's. */
  static final int BATCH = 16;

  /**
   * Other threads, chunks and optimisations of the graph on each side, and authors that decode one
   * text, up to four and up to {@link #BATCH} in one run.
   */
  static List<HonestSetting> all(EngineDevice device) {
    EngineOptions usual = EngineOptions.on(device);
    EngineOptions plain = usual.withOptimisation(GraphOptimisation.NONE);
    EngineOptions basic = usual.withOptimisation(GraphOptimisation.BASIC);
    return List.of(
        new HonestSetting(usual, usual),
        new HonestSetting(usual.withThreads(2), plain),
        new HonestSetting(usual.withBatch(4), usual.withThreads(2).withChunk(16)),
        new HonestSetting(usual.withBatch(BATCH), usual),
        new HonestSetting(usual.withBatch(BATCH), usual.withChunk(50)),
        new HonestSetting(usual.withBatch(BATCH).withThreads(2), plain.withThreads(2)),
        new HonestSetting(plain.withBatch(BATCH).withThreads(2), usual.withChunk(7)),
        new HonestSetting(basic.withBatch(BATCH), basic.withThreads(2)));
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
