package io.verillm.gpu.worker;

import io.verillm.events.Challenge;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.protocol.draw.OpenedPosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The challenges of one case so far. */
final class CaseView {
  private final List<Challenge> challenges = new ArrayList<>();

  void add(Challenge challenge) {
    if (part(challenge.getRound(), challenge.getPart()).isEmpty()) {
      challenges.add(challenge);
    }
  }

  Optional<Challenge> part(int round, int part) {
    return challenges.stream()
        .filter(challenge -> challenge.getRound() == round && challenge.getPart() == part)
        .findFirst();
  }

  /** The author whose attempt counts. */
  Optional<RosterEntry> author(int round) {
    return part(round, 1).stream()
        .flatMap(challenge -> challenge.getRoster().stream())
        .filter(entry -> entry.getRole() == RosterRole.AUTHOR)
        .max(Comparator.comparingInt(RosterEntry::getAttempt));
  }

  /** Every position opened so far. */
  Set<Integer> opened() {
    Set<Integer> opened = new HashSet<>();
    challenges.forEach(
        challenge -> positions(challenge).forEach(position -> opened.add(position.position())));
    return opened;
  }

  static List<OpenedPosition> positions(Challenge challenge) {
    return challenge.getPositions().stream()
        .map(position -> new OpenedPosition(position.getPosition(), position.getBoundary()))
        .toList();
  }
}
