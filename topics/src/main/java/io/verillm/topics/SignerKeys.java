package io.verillm.topics;

import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.OwnKeys;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** Finds the key that a record must have been signed with. */
@FunctionalInterface
public interface SignerKeys {
  /**
   * The key of a signer.
   *
   * @param signer signer header
   * @param event the record's event, for signers whose key stands in it
   * @return empty for an unknown signer
   */
  Optional<VerifyKey> keyOf(String signer, SpecificRecord event);

  /** Keys of the registry; a requester's is the one in its event. */
  static SignerKeys of(RegistrySnapshot registry) {
    return (signer, event) ->
        signer.equals(Signers.REQUESTER) ? OwnKeys.requester(event) : registry.keyOf(signer);
  }
}
