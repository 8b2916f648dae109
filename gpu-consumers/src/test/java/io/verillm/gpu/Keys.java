package io.verillm.gpu;

import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;

/** Deterministic keys. */
public final class Keys {
  private Keys() {}

  public static SigningKey signing(String name) {
    return SigningKey.fromSeed(Hashing.hash("test-key", name.getBytes()).bytes());
  }
}
