package io.verillm.protocol.sim;

import io.verillm.events.Challenge;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was seen of one open request, and what may be asked of it. */
final class SeenRequest {
  boolean accepted;
  @Nullable Hash newest;
  final Set<Hash> tasks = new HashSet<>();
  final Map<Hash, Long> prefills = new HashMap<>();
  final Map<Hash, Long> finals = new HashMap<>();
  final Map<String, Challenge> challenges = new HashMap<>();
  final Set<String> openings = new HashSet<>();
  final Set<String> votes = new HashSet<>();

  private Awaited awaited;

  /**
   * What must come next.
   *
   * @param what for people
   * @param since when the wait began
   * @param until when it ends at the latest
   */
  private record Awaited(String what, long since, long until) {}

  /** Reserved at this tick. */
  SeenRequest(long now, Deadlines deadlines) {
    awaited = new Awaited("its acceptance", now, now + deadlines.segment());
  }

  /** From now on something else must come. */
  void await(String what, long now, int ticks) {
    awaited = new Awaited(what, now, now + ticks);
  }

  /**
   * The worker that was waited for has begun: its output must come as late as it was due anyway.
   */
  void begun(Deadlines deadlines) {
    awaited = new Awaited("an output", awaited.since(), awaited.since() + deadlines.segment());
  }

  /** Whether nothing that had to come by now is missing. */
  void at(long now, String requestId, Rule rule) {
    if (now > awaited.until()) {
      rule.require(
          false,
          "%s waits for %s since tick %d, at the latest until %d",
          requestId,
          awaited.what(),
          awaited.since(),
          awaited.until());
    }
  }

  /** Authors' roots before the committee, checkers' roots before the positions. */
  void challenged(Challenge c, Rule rule) {
    rule.require(
        challenges.put(place(c.getSegment(), c.getRound(), c.getPart()), c) == null,
        "%s: round %d part %d is drawn twice",
        c.getRequestId(),
        c.getRound(),
        c.getPart());
    for (RosterEntry entry : c.getRoster()) {
      if (entry.getCommitted()) {
        committed(c, entry, rule);
      }
    }
  }

  /** Names a part of a round. */
  static String place(int segment, int round, int part) {
    return segment + "/" + round + "/" + part;
  }

  private void committed(Challenge c, RosterEntry entry, Rule rule) {
    Hash task = Wire.hash(entry.getTaskId());
    boolean author = entry.getRole() == RosterRole.AUTHOR;
    Long epoch = (author ? finals : prefills).get(task);
    rule.require(epoch != null, "task %s must open and has sealed nothing", task);
    if (author) {
      rule.require(
          epoch <= c.getCommitteeEpoch(),
          "committee of %s drawn in epoch %d, its author sealed in %d",
          c.getRequestId(),
          c.getCommitteeEpoch(),
          epoch);
    } else {
      rule.require(
          epoch <= c.getEpoch(),
          "positions of %s drawn in epoch %d, task %s sealed in %d",
          c.getRequestId(),
          c.getEpoch(),
          task,
          epoch);
      // The author of a later segment commits before there is a committee.
      rule.require(
          entry.getAuthored() >= 0
              || entry.getRound() < c.getRound()
              || epoch > c.getCommitteeEpoch(),
          "task %s sealed in epoch %d, before its committee of epoch %d",
          task,
          epoch,
          c.getCommitteeEpoch());
    }
  }
}
