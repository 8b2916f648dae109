package io.verillm.protocol.draw;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import java.util.UUID;

/**
 * The VRF inputs (alpha) of every draw, and the task ids made from them. An input is the frame of
 * tag and fields that {@link io.verillm.protocol.crypto.Hashing} would hash, unhashed.
 */
public final class Draws {

  private Draws() {}

  /** Input of {@code VRF("task", request, purpose, worker, attempt)}. */
  public static byte[] task(UUID requestId, String purpose, String workerId, int attempt) {
    return HashInput.of("task").add(requestId).add(purpose).add(workerId).add(attempt).bytes();
  }

  /** {@code taskId = H("task", VRF output)}: unlinkable until the proof is published. */
  public static Hash taskId(Hash vrfOutput) {
    return HashInput.of("task").add(vrfOutput).hash();
  }

  /** Input of {@code VRF("committee", request, round, randomness)}. */
  public static byte[] committee(UUID requestId, int round, Hash randomness) {
    return HashInput.of("committee").add(requestId).add(round).add(randomness).bytes();
  }

  /** Input of {@code VRF("challenge", request, round, part, randomness)}. */
  public static byte[] challenge(UUID requestId, int round, int part, Hash randomness) {
    return HashInput.of("challenge").add(requestId).add(round).add(part).add(randomness).bytes();
  }

  /**
   * {@code H("case", VRF output, segment)}: the seed of one case's {@link PositionDraw}, since one
   * challenge draw serves all segments of a request.
   */
  public static Hash caseSeed(Hash vrfOutput, int segment) {
    return HashInput.of("case").add(vrfOutput).add(segment).hash();
  }
}
