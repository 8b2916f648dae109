package io.verillm.gpu.worker;

import io.verillm.events.Challenge;
import io.verillm.events.Opening;
import io.verillm.events.OpeningStep;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.protocol.vote.ChallengeDraw;
import io.verillm.protocol.vote.OpeningCheck;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The challenges of one case so far, and what its author has opened. Kept for as long as the case
 * is open: what others write about other cases takes no place here.
 */
final class CaseView {
  private final List<Challenge> challenges = new ArrayList<>();
  private final Map<OpeningPlace, List<Opening>> openings = new HashMap<>();

  /** Place of round 1, part 1 among a case's challenges. */
  private static final int FIRST = 3;

  private record OpeningPlace(int round, int part, boolean sealed) {}

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

  /** The challenges before one of this case, if its first is among them; else none is known. */
  Optional<List<Challenge>> before(Challenge challenge) {
    List<Challenge> before =
        challenges.stream().filter(one -> place(one) < place(challenge)).toList();
    return place(challenge) == FIRST || part(1, 1).isPresent()
        ? Optional.of(before)
        : Optional.empty();
  }

  private static int place(Challenge challenge) {
    return 2 * challenge.getRound() + challenge.getPart();
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

  /**
   * Keeps an opening that {@link #asksFor} let in; one that does not fit hides no later one.
   *
   * @param sealed whether it came in an envelope; what counts in one mode does not in the other
   */
  void add(Opening opening, boolean sealed) {
    OpeningPlace place = new OpeningPlace(opening.getRound(), opening.getPart(), sealed);
    List<Opening> known = openings.computeIfAbsent(place, absent -> new ArrayList<>());
    if (known.size() < OpeningCheck.TRIES_MAX && !known.contains(opening)) {
      known.add(opening);
    }
  }

  /** The author's openings of one part, in the order of the log, at most four. */
  List<Opening> openings(int round, int part, boolean sealed) {
    return List.copyOf(openings.getOrDefault(new OpeningPlace(round, part, sealed), List.of()));
  }

  private static boolean opensAll(Opening opening, Challenge challenge) {
    List<Integer> opened = opening.getPositions().stream().map(p -> p.getPosition()).toList();
    List<Integer> asked = challenge.getPositions().stream().map(p -> p.getPosition()).toList();
    return opened.size() == asked.size() && Set.copyOf(opened).equals(Set.copyOf(asked));
  }

  /** Every position opened so far. */
  Set<Integer> opened() {
    Set<Integer> opened = new HashSet<>();
    challenges.forEach(challenge ->
        ChallengeDraw.asked(challenge).forEach(position -> opened.add(position.position())));
    return opened;
  }
}
