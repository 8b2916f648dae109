package io.verillm.protocol.log;

import io.verillm.events.Cosignature;
import io.verillm.events.Seal;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.Wire;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a witness says to a sound seal: its share of the beacon, which decides, and a C2SP
 * cosignature of the checkpoint, which anybody can check without this project.
 */
public final class Cosigning {
  private Cosigning() {}

  /**
   * A cosignature.
   *
   * @param sealValue value bytes of the seal record
   * @param seal the event in them
   * @param sealerKey the key that the seal is signed with
   * @param seconds the witness' clock, POSIX time
   */
  public static Cosignature cosign(
      String witness,
      Signer signer,
      VrfKey vrfKey,
      byte[] sealValue,
      Seal seal,
      VerifyKey sealerKey,
      long seconds) {
    Hash sealHash = Beacon.sealHash(sealValue);
    byte[] timed =
        NoteKey.cosign(witness, signer, Checkpoint.of(seal, sealerKey), seconds).signature();
    return new Cosignature(
        seal.getEpoch(),
        witness,
        Wire.buffer(sealHash),
        Wire.buffer(Beacon.cosign(vrfKey, sealHash).bytes()),
        seconds,
        Wire.buffer(Arrays.copyOfRange(timed, Long.BYTES, timed.length)));
  }

  /**
   * A cosignature's line under the checkpoint; empty if it is not this witness' over that
   * checkpoint.
   */
  public static Optional<NoteSignature> line(
      Cosignature cosignature, VerifyKey witnessKey, Checkpoint checkpoint) {
    NoteKey key = NoteKey.ofWitness(cosignature.getWitness(), witnessKey);
    return Optional.of(
            key.signature(
                cosignature.getTimeSeconds(), Wire.bytes(cosignature.getCheckpointSignature())))
        .filter(signature -> key.verifies(checkpoint, signature));
  }
}
