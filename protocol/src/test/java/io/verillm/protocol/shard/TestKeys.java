package io.verillm.protocol.shard;

import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Everybody's keys, made from their names. */
final class TestKeys {
  private static final Map<String, SigningKey> SIGNING = new ConcurrentHashMap<>();
  private static final Map<String, VrfKey> VRF = new ConcurrentHashMap<>();

  private static final Map<Proven, VrfProof> PROOFS = new ConcurrentHashMap<>();

  private TestKeys() {}

  static SigningKey signing(String name) {
    return SIGNING.computeIfAbsent(name, n -> SigningKey.fromSeed(seed("signing", n)));
  }

  static VrfKey vrf(String name) {
    return VRF.computeIfAbsent(name, n -> VrfKey.fromSeed(seed("vrf", n)));
  }

  /** A proof, made once: proving is slow, and the same epochs come again in many tests. */
  static VrfProof prove(String name, byte[] alpha) {
    return PROOFS.computeIfAbsent(
        new Proven(name, ByteBuffer.wrap(alpha)), p -> vrf(name).prove(alpha));
  }

  private record Proven(String name, ByteBuffer alpha) {}

  private static byte[] seed(String use, String name) {
    return HashInput.of(use).add(name).hash().bytes();
  }

  /** A signer by its header; coordinator, sealer and ledger share one key. */
  static EventSigner signer(String header) {
    boolean own =
        header.startsWith("worker:")
            || header.startsWith("witness:")
            || header.equals(Signers.REQUESTER);
    return new EventSigner(header, signing(own ? header : "coordinator"));
  }
}
