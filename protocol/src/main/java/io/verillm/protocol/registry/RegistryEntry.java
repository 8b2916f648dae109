package io.verillm.protocol.registry;

import io.verillm.protocol.crypto.KeySuite;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A registry record that is looked at, and what it can come to.
 *
 * @param registry before it
 * @param keys what its keys are read with
 */
record RegistryEntry(RegistrySnapshot registry, SignedRecord record, KeySuite keys) {
  boolean signedBy(String signer) {
    return record.signer().equals(signer);
  }

  boolean about(byte[] subject) {
    return Arrays.equals(record.key(), subject);
  }

  RegistrySnapshot.Applied counted(RegistrySnapshot changed) {
    return new RegistrySnapshot.Applied(changed, Optional.empty());
  }

  RegistrySnapshot.Applied refused(RegistryFault fault, String detail) {
    return new RegistrySnapshot.Applied(
        registry, Optional.of(new RegistrySnapshot.Refused(fault, detail)));
  }

  Optional<VerifyKey> verifyKey(ByteBuffer encoded) {
    return keys.verifyKey(Wire.bytes(encoded));
  }

  Optional<VrfPublicKey> vrfKey(ByteBuffer encoded) {
    return keys.vrfKey(Wire.bytes(encoded));
  }
}
