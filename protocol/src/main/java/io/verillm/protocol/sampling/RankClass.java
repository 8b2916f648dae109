package io.verillm.protocol.sampling;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the claimed token is in the eyes of who recomputes it. The code is the evidence entry's
 * first byte.
 */
public enum RankClass {
  /** The recomputed choice itself. */
  OWN_CHOICE(0),
  /** Another token, a candidate whatever the noise within the band. */
  SURELY_ALLOWED(1),
  /** Another token, a candidate under some noise within the band. */
  POSSIBLY_ALLOWED(2),
  /** No candidate under any noise within the band. */
  NOT_ALLOWED(3);

  private static final List<Optional<RankClass>> BY_CODE =
      Arrays.stream(values()).map(Optional::of).toList();

  private final int code;

  RankClass(int code) {
    this.code = code;
  }

  /** Stable number in the evidence. */
  public int code() {
    return code;
  }

  /** The class of a code, if there is one. */
  public static Optional<RankClass> ofCode(int code) {
    return code >= 0 && code < BY_CODE.size() ? BY_CODE.get(code) : Optional.empty();
  }
}
