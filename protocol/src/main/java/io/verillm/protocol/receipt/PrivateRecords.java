package io.verillm.protocol.receipt;

import io.verillm.protocol.event.SignedRecord;
import java.util.List;

/**
 * What a receipt holds of topics that not everybody may read. Signatures were checked.
 *
 * @param requestId the request
 * @param shard its shard
 * @param request the signed request
 * @param result the last result
 * @param tasks tasks of this request's authors, as far as they can be read
 */
public record PrivateRecords(
    String requestId,
    int shard,
    SignedRecord request,
    SignedRecord result,
    List<SignedRecord> tasks) {
  public PrivateRecords {
    tasks = List.copyOf(tasks);
  }
}
