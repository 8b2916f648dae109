package io.verillm.streams.log;

import io.verillm.protocol.log.SignedCheckpoint;

/**
 * Is told the checkpoint of every epoch once the log has closed it, in epoch order, on the sealer's
 * own thread: it must neither wait nor fail. After a restart some may be left out; a later one
 * holds all that they held.
 */
@FunctionalInterface
public interface CheckpointSink {
  /** Takes no notice. */
  CheckpointSink NONE = (epoch, checkpoint) -> {};

  /**
   * An epoch is closed.
   *
   * @param checkpoint signed by the log and by the witnesses that closed the epoch
   */
  void closed(long epoch, SignedCheckpoint checkpoint);
}
