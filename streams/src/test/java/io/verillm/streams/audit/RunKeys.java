package io.verillm.streams.audit;

import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.registry.RegisteredWitness;

/** Everybody's keys, made from their names. */
final class RunKeys {
  private RunKeys() {}

  /** A signer by its header; coordinator, sealer and ledger share one key. */
  static EventSigner signer(String header) {
    return new EventSigner(
        header, SigningKey.fromSeed(seed("sign", header.contains(":") ? header : "coordinator")));
  }

  /** The coordinator's record with another event in its place. */
  static SignedRecord resigned(SignedRecord record, byte[] value) {
    SignedRecord signed =
        signer(Signers.COORDINATOR).sign(record.topic(), record.partition(), record.key(), value);
    return new SignedRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.key(),
        signed.value(),
        record.signer(),
        signed.signature());
  }

  static VrfKey vrf(String name) {
    return VrfKey.fromSeed(seed("vrf", name));
  }

  static RegisteredWitness witness(String id) {
    return new RegisteredWitness(
        id, signer(Signers.witness(id)).key().publicKey(), vrf(id).publicKey());
  }

  /** What a party reads private mode with. */
  static DecryptionKey reader(String party) {
    return DecryptionKey.fromSeed(seed("read", party));
  }

  private static byte[] seed(String use, String name) {
    return HashInput.of(use).add(name).hash().bytes();
  }
}
