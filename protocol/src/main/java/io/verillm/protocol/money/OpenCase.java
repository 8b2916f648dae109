package io.verillm.protocol.money;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A case whose locks or votes wait for a settlement. Written as lines of words, so that a store can
 * be read by eye; no id holds a space.
 *
 * @param settled whether settlement (i) has happened
 * @param locks stake still locked for its tasks
 * @param votes its scorable votes; all stay until the last of them is scored, because each counts
 *     in the majority of the others
 * @param peerWeight w of the case in units; {@link #WEIGHT_OF_THE_CLOSE} where no settlement has
 *     named it
 */
record OpenCase(boolean settled, List<Lock> locks, List<ScorableVote> votes, long peerWeight) {
  /** Settlements of older versions name no w: the close does. */
  static final long WEIGHT_OF_THE_CLOSE = -1;

  /** Stake locked for one task. */
  record Lock(String taskId, String worker, long amount) {}

  /** Where a vote stands. */
  enum Standing {
    FRESH,
    CARRIED,
    SCORED
  }

  /**
   * One vote that peer prediction scores.
   *
   * @param counts whether it is in the others' majority
   */
  record ScorableVote(String worker, boolean reject, boolean counts, Standing standing) {
    ScorableVote as(Standing next) {
      return new ScorableVote(worker, reject, counts, next);
    }

    boolean pending() {
      return standing != Standing.SCORED;
    }
  }

  static final String PREFIX = "open/";

  OpenCase {
    locks = List.copyOf(locks);
    votes = List.copyOf(votes);
  }

  static String key(String requestId, int segment) {
    return PREFIX + requestId + "/" + segment;
  }

  /** A case of which only locks are known. */
  static OpenCase unsettled(List<Lock> locks) {
    return new OpenCase(false, locks, List.of(), WEIGHT_OF_THE_CLOSE);
  }

  static OpenCase read(Draft draft, String key) {
    return draft.get(key).map(OpenCase::parse).orElse(unsettled(List.of()));
  }

  /** Writes it, or removes it where nothing waits any more. */
  void write(Draft draft, String key) {
    boolean waits = !locks.isEmpty() || votes.stream().anyMatch(ScorableVote::pending);
    if (waits) {
      draft.put(key, text());
    } else {
      draft.remove(key);
    }
  }

  Optional<Lock> lockOf(String taskId) {
    return locks.stream().filter(lock -> lock.taskId().equals(taskId)).findFirst();
  }

  /** Y of one voter: the doubled majority of the others. */
  int doubledMajorityWithout(ScorableVote own) {
    List<ScorableVote> others =
        votes.stream().filter(v -> v.counts() && !v.worker().equals(own.worker())).toList();
    int rejects = (int) others.stream().filter(ScorableVote::reject).count();
    return PeerPrediction.doubledMajority(rejects, others.size() - rejects);
  }

  private String text() {
    StringBuilder text = new StringBuilder(settled ? "settled" : "unsettled");
    if (peerWeight != WEIGHT_OF_THE_CLOSE) {
      text.append(' ').append(peerWeight);
    }
    locks.forEach(lock ->
        text.append("\nlock ")
            .append(lock.taskId())
            .append(' ')
            .append(lock.worker())
            .append(' ')
            .append(lock.amount()));
    votes.forEach(vote ->
        text.append(vote.counts() ? "\nvote " : "\nhandover-vote ")
            .append(vote.worker())
            .append(' ')
            .append(vote.reject())
            .append(' ')
            .append(vote.standing()));
    return text.toString();
  }

  private static OpenCase parse(String text) {
    String[] lines = text.split("\n");
    List<Lock> locks = new ArrayList<>();
    List<ScorableVote> votes = new ArrayList<>();
    for (String line : List.of(lines).subList(1, lines.length)) {
      String[] words = line.split(" ");
      if (words[0].equals("lock")) {
        locks.add(new Lock(words[1], words[2], Long.parseLong(words[3])));
      } else {
        votes.add(
            new ScorableVote(
                words[1],
                Boolean.parseBoolean(words[2]),
                words[0].equals("vote"),
                Standing.valueOf(words[3])));
      }
    }
    String[] head = lines[0].split(" ");
    return new OpenCase(
        head[0].equals("settled"),
        locks,
        votes,
        head.length == 1 ? WEIGHT_OF_THE_CLOSE : Long.parseLong(head[1]));
  }
}
