package io.verillm.intake;

import java.util.Locale;
import java.util.Map;

/**
 * Why a call was refused.
 *
 * @param code what is wrong, for programs
 * @param message what is wrong, for people, with the values
 */
record Refusal(Code code, String message) {
  /** Each with the HTTP status that it is answered with. */
  enum Code {
    /** Not JSON, or not the fields that a request has. */
    MALFORMED(400),
    /** A signature that is not the requester's over these bytes. */
    WRONG_SIGNATURE(403),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    TOO_LARGE(413),
    UNSUPPORTED_TYPE(415),
    /** Fields that nobody would admit, such as an unknown model. */
    UNACCEPTABLE(422),
    /** A fault here; the same call may be posted again. */
    INTERNAL(500),
    /** The log does not answer; the same call with the same id may be posted again. */
    UNAVAILABLE(503);

    private final int status;

    Code(int status) {
      this.status = status;
    }

    int status() {
      return status;
    }

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Map<String, String> headers() {
      return switch (this) {
        case UNAVAILABLE -> Map.of("retry-after", "2");
        default -> Map.of();
      };
    }
  }
}
