package io.verillm.protocol.registry;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import java.util.Set;

/**
 * A worker as the registry knows it.
 *
 * @param id its id
 * @param operator who runs it
 * @param key verifies its events
 * @param ready whether its topics exist and it takes tasks
 * @param models models it serves
 * @param profile its numeric profile, empty until it was ready once
 */
public record RegisteredWorker(
    String id, String operator, VerifyKey key, boolean ready, Set<Hash> models, String profile) {
  public RegisteredWorker {
    models = Set.copyOf(models);
  }

  /** Whether it can be given a task of this model. */
  public boolean serves(Hash modelId) {
    return ready && models.contains(modelId);
  }
}
