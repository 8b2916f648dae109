package io.verillm.protocol.log;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.crypto.VrfPublicKey;
import java.util.List;
import java.util.Optional;

/**
 * From seals to randomness nobody chose. Each witness' VRF output over the seal hash is unique (RFC
 * 9381), so a party can only withhold.
 */
public final class Beacon {
  private Beacon() {}

  /**
   * {@code H("sealed", value bytes of the seal record)}: what the next seal names and witnesses
   * prove over.
   */
  public static Hash sealHash(byte[] sealValue) {
    return Hashing.hash("sealed", sealValue);
  }

  /** A witness' share of the randomness, which is its cosignature too. */
  public static VrfProof cosign(VrfKey key, Hash sealHash) {
    return key.prove(sealHash.bytes());
  }

  /** The output that a cosignature proves; empty if it proves nothing for this key and seal. */
  public static Optional<Hash> output(VrfPublicKey key, Hash sealHash, byte[] proof) {
    return proof.length == VrfProof.LENGTH
        ? key.verify(sealHash.bytes(), new VrfProof(proof))
        : Optional.empty();
  }

  /** {@code H("randomness", seal hash, outputs)}, outputs ascending by witness id. */
  public static Hash randomness(Hash sealHash, List<Hash> outputs) {
    HashInput input = HashInput.of("randomness").add(sealHash);
    outputs.forEach(input::add);
    return input.hash();
  }
}
