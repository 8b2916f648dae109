package io.verillm.protocol.crypto;

import java.util.Optional;

/** Reads the public keys of registrations: the one place where the kind of crypto is chosen. */
public interface KeySuite {

  /** Ed25519 and ECVRF-P256: what everything live and every audit uses. */
  KeySuite STANDARD =
      new KeySuite() {
        @Override
        public Optional<VerifyKey> verifyKey(byte[] encoded) {
          return VerifyKey.parse(encoded);
        }

        @Override
        public Optional<VrfPublicKey> vrfKey(byte[] encoded) {
          return VrfPublicKey.parse(encoded);
        }
      };

  /** The key that verifies signatures; empty if the bytes are not a valid one. */
  Optional<VerifyKey> verifyKey(byte[] encoded);

  /** The key that verifies draws; empty if the bytes are not a valid one. */
  Optional<VrfPublicKey> vrfKey(byte[] encoded);
}
