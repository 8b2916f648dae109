package io.verillm.protocol.vote;

import io.verillm.events.Accepted;
import io.verillm.events.RequestInput;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.sampling.SamplingParameters;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code H("input", request id, ...)}: an accepted request binds what its answer follows from
 * before its author is known, and hides it until the challenge. A task holds the same, so whoever
 * read it in {@code Accepted} would know which request it works on (protocol, section 7).
 */
public final class InputSeal {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private InputSeal() {}

  /**
   * The seal of an input.
   *
   * @throws IllegalArgumentException if prompt hash, seed or salt have not 32 bytes, or sampling is
   *     out of range
   */
  public static Hash of(UUID requestId, RequestInput input) {
    return HashInput.of("input")
        .add(requestId)
        .add(Wire.hash(input.getPromptHash()))
        .add(input.getPromptLength())
        .add(sampling(input).encode())
        .add(Wire.hash(input.getSeed()))
        .add(Wire.hash(input.getSalt()))
        .hash();
  }

  /**
   * The input of an accepted request. Up to version 2 the event held it in clear.
   *
   * @param shown what is to open the seal; null for nothing
   * @return empty if it does not
   */
  public static Optional<RequestInput> open(Accepted accepted, @Nullable RequestInput shown) {
    if (!isSealed(accepted)) {
      return shown == null ? Optional.of(inClear(accepted)) : Optional.empty();
    }
    try {
      return Optional.ofNullable(shown)
          .filter(input ->
              Wire.buffer(of(UUID.fromString(accepted.getRequestId()), input))
                  .equals(accepted.getInputSeal()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether the input is hidden. */
  public static boolean isSealed(Accepted accepted) {
    return accepted.getInputSeal().hasRemaining();
  }

  /**
   * How its tokens are chosen.
   *
   * @throws IllegalArgumentException if out of range
   */
  public static SamplingParameters sampling(RequestInput input) {
    return new SamplingParameters(input.getTemperature(), input.getTopK(), input.getTopP());
  }

  private static RequestInput inClear(Accepted accepted) {
    return new RequestInput(
        accepted.getPromptHash(),
        accepted.getPromptLength(),
        accepted.getTemperature(),
        accepted.getTopK(),
        accepted.getTopP(),
        accepted.getSeed(),
        NOTHING);
  }
}
