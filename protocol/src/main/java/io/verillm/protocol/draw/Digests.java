package io.verillm.protocol.draw;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.Step;
import java.util.List;
import java.util.UUID;

/** The digests that bind a request's input, output and randomness. */
public final class Digests {

  private Digests() {}

  /** {@code H("prompt", salt, ids)}; the ids are one field of 4 bytes each. */
  public static Hash promptHash(byte[] promptSalt, int[] promptIds) {
    return HashInput.of("prompt").add(promptSalt).add(promptIds).hash();
  }

  /**
   * {@code H("output", ids)}: the same for an author, who made them, and a checker, who was given
   * them. Why the segment ended is a field of the seal and of the tag.
   *
   * @param outputIds ids of one segment, without a final end token; for a PREFILL all ids after the
   *     prompt
   */
  public static Hash outputHash(int[] outputIds) {
    return HashInput.of("output").add(outputIds).hash();
  }

  /**
   * {@code H("context", promptHash, outputHash_1, ..., outputHash_k)}: what a task's context holds.
   */
  public static Hash contextHash(Hash promptHash, List<Hash> outputHashes) {
    HashInput input = HashInput.of("context").add(promptHash);
    outputHashes.forEach(input::add);
    return input.hash();
  }

  /**
   * {@code H("tag", outputHash, finish reason, nonce)}: lets the coordinator match a FINAL to the
   * streamed tokens.
   */
  public static Hash outputTag(Hash outputHash, FinishReason finishReason, byte[] taskNonce) {
    return HashInput.of("tag").add(outputHash).add(finishReason.code()).add(taskNonce).hash();
  }

  /**
   * {@code H("seed", requestId, requester key, requester nonce)}: the randomness of all sampling.
   */
  public static Hash seed(UUID requestId, VerifyKey requester, byte[] requesterNonce) {
    return HashInput.of("seed").add(requestId).add(requester.bytes()).add(requesterNonce).hash();
  }

  /**
   * {@code HMAC-SHA256(worker secret, frame("salt", taskId, step))}: the same again after a
   * restart.
   */
  public static Hash salt(byte[] workerSecret, Hash taskId, Step step) {
    return Hashing.hmacSha256(
        workerSecret, HashInput.of("salt").add(taskId).add(step.code()).bytes());
  }
}
