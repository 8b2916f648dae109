package io.verillm.topics;

import io.verillm.protocol.event.EventVerifier;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The one named reason for which a record did not count. Apps add their own with the constructor.
 *
 * @param name 1..64 of a-z, 0-9 and dash; stands in the header, the counter and the log line
 */
public record DeadLetterReason(String name) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

  public static final DeadLetterReason TOO_LARGE = new DeadLetterReason("too-large");
  public static final DeadLetterReason UNDECODABLE = new DeadLetterReason("undecodable");
  public static final DeadLetterReason UNKNOWN_SCHEMA = new DeadLetterReason("unknown-schema");
  public static final DeadLetterReason WRONG_EVENT = new DeadLetterReason("wrong-event");
  public static final DeadLetterReason NO_SIGNATURE = new DeadLetterReason("no-signature");
  public static final DeadLetterReason UNKNOWN_SIGNER = new DeadLetterReason("unknown-signer");
  public static final DeadLetterReason WRONG_SIGNATURE = new DeadLetterReason("wrong-signature");
  public static final DeadLetterReason SIGNER_NOT_ALLOWED =
      new DeadLetterReason("signer-not-allowed");
  public static final DeadLetterReason NOT_THE_SIGNER = new DeadLetterReason("not-the-signer");

  /** Refuses a name that would not fit a header, a counter and a log line alike. */
  public DeadLetterReason {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a reason: '" + name + "'");
    }
  }

  /** The reason that a signature's fault is. */
  public static DeadLetterReason of(EventVerifier.Fault fault) {
    return switch (fault) {
      case NO_SIGNATURE -> NO_SIGNATURE;
      case UNKNOWN_SIGNER -> UNKNOWN_SIGNER;
      case WRONG_SIGNATURE -> WRONG_SIGNATURE;
    };
  }

  /** An outcome's name as a reason: lower case, dashes. */
  public static DeadLetterReason named(Enum<?> outcome) {
    return new DeadLetterReason(outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  @Override
  public String toString() {
    return name;
  }
}
