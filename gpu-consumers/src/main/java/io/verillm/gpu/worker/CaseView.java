package io.verillm.gpu.worker;

import io.verillm.events.Challenge;
import io.verillm.events.Opening;
import io.verillm.events.OpeningStep;
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

  /**
   * Whether this is an opening that a challenge read before asks of the author, if the given worker
   * has to judge it. Nobody can open what was not drawn yet: other positions are no answer.
   */
  boolean asksFor(Opening opening, String judge) {
    return part(opening.getRound(), opening.getPart())
        .filter(challenge ->
            challenge.getRequestId().equals(opening.getRequestId())
                && challenge.getSegment() == opening.getSegment()
                && opening.getStep() == OpeningStep.FINAL
                && opensAll(opening, challenge)
                && challenge.getRoster().stream().anyMatch(e -> e.getWorker().equals(judge)))
        .flatMap(challenge -> author(opening.getRound()))
        .filter(author ->
            author.getCommitted()
                && author.getWorker().equals(opening.getWorker())
                && author.getTaskId().equals(opening.getTaskId()))
        .isPresent();
  }

  private static boolean opensAll(Opening opening, Challenge challenge) {
    List<Integer> opened = opening.getPositions().stream().map(p -> p.getPosition()).toList();
    List<Integer> asked = challenge.getPositions().stream().map(p -> p.getPosition()).toList();
    return opened.size() == asked.size() && Set.copyOf(opened).equals(Set.copyOf(asked));
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
