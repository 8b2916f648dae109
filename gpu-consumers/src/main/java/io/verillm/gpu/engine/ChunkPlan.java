package io.verillm.gpu.engine;

/** Cuts a prefill into chunks. */
final class ChunkPlan {
  private ChunkPlan() {}

  /**
   * Length of the next chunk. A lone last token would go through the runtime's single-token
   * kernels, whose rounding differs from that of longer runs; one token is left to the last chunk's
   * neighbour instead.
   *
   * @param remaining tokens not fed yet, at least one
   * @param chunk most tokens of a chunk, at least 4
   */
  static int next(int remaining, int chunk) {
    if (remaining <= chunk) {
      return remaining;
    }
    return remaining == chunk + 1 ? chunk - 1 : chunk;
  }
}
