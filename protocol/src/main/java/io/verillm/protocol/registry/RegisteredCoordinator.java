package io.verillm.protocol.registry;

import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;

/**
 * The coordinator of the registry.
 *
 * @param id coordinator id
 * @param key signs what coordinator, sealer and ledger write
 * @param vrfKey the key of its draws
 * @param shards partitions of every request topic
 */
public record RegisteredCoordinator(String id, VerifyKey key, VrfPublicKey vrfKey, int shards) {}
