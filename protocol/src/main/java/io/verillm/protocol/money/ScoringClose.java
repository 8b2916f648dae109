package io.verillm.protocol.money;

import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.Score;
import io.verillm.protocol.money.OpenCase.Lock;
import io.verillm.protocol.money.OpenCase.ScorableVote;
import io.verillm.protocol.money.OpenCase.Standing;
import io.verillm.protocol.money.PeerPrediction.ScoredCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Settlement (ii), the close of a scoring epoch.
 *
 * <p>A worker with fewer than 20 scored cases is carried over as a whole, once: if any of its cases
 * has been carried before, or the close is a drain, all are settled now. First the locks of settled
 * cases go back to the free stake, but those of carried votes; then who owes pays, from earnings
 * and then from free stake, as far as they reach; then the treasury pays, scaled down pro rata if
 * it is short. Each case is paid by its own w, which the coordinator cannot change any more: a
 * worker's payment is the sum over its cases with the same.
 */
final class ScoringClose {
  private static final String EPOCH = "scoring-epoch";

  private final Draft draft;
  private final CloseScoringEpoch command;
  private final SortedMap<String, OpenCase> cases = new TreeMap<>();
  private final SortedMap<String, Tally> tallies = new TreeMap<>();

  /** What one worker brings to the close. */
  private static final class Tally {
    private final SortedMap<Long, List<ScoredCase>> byWeight = new TreeMap<>();
    private boolean carriedBefore;

    void add(OpenCase open, ScorableVote vote) {
      byWeight
          .computeIfAbsent(open.peerWeight(), w -> new ArrayList<>())
          .add(new ScoredCase(vote.reject(), open.doubledMajorityWithout(vote)));
      carriedBefore |= vote.standing() == Standing.CARRIED;
    }

    boolean carries(boolean drain) {
      return !drain && !carriedBefore && cases() < MoneyLimits.SCORED_CASES_MIN;
    }

    int cases() {
      return byWeight.values().stream().mapToInt(List::size).sum();
    }

    int rejects() {
      return (int)
          byWeight.values().stream().flatMap(List::stream).filter(ScoredCase::reject).count();
    }

    /** Units to pay; w of the close is for cases that have none. */
    long payment(long ofTheClose) {
      return byWeight.entrySet().stream()
          .mapToLong(group ->
              PeerPrediction.payment(
                  group.getKey() == OpenCase.WEIGHT_OF_THE_CLOSE ? ofTheClose : group.getKey(),
                  group.getValue()))
          .reduce(0L, Math::addExact);
    }
  }

  private ScoringClose(Draft draft, CloseScoringEpoch command) {
    this.draft = draft;
    this.command = command;
  }

  static void close(Draft draft, CloseScoringEpoch command) throws RefusedCommand {
    Checks.notNegative(command.getPeerWeight());
    Checks.notNegative(command.getScoringEpoch());
    long last = draft.get(EPOCH).map(Long::parseLong).orElse(-1L);
    RefusedCommand.unless(command.getScoringEpoch() > last, Refusal.EPOCH_CLOSED);
    draft.put(EPOCH, Long.toString(command.getScoringEpoch()));
    ScoringClose close = new ScoringClose(draft, command);
    close.collect();
    close.release();
    close.settle();
    if (!draft.hasTransfers()) {
      draft.transfer("peer", "", -1, close.note());
    }
  }

  private void collect() {
    for (String key : draft.keys(OpenCase.PREFIX)) {
      OpenCase open = OpenCase.read(draft, key);
      if (open.settled()) {
        cases.put(key, open);
        open.votes().stream()
            .filter(ScorableVote::pending)
            .forEach(
                vote -> tallies.computeIfAbsent(vote.worker(), w -> new Tally()).add(open, vote));
      }
    }
  }

  private boolean carries(String worker) {
    Tally tally = tallies.get(worker);
    return tally != null && tally.carries(command.getDrain());
  }

  private void release() {
    SortedMap<String, Long> released = new TreeMap<>();
    cases.forEach((key, open) -> {
      List<ScorableVote> votes = open.votes().stream().map(this::next).toList();
      List<Lock> kept = open.locks().stream().filter(lock -> holds(votes, lock)).toList();
      open.locks().stream()
          .filter(lock -> !kept.contains(lock))
          .forEach(lock -> released.merge(lock.worker(), lock.amount(), Math::addExact));
      new OpenCase(true, kept, votes, open.peerWeight()).write(draft, key);
    });
    released.forEach((worker, amount) -> {
      draft.move(Accounts.locked(worker), Accounts.stake(worker), amount);
      draft.transfer("lock", "", -1, "released");
    });
  }

  private ScorableVote next(ScorableVote vote) {
    if (!vote.pending()) {
      return vote;
    }
    return vote.as(carries(vote.worker()) ? Standing.CARRIED : Standing.SCORED);
  }

  private static boolean holds(List<ScorableVote> votes, Lock lock) {
    return votes.stream().anyMatch(vote -> vote.pending() && vote.worker().equals(lock.worker()));
  }

  private void settle() {
    SortedMap<String, Long> owed = new TreeMap<>();
    tallies.forEach((worker, tally) -> {
      if (!carries(worker)) {
        owed.put(worker, tally.payment(command.getPeerWeight()));
      }
    });
    SortedMap<String, Long> paid = new TreeMap<>();
    owed.forEach((worker, score) -> paid.put(worker, score < 0 ? -debit(worker, -score) : 0));
    long claimed = owed.values().stream().filter(s -> s > 0).reduce(0L, Math::addExact);
    long available = Math.min(claimed, draft.balance(Accounts.TREASURY));
    for (Map.Entry<String, Long> entry : owed.entrySet()) {
      if (entry.getValue() > 0) {
        long share = PeerPrediction.scaled(entry.getValue(), available, claimed);
        credit(entry.getKey(), share);
        paid.put(entry.getKey(), share);
      }
    }
    tallies.forEach((worker, tally) ->
        draft.score(
            new Score(
                command.getScoringEpoch(),
                worker,
                tally.cases(),
                tally.rejects(),
                owed.getOrDefault(worker, 0L),
                paid.getOrDefault(worker, 0L),
                carries(worker))));
  }

  private long debit(String worker, long wanted) {
    long earnings = Math.min(wanted, draft.balance(Accounts.worker(worker)));
    long stake = Math.min(wanted - earnings, draft.balance(Accounts.stake(worker)));
    draft.move(Accounts.worker(worker), Accounts.TREASURY, earnings);
    draft.move(Accounts.stake(worker), Accounts.TREASURY, stake);
    long missing = wanted - earnings - stake;
    draft.transfer("peer", "", -1, note() + (missing == 0 ? "" : " peer-short=" + missing));
    return earnings + stake;
  }

  private void credit(String worker, long share) {
    draft.move(Accounts.TREASURY, Accounts.worker(worker), share);
    draft.transfer("peer", "", -1, note());
  }

  private String note() {
    return "scoring-epoch=" + command.getScoringEpoch();
  }
}
