package io.verillm.protocol.registry;

import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;

/**
 * A witness of the registry.
 *
 * @param id witness id
 * @param key its signing key
 * @param vrfKey the key of its shares of the beacon
 */
public record RegisteredWitness(String id, VerifyKey key, VrfPublicKey vrfKey) {}
