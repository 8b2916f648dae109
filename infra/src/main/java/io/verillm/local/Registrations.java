package io.verillm.local;

import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.ModelRegistered;
import io.verillm.models.Boundary;
import io.verillm.models.BuiltInModel;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.streams.coordinator.CoordinatorKeys;
import java.util.List;
import java.util.Locale;

/** What the coordinator of a local stack puts on the registry. */
final class Registrations {
  /** Price of one generated token in units; a token costs about a third of a check. */
  static final long PRICE_PER_TOKEN_UNITS = 40;

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

  static ModelRegistered model(BuiltInModel model) {
    return new ModelRegistered(
        Wire.buffer(modelId(model)),
        BuiltInModel.NAME,
        model.manifest().profile().id(),
        model.manifest().profile().rowType().name().toLowerCase(Locale.ROOT),
        model.config().boundaries().stream().map(Boundary::name).toList(),
        model.config().width(),
        model.config().vocabulary(),
        model.config().eosId(),
        model.config().positions(),
        PRICE_PER_TOKEN_UNITS);
  }

  static Hash modelId(BuiltInModel model) {
    return new Hash(model.manifest().modelIdBytes());
  }
}
