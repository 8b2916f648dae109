package io.verillm.protocol.event;

import io.verillm.events.Dispute;
import io.verillm.events.Request;
import io.verillm.protocol.crypto.VerifyKey;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** Keys that events bring along: requesters are not registered. */
public final class OwnKeys {
  private OwnKeys() {}

  /** The key of the requester that says this; empty for events that requesters do not say. */
  public static Optional<VerifyKey> requester(SpecificRecord event) {
    return switch (event) {
      case Request request -> VerifyKey.parse(Wire.bytes(request.getRequesterKey()));
      case Dispute dispute -> VerifyKey.parse(Wire.bytes(dispute.getRequesterKey()));
      default -> Optional.empty();
    };
  }
}
