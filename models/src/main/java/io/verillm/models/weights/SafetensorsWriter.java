package io.verillm.models.weights;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;

/** Writes weights as a safetensors file, tensors in order of name, one in memory at a time. */
public final class SafetensorsWriter {

  private static final int PIECE_VALUES = 1 << 16;
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes the file; what was there is replaced.
   *
   * @param type element type of all tensors; values that it cannot hold are rounded to the nearest
   * @throws IOException if the file cannot be written; a part of it may be there then
   */
  public static void write(Path file, Weights weights, ElementType type) throws IOException {
    byte[] header = header(weights, type);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      out.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .array());
      out.write(header);
      for (String name : new TreeSet<>(weights.names())) {
        write(out, weights.tensor(name).values(), type);
      }
    }
  }

  private static byte[] header(Weights weights, ElementType type) {
    ObjectNode header = new JsonMapper().createObjectNode();
    long offset = 0;
    for (String name : new TreeSet<>(weights.names())) {
      ObjectNode tensor = header.putObject(name).put("dtype", type.name());
      long elements = 1;
      for (int size : weights.shape(name)) {
        tensor.withArray("shape").add(size);
        elements *= size;
      }
      long end = offset + elements * type.bytes();
      tensor.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    String text = header.toString();
    // Readers map the file, so the tensors start at a multiple of eight.
    int padding = Math.floorMod(-text.length(), ALIGNMENT);
    return (text + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
  }

  private static void write(OutputStream out, float[] values, ElementType type) throws IOException {
    ByteBuffer piece =
        ByteBuffer.allocate(PIECE_VALUES * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < values.length; at += PIECE_VALUES) {
      piece.clear();
      int end = Math.min(values.length, at + PIECE_VALUES);
      for (int i = at; i < end; i++) {
        type.put(piece, values[i]);
      }
      out.write(piece.array(), 0, piece.position());
    }
  }
}
