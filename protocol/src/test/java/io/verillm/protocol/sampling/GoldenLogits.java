package io.verillm.protocol.sampling;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The logits of the golden vectors: multiples of 1/256 in [-8, 8), with ties. */
final class GoldenLogits {

  static final Hash SEED = Hashing.sha256("sampling".getBytes(StandardCharsets.UTF_8));

  private GoldenLogits() {}

  static float[] of(int size, int position) {
    byte[] name = ("logits-" + size + "-" + position).getBytes(StandardCharsets.UTF_8);
    float[] logits = new float[size];
    for (int i = 0; i < size; i++) {
      byte[] message = ByteBuffer.allocate(name.length + 4).put(name).putInt(i).array();
      int word = ByteBuffer.wrap(Hashing.sha256(message).bytes()).getShort() & 0xffff;
      logits[i] = (word % 4096 - 2048) / 256f;
    }
    return logits;
  }
}
