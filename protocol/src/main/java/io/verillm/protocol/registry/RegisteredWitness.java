package io.verillm.protocol.registry;

import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A witness of the registry.
 *
 * @param id witness id
 * @param key its signing key
 * @param vrfKey the key of its shares of the beacon
 */
public record RegisteredWitness(String id, VerifyKey key, VrfPublicKey vrfKey) {
  private static final int PARTS = 3;

  /** Id and keys in one word, by which people name a witness: {@code id:key:vrf-key} in hex. */
  public String name() {
    return id + ":" + key.hex() + ":" + HexFormat.of().formatHex(vrfKey.bytes());
  }

  /** Reads what {@link #name} wrote; empty for a bad id, and for bytes that are no keys. */
  public static Optional<RegisteredWitness> parse(String name) {
    String[] parts = name.split(":", -1);
    if (parts.length != PARTS || !RegistryRules.isId(parts[0])) {
      return Optional.empty();
    }
    try {
      Optional<VerifyKey> key = VerifyKey.parse(HexFormat.of().parseHex(parts[1]));
      Optional<VrfPublicKey> vrfKey = VrfPublicKey.parse(HexFormat.of().parseHex(parts[2]));
      return key.isPresent() && vrfKey.isPresent()
          ? Optional.of(new RegisteredWitness(parts[0], key.get(), vrfKey.get()))
          : Optional.empty();
    } catch (IllegalArgumentException notHex) {
      return Optional.empty();
    }
  }
}
