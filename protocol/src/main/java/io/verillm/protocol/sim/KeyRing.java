package io.verillm.protocol.sim;

import io.verillm.protocol.crypto.KeySuite;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.VrfProof;

/** Everybody's secret keys, by name. */
interface KeyRing {
  /** The key that this party signs with. */
  Signer signer(String name);

  /** Encoded public key that this party's draws verify with. */
  byte[] vrfKey(String name);

  /** This party's proof of a draw. */
  VrfProof prove(String name, byte[] alpha);

  /** What reads the public keys of these. */
  KeySuite suite();
}
