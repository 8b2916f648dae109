package io.verillm.protocol.trace;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;

/**
 * All fields under a commitment's sealed root. Only the root is public until the challenge.
 *
 * @param taskId the task
 * @param worker id of the committing worker
 * @param step PREFILL or FINAL
 * @param traceRoot root over positions 0..size-1
 * @param evidenceRoot root over the evidence vector
 * @param size number of positions, T
 * @param outputHash hash of the output ids and finish reason
 * @param finishReason NONE exactly for PREFILL
 * @param profile id of the numeric profile
 * @param salt HMAC under the worker's secret, so that roots cannot be guessed
 */
public record SealedCommitment(
    Hash taskId,
    String worker,
    Step step,
    Hash traceRoot,
    Hash evidenceRoot,
    int size,
    Hash outputHash,
    FinishReason finishReason,
    String profile,
    Hash salt) {

  /** Checks the size, and that only a PREFILL has no finish reason. */
  public SealedCommitment {
    if (size < 1 || size > Trace.MAX_POSITIONS) {
      throw new IllegalArgumentException("a sealed trace cannot have " + size + " positions");
    }
    if ((step == Step.PREFILL) != (finishReason == FinishReason.NONE)) {
      throw new IllegalArgumentException(step + " does not go with finish reason " + finishReason);
    }
  }

  /**
   * {@code H("seal", taskId, worker, step, traceRoot, ..., salt)}, fields in the record's order.
   */
  public Hash sealedRoot() {
    return HashInput.of("seal")
        .add(taskId)
        .add(worker)
        .add(step.code())
        .add(traceRoot)
        .add(evidenceRoot)
        .add(size)
        .add(outputHash)
        .add(finishReason.code())
        .add(profile)
        .add(salt)
        .hash();
  }
}
