package io.verillm.streams.log;

import io.verillm.events.WitnessRegistered;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.registry.RegisteredWitness;
import java.nio.ByteBuffer;

/**
 * Who a witness is.
 *
 * @param id its id on the registry
 * @param key signs its events
 * @param vrfKey gives its share of the beacon
 */
public record WitnessKeys(String id, Signer key, VrfKey vrfKey) {

  /** What a coordinator names. */
  public RegisteredWitness registered() {
    return new RegisteredWitness(id, key.publicKey(), vrfKey.publicKey());
  }

  EventSigner signer() {
    return new EventSigner(Signers.witness(id), key);
  }

  WitnessRegistered registration() {
    return new WitnessRegistered(
        id, ByteBuffer.wrap(key.publicKey().bytes()), ByteBuffer.wrap(vrfKey.publicKey().bytes()));
  }
}
