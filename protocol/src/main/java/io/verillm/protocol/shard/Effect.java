package io.verillm.protocol.shard;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** What deciding asks its driver to do. */
public sealed interface Effect {
  /**
   * A public event; the driver signs it as coordinator and writes it in the shard's transaction.
   */
  record Publish(Stream stream, String key, SpecificRecord event) implements Effect {}

  /**
   * A task for a worker; the driver adds the private context.
   *
   * @param segment segments before it, whose outputs its context holds; an author makes the one of
   *     this number
   */
  record Assign(
      String requestId,
      int segment,
      int round,
      int attempt,
      String worker,
      Hash taskId,
      boolean author)
      implements Effect {}

  /**
   * Waits began at this epoch's tick. Behind all other effects of the tick, the driver writes a
   * {@code TasksIssued} to accepted in the same transaction.
   */
  record Issued(long epoch) implements Effect {}

  /** One source record was applied; it goes to the journal, and a refused one to dead letters. */
  record Applied(long epoch, SignedRecord record, @Nullable Refusal refusal) implements Effect {}

  /** Where a public event goes. */
  enum Stream {
    CHALLENGES,
    VERDICTS,
    FLAGS,
    LEDGER_COMMANDS
  }
}
