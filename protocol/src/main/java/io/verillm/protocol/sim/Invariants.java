package io.verillm.protocol.sim;

import io.verillm.events.Accepted;
import io.verillm.events.Balance;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.FlagOpening;
import io.verillm.events.Opening;
import io.verillm.events.Posting;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.SettleCase;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.LedgerEffects;
import io.verillm.protocol.shard.Effect;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What must hold behind every event, whatever anybody does. Knows the rules from outside: it sees
 * events only, never the state of the code it watches.
 */
final class Invariants implements CoreDriver.Observer {
  private final long seed;
  private final int ticksMax;
  private final Map<String, Open> open = new LinkedHashMap<>();
  private final Set<String> decided = new HashSet<>();
  private final Set<String> cases = new HashSet<>();
  private final Set<String> settled = new HashSet<>();
  private final Set<String> flags = new HashSet<>();
  private final Map<String, Long> balances = new HashMap<>();
  private long total;
  private long steps;
  private long tick;

  /** What was seen of one open request. */
  private static final class Open {
    private final long since;
    private boolean accepted;
    private final Set<Hash> tasks = new HashSet<>();
    private final Map<Hash, Long> prefills = new HashMap<>();
    private final Map<Hash, Long> finals = new HashMap<>();
    private final Map<String, Challenge> challenges = new HashMap<>();
    private final Set<String> openings = new HashSet<>();
    private final Set<String> votes = new HashSet<>();

    Open(long since) {
      this.since = since;
    }
  }

  private final Map<Hash, Open> byTask = new HashMap<>();

  /**
   * Watches a run.
   *
   * @param ticksMax ticks within which every request must be final
   */
  Invariants(long seed, int ticksMax) {
    this.seed = seed;
    this.ticksMax = ticksMax;
  }

  /** Events seen so far. */
  long steps() {
    return steps;
  }

  /** Time has passed: every request must be terminal by its deadline. */
  void at(long now) {
    tick = now;
    if (!open.isEmpty()) {
      Map.Entry<String, Open> eldest = open.entrySet().iterator().next();
      require(
          now - eldest.getValue().since <= ticksMax,
          "request %s is open after %d ticks",
          eldest.getKey(),
          now - eldest.getValue().since);
    }
  }

  @Override
  public void on(Effect effect, @Nullable SpecificRecord event) {
    steps++;
    switch (effect) {
      case Effect.Assign assign -> assigned(assign);
      case Effect.Applied applied -> {
        if (applied.refusal() == null) {
          counted(applied.epoch(), event);
        }
      }
      case Effect.Publish publish -> published(event);
      case Effect.Issued issued -> {
        // A mark for deadlines.
      }
    }
  }

  private void assigned(Effect.Assign assign) {
    require(!decided.contains(assign.requestId()), "a task of %s, decided", assign.requestId());
    // The author's task comes out before the record that caused it is reported as applied.
    Open found = open.computeIfAbsent(assign.requestId(), unknown -> new Open(tick));
    require(
        byTask.put(assign.taskId(), found) == null, "task %s is assigned twice", assign.taskId());
    found.tasks.add(assign.taskId());
  }

  private void counted(long epoch, @Nullable SpecificRecord event) {
    switch (event) {
      case Accepted a -> {
        require(!decided.contains(a.getRequestId()), "%s is accepted again", a.getRequestId());
        Open found = open.computeIfAbsent(a.getRequestId(), unknown -> new Open(tick));
        require(!found.accepted, "%s is accepted twice", a.getRequestId());
        found.accepted = true;
      }
      case Commitment c -> {
        Hash task = Wire.hash(c.getTaskId());
        Open found = openOf(task);
        Map<Hash, Long> steps =
            c.getStep() == CommitmentStep.PREFILL ? found.prefills : found.finals;
        require(steps.put(task, epoch) == null, "a second %s of task %s counts", c.getStep(), task);
      }
      case Opening o -> opening(epoch, o);
      case Vote v -> vote(v);
      case FlagOpening f -> flag(f);
      case null, default -> {
        // Registrations, stakes and seals.
      }
    }
  }

  private Open openOf(Hash task) {
    Open found = byTask.get(task);
    require(found != null, "a record of task %s counts, which nobody has", task);
    return found;
  }

  private void opening(long epoch, Opening o) {
    Hash task = Wire.hash(o.getTaskId());
    Open found = openOf(task);
    String place = place(o.getSegment(), o.getRound(), o.getPart());
    Challenge challenge = found.challenges.get(place);
    require(challenge != null, "task %s opens before its challenge", task);
    require(
        epoch > challenge.getEpoch(),
        "task %s opens in epoch %d what epoch %d drew",
        task,
        epoch,
        challenge.getEpoch());
    require(
        challenge.getRoster().stream()
            .anyMatch(e -> e.getCommitted() && e.getTaskId().equals(o.getTaskId())),
        "task %s opens a challenge without it",
        task);
    require(found.openings.add(task + "/" + place), "a second opening of task %s counts", task);
  }

  private void vote(Vote v) {
    Hash task = Wire.hash(v.getTaskId());
    Open found = openOf(task);
    require(
        found.challenges.containsKey(place(v.getSegment(), v.getRound(), 1)),
        "task %s votes before its challenge",
        task);
    require(found.votes.add(task + "/" + v.getSegment()), "a second vote of task %s counts", task);
  }

  private void flag(FlagOpening f) {
    String id = f.getRequestId();
    require(decided.contains(id), "the flag of %s counts before its last verdict", id);
    require(!settled.contains(id + "/0"), "the flag of %s counts behind its settlement", id);
    require(flags.add(id), "a second flag of %s counts", id);
  }

  private void published(@Nullable SpecificRecord event) {
    switch (event) {
      case Challenge c -> challenge(c);
      case Verdict v -> {
        String place = v.getRequestId() + "/" + v.getSegment();
        require(!cases.contains(place), "%s is decided again", place);
        if (v.getLast()) {
          cases.add(place);
          decided.add(v.getRequestId());
        }
      }
      case SettleCase s -> {
        String place = s.getRequestId() + "/" + s.getSegment();
        require(cases.contains(place), "%s settles without a verdict", place);
        require(settled.add(place), "%s settles twice", place);
        if (s.getRefund()) {
          Open closed = open.remove(s.getRequestId());
          require(closed != null, "%s settles and was not open", s.getRequestId());
          closed.tasks.forEach(byTask::remove);
        }
      }
      case null, default -> {
        // Locks: the ledger's effects are looked at instead.
      }
    }
  }

  /** Authors' roots before the committee, checkers' roots before the positions. */
  private void challenge(Challenge c) {
    Open found = open.get(c.getRequestId());
    require(found != null, "%s is challenged and not open", c.getRequestId());
    require(
        found.challenges.put(place(c.getSegment(), c.getRound(), c.getPart()), c) == null,
        "%s: round %d part %d is drawn twice",
        c.getRequestId(),
        c.getRound(),
        c.getPart());
    for (RosterEntry entry : c.getRoster()) {
      if (entry.getCommitted()) {
        committed(found, c, entry);
      }
    }
  }

  private static String place(int segment, int round, int part) {
    return segment + "/" + round + "/" + part;
  }

  private void committed(Open found, Challenge c, RosterEntry entry) {
    Hash task = Wire.hash(entry.getTaskId());
    boolean author = entry.getRole() == RosterRole.AUTHOR;
    Long epoch = (author ? found.finals : found.prefills).get(task);
    require(epoch != null, "task %s must open and has sealed nothing", task);
    if (author) {
      require(
          epoch <= c.getCommitteeEpoch(),
          "committee of %s drawn in epoch %d, its author sealed in %d",
          c.getRequestId(),
          c.getCommitteeEpoch(),
          epoch);
    } else {
      require(
          epoch <= c.getEpoch(),
          "positions of %s drawn in epoch %d, task %s sealed in %d",
          c.getRequestId(),
          c.getEpoch(),
          task,
          epoch);
      // The author of a later segment commits before there is a committee.
      require(
          entry.getAuthored() >= 0
              || entry.getRound() < c.getRound()
              || epoch > c.getCommitteeEpoch(),
          "task %s sealed in epoch %d, before its committee of epoch %d",
          task,
          epoch,
          c.getCommitteeEpoch());
    }
  }

  @Override
  public void on(SpecificRecord command, LedgerEffects effects) {
    steps++;
    for (Transfer transfer : effects.transfers()) {
      transfer(transfer);
    }
    for (Balance balance : effects.balances()) {
      boolean bounded = balance.getBalance() >= 0 || balance.getAccount().equals(Accounts.GENESIS);
      require(bounded, "%s holds %d units", balance.getAccount(), balance.getBalance());
      Long before = balances.put(balance.getAccount(), balance.getBalance());
      total += balance.getBalance() - (before == null ? 0 : before);
    }
    require(total == 0, "all accounts together hold %d units", total);
  }

  private void transfer(Transfer transfer) {
    long sum = transfer.getPostings().stream().mapToLong(Posting::getAmount).sum();
    require(sum == 0, "transfer %s sums to %d", transfer.getTransferId(), sum);
    boolean pays =
        transfer.getPostings().stream()
            .anyMatch(p -> p.getAmount() > 0 && p.getAccount().startsWith("worker:"));
    if (pays) {
      boolean settles =
          transfer.getKind().equals("settle") && decided.contains(transfer.getRequestId());
      require(
          settles || transfer.getKind().equals("peer"),
          "transfer %s pays without a verdict",
          transfer.getTransferId());
    }
  }

  private void require(boolean holds, String what, Object... values) {
    if (!holds) {
      throw new InvariantViolation(seed, steps, what.formatted(values));
    }
  }
}
