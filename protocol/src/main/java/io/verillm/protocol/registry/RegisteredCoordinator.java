package io.verillm.protocol.registry;

import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import java.util.List;

/**
 * The coordinator of the registry.
 *
 * @param id coordinator id
 * @param key signs what coordinator, sealer and ledger write
 * @param vrfKey the key of its draws
 * @param shards partitions of every request topic
 * @param witnesses ids of the witnesses whose cosignatures close epochs, ascending
 */
public record RegisteredCoordinator(
    String id, VerifyKey key, VrfPublicKey vrfKey, int shards, List<String> witnesses) {
  public RegisteredCoordinator {
    witnesses = List.copyOf(witnesses);
  }
}
