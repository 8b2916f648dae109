package io.verillm.protocol.privacy;

import io.verillm.events.PrivateResult;
import io.verillm.events.Result;
import io.verillm.events.ResultReader;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.envelope.EncryptionKey;
import io.verillm.protocol.envelope.Envelope;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.Optional;
import java.util.TreeMap;

/** Results of private mode, which the requester alone can read. */
public final class PrivateResults {
  private PrivateResults() {}

  /**
   * Puts a result into an envelope.
   *
   * @param secret the coordinator's, 32 bytes
   */
  public static PrivateResult seal(byte[] secret, Result result, EncryptionKey requester) {
    Envelope envelope =
        Envelope.seal(
            secret,
            context(result.getRequestId(), result.getSequence()),
            EventCodec.encode(result),
            readers(requester));
    return new PrivateResult(
        result.getRequestId(),
        result.getSequence(),
        Wire.buffer(envelope.digest()),
        envelope.wraps().entrySet().stream()
            .map(wrap -> new ResultReader(wrap.getKey(), Wire.buffer(wrap.getValue())))
            .toList(),
        Wire.buffer(envelope.ciphertext()));
  }

  /** The result, if the envelope is sound and holds the one that it says it does. */
  public static Optional<Result> open(PrivateResult event, DecryptionKey requester) {
    TreeMap<String, byte[]> wraps = new TreeMap<>();
    event.getReaders().forEach(r -> wraps.put(r.getName(), Wire.bytes(r.getWrap())));
    if (event.getDigest().remaining() != Hash.LENGTH) {
      return Optional.empty();
    }
    return new Envelope(Wire.hash(event.getDigest()), wraps, Wire.bytes(event.getCiphertext()))
        .open(
            requester,
            Signers.REQUESTER,
            context(event.getRequestId(), event.getSequence()),
            readers(requester.publicKey()))
        .flatMap(PrivateResults::decode)
        .filter(result ->
            result.getRequestId().equals(event.getRequestId())
                && result.getSequence() == event.getSequence());
  }

  private static TreeMap<String, EncryptionKey> readers(EncryptionKey requester) {
    TreeMap<String, EncryptionKey> readers = new TreeMap<>();
    readers.put(Signers.REQUESTER, requester);
    return readers;
  }

  private static Optional<Result> decode(byte[] text) {
    try {
      return Optional.of(EventCodec.decode(text, Result.class));
    } catch (UndecodableEvent e) {
      return Optional.empty();
    }
  }

  static Hash context(String requestId, int sequence) {
    return HashInput.of("private-result").add(requestId).add(sequence).hash();
  }
}
