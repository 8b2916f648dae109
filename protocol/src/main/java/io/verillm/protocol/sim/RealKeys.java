package io.verillm.protocol.sim;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.KeySuite;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.crypto.VrfProof;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** Ed25519 and ECVRF-P256 keys, as the live apps use them; made from the seed and names. */
final class RealKeys implements KeyRing {
  private final long seed;
  private final BiConsumer<byte[], Hash> drawn;
  private final Map<String, SigningKey> signers = new HashMap<>();
  private final Map<String, VrfKey> vrfs = new HashMap<>();

  /**
   * Keys of one run.
   *
   * @param drawn is told every draw's input and output
   */
  RealKeys(long seed, BiConsumer<byte[], Hash> drawn) {
    this.seed = seed;
    this.drawn = drawn;
  }

  @Override
  public Signer signer(String name) {
    return signers.computeIfAbsent(name, n -> SigningKey.fromSeed(secret("signing", n)));
  }

  @Override
  public byte[] vrfKey(String name) {
    return vrf(name).publicKey().bytes();
  }

  @Override
  public VrfProof prove(String name, byte[] alpha) {
    VrfProof proof = vrf(name).prove(alpha);
    drawn.accept(alpha, vrf(name).output(alpha));
    return proof;
  }

  private VrfKey vrf(String name) {
    return vrfs.computeIfAbsent(name, n -> VrfKey.fromSeed(secret("vrf", n)));
  }

  private byte[] secret(String use, String name) {
    return HashInput.of(use).add(seed).add(name).hash().bytes();
  }

  @Override
  public KeySuite suite() {
    return KeySuite.STANDARD;
  }
}
