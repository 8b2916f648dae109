package io.verillm.protocol.vote;

import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.protocol.crypto.Hash;
import java.nio.ByteBuffer;

/**
 * Which commitments can count. Deciding, admission and every checker must agree on it, or an author
 * could show each of them another one.
 */
public final class SoundCommitment {
  private SoundCommitment() {}

  /**
   * Whether a commitment can count for its task.
   *
   * @param prefilled whether a PREFILL commitment of the same task counts already
   */
  public static boolean test(Commitment commitment, boolean prefilled) {
    ByteBuffer tag = commitment.getOutputTag();
    boolean fitsStep =
        commitment.getStep() == CommitmentStep.PREFILL
            ? tag == null
            : prefilled && tag != null && isHash(tag);
    return fitsStep && isHash(commitment.getTaskId()) && isHash(commitment.getSealedRoot());
  }

  private static boolean isHash(ByteBuffer field) {
    return field.remaining() == Hash.LENGTH;
  }
}
