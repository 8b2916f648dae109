package io.verillm.protocol.registry;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import java.util.Optional;
import java.util.Set;

/**
 * A worker of the registry.
 *
 * @param id worker id
 * @param operator who runs it
 * @param key its signing key, never another
 * @param vrfKey by which it owes flags; once there never another; empty where its registration is
 *     of version 1
 * @param ready whether its topics exist and it takes tasks
 * @param models models it serves; empty before it was first ready
 * @param profile its numeric profile; empty before it was first ready
 * @param readySequence sequence of its last {@code WorkerReady} that counted; -1 before the first
 */
public record RegisteredWorker(
    String id,
    String operator,
    VerifyKey key,
    Optional<VrfPublicKey> vrfKey,
    boolean ready,
    Set<Hash> models,
    String profile,
    long readySequence) {
  /** Copies the models. */
  public RegisteredWorker {
    models = Set.copyOf(models);
  }

  /** A worker that was never ready. */
  static RegisteredWorker registered(
      String id, String operator, VerifyKey key, Optional<VrfPublicKey> vrfKey) {
    return new RegisteredWorker(id, operator, key, vrfKey, false, Set.of(), "", -1);
  }

  RegisteredWorker drawing(VrfPublicKey with) {
    return new RegisteredWorker(
        id, operator, key, Optional.of(with), ready, models, profile, readySequence);
  }

  RegisteredWorker serving(boolean ready, Set<Hash> models, String profile, long sequence) {
    return new RegisteredWorker(id, operator, key, vrfKey, ready, models, profile, sequence);
  }

  /** Whether it takes tasks for this model. */
  public boolean serves(Hash modelId) {
    return ready && models.contains(modelId);
  }
}
