package io.verillm.deploy;

import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.streams.coordinator.CoordinatorKeys;
import java.util.List;

/** What the coordinator says of itself on the registry. */
final class Registrations {
  /** The coordinator's id on the registry; a log has one coordinator. */
  static final String COORDINATOR = "local";

  private Registrations() {}

  static CoordinatorRegistered coordinator(
      CoordinatorKeys keys, int shards, List<RegisteredWitness> witnesses) {
    return new RegisteredCoordinator(
            COORDINATOR, keys.signer().publicKey(), keys.vrf().publicKey(), shards, witnesses)
        .toEvent();
  }

  static EncryptionKeyRegistered encryptionKey(CoordinatorKeys keys) {
    return new EncryptionKeyRegistered(
        Signers.COORDINATOR, Wire.buffer(keys.decryption().publicKey().bytes()));
  }
}
