package io.verillm.gpu.engine;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;

/** How far the runtime may rewrite a graph before it runs it; what it fuses rounds otherwise. */
public enum GraphOptimisation {
  /** The graph as it was built. */
  NONE(OptLevel.NO_OPT),
  /** What is redundant is removed, constants are folded. */
  BASIC(OptLevel.BASIC_OPT),
  /** Operators are fused and laid out for the device. */
  ALL(OptLevel.ALL_OPT);

  private final OptLevel level;

  GraphOptimisation(OptLevel level) {
    this.level = level;
  }

  OptLevel level() {
    return level;
  }
}
