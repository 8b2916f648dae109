package io.verillm.demo;

import io.verillm.events.MemberDecision;
import io.verillm.events.MemberRole;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.protocol.check.UndecidedReason;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a case went to a second round and what that made of the first one's objection, in words. */
final class SecondRound {
  private SecondRound() {}

  /** The words; empty for a case that had no second round. */
  static Optional<String> of(Verdict verdict) {
    String objections =
        checkers(verdict, 1).stream()
            .filter(member -> member.getDecision() != MemberDecision.ACCEPT)
            .map(SecondRound::objection)
            .collect(Collectors.joining(", "));
    if (UndecidedReason.NO_SECOND_COMMITTEE.is(verdict.getReason())) {
      return Optional.of(
          "round 2 was called for because of %s, and too few other workers were there"
              .formatted(objections.isEmpty() ? "too few votes" : objections));
    }
    if (verdict.getRound() < 2) {
      return Optional.empty();
    }
    return Optional.of(
        "round 2 because of %s; then %s: %s"
            .formatted(
                objections.isEmpty() ? "too few votes" : objections,
                votes(checkers(verdict, 2)),
                fate(verdict)));
  }

  private static List<VerdictMember> checkers(Verdict verdict, int round) {
    return verdict.getMembers().stream()
        .filter(member -> member.getRole() == MemberRole.CHECKER && member.getRound() == round)
        .toList();
  }

  private static String objection(VerdictMember member) {
    String reason = member.getReason().isEmpty() ? "" : " for " + member.getReason();
    return member.getWorker() + " (" + member.getDecision() + reason + ")";
  }

  private static String votes(List<VerdictMember> members) {
    Map<MemberDecision, Integer> counts = new EnumMap<>(MemberDecision.class);
    members.forEach(member -> counts.merge(member.getDecision(), 1, Integer::sum));
    return counts.entrySet().stream()
        .map(count -> count.getValue() + " " + count.getKey().name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private static String fate(Verdict verdict) {
    boolean rejected =
        checkers(verdict, 1).stream()
            .anyMatch(member -> member.getDecision() == MemberDecision.REJECT);
    return switch (verdict.getOutcome()) {
      case ACCEPTED -> rejected ? "overruled" : "accepted after all";
      case REJECTED -> rejected ? "upheld" : "rejected after all";
      case INCONCLUSIVE, EXPIRED -> "left open";
    };
  }
}
