package io.verillm.intake;

import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Ids of requests that name their caller to the gateway and to nobody else: the last 32 bits are a
 * code over the caller and the other bits, under the gateway's secret. So the gateway knows without
 * keeping anything who posted a request, and on the log one caller's ids look like everybody's.
 */
final class CallerIds {
  private static final long CODE = 0xffff_ffffL;

  private final byte[] secret;

  /** Ids from 32 secret bytes, which must not be the signing key itself. */
  CallerIds(byte[] secret) {
    this.secret = secret.clone();
  }

  /** The caller's own id for this one; that of an own id is the same. */
  String own(String requestId, String caller) {
    UUID id = UUID.fromString(requestId);
    long free = id.getLeastSignificantBits() & ~CODE;
    byte[] code =
        Hashing.hmacSha256(
                secret,
                HashInput.of("intake-caller")
                    .add(caller)
                    .add(id.getMostSignificantBits())
                    .add(free)
                    .bytes())
            .bytes();
    return new UUID(id.getMostSignificantBits(), free | ByteBuffer.wrap(code).getInt() & CODE)
        .toString();
  }

  /** Whether this caller posted it here. Everybody else is right once in 2^32 times. */
  boolean isOwn(String requestId, String caller) {
    return own(requestId, caller).equals(requestId);
  }
}
