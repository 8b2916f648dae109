package io.verillm.protocol.registry;

import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;

/**
 * A witness as the registry knows it.
 *
 * @param id its id
 * @param key verifies its events
 * @param vrfKey verifies its share of the beacon
 */
public record RegisteredWitness(String id, VerifyKey key, VrfPublicKey vrfKey) {}
