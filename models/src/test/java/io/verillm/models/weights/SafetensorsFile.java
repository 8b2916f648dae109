package io.verillm.models.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes safetensors files byte by byte, wrong ones too. */
final class SafetensorsFile {

  private SafetensorsFile() {}

  static byte[] bytes(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  static FileChannel channel(Path folder, byte[] bytes) throws IOException {
    Path file = Files.createTempFile(folder, "model", ".safetensors");
    Files.write(file, bytes);
    return FileChannel.open(file, StandardOpenOption.READ);
  }
}
