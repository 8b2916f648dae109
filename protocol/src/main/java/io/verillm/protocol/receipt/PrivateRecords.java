package io.verillm.protocol.receipt;

import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.SignedRecord;
import java.util.List;
import java.util.Optional;

/**
 * What a receipt holds of topics that not everybody may read. Signatures were checked.
 *
 * @param requestId the request
 * @param shard its shard
 * @param request the signed request
 * @param result the last result
 * @param tasks tasks of this request's authors, as far as they can be read
 * @param requester the requester's key; needed to cut out a private request
 */
public record PrivateRecords(
    String requestId,
    int shard,
    SignedRecord request,
    SignedRecord result,
    List<SignedRecord> tasks,
    Optional<DecryptionKey> requester) {
  public PrivateRecords {
    tasks = List.copyOf(tasks);
  }
}
