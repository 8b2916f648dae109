package io.verillm.intake;

import io.verillm.events.Request;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.RequestIds;
import io.verillm.topics.Topic;
import java.util.Base64;
import java.util.Optional;

/**
 * Requests that the client signed itself: the body is the event as it goes onto the log, the
 * signature stands in a header. They pass as they are; who posts one twice posts the same bytes.
 */
final class SignedRequests {
  static final String TYPE = "application/vnd.verillm.request";

  /** Ed25519 signature over the event, 64 bytes in Base64. */
  static final String SIGNATURE_HEADER = "verillm-signature";

  private final Topic requests;

  SignedRequests(Topic requests) {
    this.requests = requests;
  }

  Checked<Posting> read(HttpCall call) {
    Request request;
    try {
      request = EventCodec.decode(call.body(), Request.class);
    } catch (UndecodableEvent e) {
      return Checked.bad(Refusal.Code.MALFORMED, "not a Request: " + e.getMessage());
    }
    if (RequestIds.parse(request.getRequestId()).isEmpty()) {
      return Checked.bad(
          Refusal.Code.UNACCEPTABLE,
          "requestId is no canonical UUID of version 7: '" + request.getRequestId() + "'");
    }
    byte[] signature = signature(call);
    byte[] key = RecordKeys.text(request.getRequestId());
    Optional<VerifyKey> requester = VerifyKey.parse(Wire.bytes(request.getRequesterKey()));
    byte[] message = SignedRecord.signedHash(requests.name(), key, call.body()).bytes();
    if (!requester.filter(known -> known.verify(message, signature)).isPresent()) {
      return Checked.bad(
          Refusal.Code.WRONG_SIGNATURE,
          "%s must be the signature of requesterKey over H(\"event\", \"%s\", requestId, body)"
              .formatted(SIGNATURE_HEADER, requests.name()));
    }
    return Checked.good(
        new Posting(
            request.getRequestId(),
            new SignedRecord(
                requests.name(), -1, -1, key, call.body(), Signers.REQUESTER, signature)));
  }

  private static byte[] signature(HttpCall call) {
    try {
      return Base64.getDecoder().decode(call.header(SIGNATURE_HEADER).orElse(""));
    } catch (IllegalArgumentException notBase64) {
      return new byte[0];
    }
  }
}
