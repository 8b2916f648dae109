package io.verillm.protocol.registry;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import java.util.Set;

/**
 * A worker of the registry.
 *
 * @param id worker id
 * @param operator who runs it
 * @param key its signing key, never another
 * @param ready whether its topics exist and it takes tasks
 * @param models models it serves; empty before it was first ready
 * @param profile its numeric profile; empty before it was first ready
 */
public record RegisteredWorker(
    String id, String operator, VerifyKey key, boolean ready, Set<Hash> models, String profile) {
  /** Copies the models. */
  public RegisteredWorker {
    models = Set.copyOf(models);
  }

  RegisteredWorker operatedBy(String operator) {
    return new RegisteredWorker(id, operator, key, ready, models, profile);
  }

  RegisteredWorker serving(boolean ready, Set<Hash> models, String profile) {
    return new RegisteredWorker(id, operator, key, ready, models, profile);
  }

  /** Whether it takes tasks for this model. */
  public boolean serves(Hash modelId) {
    return ready && models.contains(modelId);
  }
}
