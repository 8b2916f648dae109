package io.verillm.gpu.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * What one run computed.
 *
 * @param graph the run's
 * @param boundaries rows of each boundary
 * @param logits of the rows that were asked for, one row after the other
 * @param caches of each group, the fed tokens included
 * @param nanos spent in the runtime
 */
@SuppressWarnings("ArrayRecordComponent")
record RunOutputs(
    DecoderGraph graph,
    List<ByteBuffer> boundaries,
    float[] logits,
    List<SequenceCache> caches,
    long nanos) {
  /**
   * Tells some consecutive rows.
   *
   * @param row of the first
   * @param position of the first
   * @param tokens fed at them
   * @param logitRow where the first row's logits stand that were asked for
   * @param logitsFrom first position that has logits
   */
  void tell(int row, int position, int[] tokens, int logitRow, int logitsFrom, PositionSink sink) {
    int rowBytes = graph.dimension() * Float.BYTES;
    byte[] encoded = new byte[boundaries.size() * rowBytes];
    int asked = logitRow;
    for (int i = 0; i < tokens.length; i++) {
      for (int boundary = 0; boundary < boundaries.size(); boundary++) {
        boundaries.get(boundary).get((row + i) * rowBytes, encoded, boundary * rowBytes, rowBytes);
      }
      boolean isAsked = position + i >= logitsFrom;
      sink.accept(
          position + i, tokens[i], encoded, isAsked ? logitsOf(asked++) : PositionSink.NO_LOGITS);
    }
  }

  private float[] logitsOf(int asked) {
    int from = asked * graph.vocabulary();
    int to = from + graph.vocabulary();
    return to - from == logits.length ? logits : Arrays.copyOfRange(logits, from, to);
  }
}
