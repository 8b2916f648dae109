package io.verillm.local;

import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.check.Decision;
import java.util.List;
import java.util.Optional;

/** What a reader's own model says of a recorded segment. */
enum RerunSays {
  ACCEPT,
  REJECT,
  UNSURE,
  /** The author opened nothing that could be compared. */
  NOTHING;

  /** From its votes over the segment's challenges. */
  static RerunSays of(List<Decision> votes) {
    if (votes.contains(Decision.REJECT)) {
      return REJECT;
    }
    if (votes.contains(Decision.UNSURE)) {
      return UNSURE;
    }
    return votes.isEmpty() ? NOTHING : ACCEPT;
  }

  /** Whether that is what was decided; empty where it says neither. */
  Optional<Boolean> agreesWith(VerdictOutcome told) {
    return switch (told) {
      case ACCEPTED -> this == UNSURE ? Optional.empty() : Optional.of(this == ACCEPT);
      case REJECTED ->
          this == UNSURE ? Optional.empty() : Optional.of(this == REJECT || this == NOTHING);
      case EXPIRED, INCONCLUSIVE -> Optional.empty();
    };
  }

  /** The same for people. */
  String of(VerdictOutcome told) {
    return switch (told) {
      case ACCEPTED, REJECTED ->
          agreesWith(told)
              .map(agrees -> "this model %s %s".formatted(agrees ? "agrees with" : "denies", told))
              .orElse("this model is UNSURE of " + told);
      case EXPIRED, INCONCLUSIVE -> told + ": there is nothing to agree with";
    };
  }
}
