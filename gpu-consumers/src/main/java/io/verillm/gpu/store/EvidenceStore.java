package io.verillm.gpu.store;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.trace.Step;
import java.util.Optional;
import java.util.Set;

/**
 * What one worker must be able to open, kept until it is told to drop it. Whatever {@code keep}
 * returned from survives a crash of the process. Safe for use by several threads.
 */
public interface EvidenceStore {
  /**
   * Keeps a task record as it was signed.
   *
   * @throws EvidenceStoreFull if the bound would be passed; nothing was kept then
   * @throws java.io.UncheckedIOException if the medium fails
   */
  void keepTask(Hash taskId, SignedRecord task) throws EvidenceStoreFull;

  /**
   * Keeps a step with the commitment that will be sent for it. A step that is kept already stays as
   * it is.
   *
   * @throws EvidenceStoreFull if the bound would be passed; nothing was kept then
   * @throws java.io.UncheckedIOException if the medium fails
   */
  void keep(StoredStep step) throws EvidenceStoreFull;

  /** The task record, if it is kept and whole. */
  Optional<SignedRecord> findTask(Hash taskId);

  /** The step, if it is kept and whole. */
  Optional<StoredStep> find(Hash taskId, Step step);

  /** Remembers that something was sent for a task, by a name of letters, digits and dashes. */
  void mark(Hash taskId, String sent);

  /** Whether it was. */
  boolean marked(Hash taskId, String sent);

  /** Tasks of which anything is kept. */
  Set<Hash> tasks();

  /** Forgets a task. */
  void drop(Hash taskId);

  /** Bytes kept. */
  long bytes();
}
