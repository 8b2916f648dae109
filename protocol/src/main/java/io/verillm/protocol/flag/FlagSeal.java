package io.verillm.protocol.flag;

import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.event.Wire;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code H("flag", request id, kind, salt)}: every request carries one, so that nobody can tell a
 * planted request from another before it is opened (protocol, section 11).
 */
public final class FlagSeal {
  private FlagSeal() {}

  /** The seal of a request. */
  public static Hash of(UUID requestId, FlagKind kind, byte[] salt) {
    return HashInput.of("flag").add(requestId).add(kind.name()).add(salt).hash();
  }

  /**
   * The kind that an opening shows; empty if it does not open this seal.
   *
   * @param seal as in {@code Accepted}
   */
  public static Optional<FlagKind> open(Hash seal, FlagOpening opening) {
    UUID requestId;
    try {
      requestId = UUID.fromString(opening.getRequestId());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return of(requestId, opening.getKind(), Wire.bytes(opening.getSalt())).equals(seal)
        ? Optional.of(opening.getKind())
        : Optional.empty();
  }
}
