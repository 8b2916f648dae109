package io.verillm.models.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes constants to a file beside the graph, one after the other, so that no more than one is in
 * memory. A name that was stored before, by another graph, is not written again. Small ones stay in
 * the graph: the runtime looks at their values when it plans.
 */
final class ExternalWeights implements WeightSink {

  private static final int SMALL_VALUES = 256;
  private static final int PIECE_VALUES = 1 << 20;

  /** A page, so that the runtime can map the file. */
  private static final int ALIGNMENT = 4096;

  private final FileChannel file;
  private final String location;
  private final WeightSink inline = WeightSink.inline();
  private final Map<String, Long> offsets = new HashMap<>();
  private final ByteBuffer piece =
      ByteBuffer.allocateDirect(Float.BYTES * PIECE_VALUES).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * @param location the file's name, as the graph will say it
   */
  ExternalWeights(FileChannel file, String location) {
    this.file = file;
    this.location = location;
  }

  @Override
  public void store(TensorProto.Builder tensor, float[] values) {
    if (values.length <= SMALL_VALUES) {
      inline.store(tensor, values);
      return;
    }
    long offset = offsets.computeIfAbsent(tensor.getName(), name -> append(name, values));
    tensor
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString((long) Float.BYTES * values.length)));
  }

  private long append(String name, float[] values) {
    try {
      long offset = Math.ceilDiv(file.position(), ALIGNMENT) * ALIGNMENT;
      file.position(offset);
      for (int at = 0; at < values.length; at += PIECE_VALUES) {
        write(values, at, Math.min(PIECE_VALUES, values.length - at));
      }
      return offset;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + name + " to " + location, e);
    }
  }

  private void write(float[] values, int at, int count) throws IOException {
    piece.clear();
    piece.asFloatBuffer().put(values, at, count);
    piece.limit(Float.BYTES * count);
    while (piece.hasRemaining()) {
      file.write(piece);
    }
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
