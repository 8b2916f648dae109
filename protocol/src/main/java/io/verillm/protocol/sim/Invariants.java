package io.verillm.protocol.sim;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.FlagOpening;
import io.verillm.events.Opening;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.events.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
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
  private final Deadlines deadlines;
  private final Map<String, SeenRequest> open = new LinkedHashMap<>();
  private final Set<String> decided = new HashSet<>();
  private final Set<String> cases = new HashSet<>();
  private final Set<String> settled = new HashSet<>();
  private final Set<String> flags = new HashSet<>();
  private final MoneyInvariants money = new MoneyInvariants(this::require);
  private long steps;
  private long tick;

  private final Map<Hash, SeenRequest> byTask = new HashMap<>();

  /**
   * Watches a run.
   *
   * @param deadlines by when each phase of a request must have ended
   */
  Invariants(long seed, Deadlines deadlines) {
    this.seed = seed;
    this.deadlines = deadlines;
  }

  /** Events seen so far. */
  long steps() {
    return steps;
  }

  /** Time has passed: what each request waited for must have come by its deadline. */
  void at(long now) {
    tick = now;
    open.forEach((id, request) -> request.at(now, id, this::require));
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
    SeenRequest found =
        open.computeIfAbsent(assign.requestId(), unknown -> new SeenRequest(tick, deadlines));
    require(
        byTask.put(assign.taskId(), found) == null, "task %s is assigned twice", assign.taskId());
    found.tasks.add(assign.taskId());
    if (assign.author()) {
      found.newest = assign.taskId();
      found.await("an author", tick, deadlines.prefill());
    } else {
      found.await("its challenge", tick, deadlines.prefill());
    }
  }

  private void counted(long epoch, @Nullable SpecificRecord event) {
    switch (event) {
      case Accepted a -> {
        require(!decided.contains(a.getRequestId()), "%s is accepted again", a.getRequestId());
        SeenRequest found =
            open.computeIfAbsent(a.getRequestId(), unknown -> new SeenRequest(tick, deadlines));
        require(!found.accepted, "%s is accepted twice", a.getRequestId());
        found.accepted = true;
      }
      case Commitment c -> {
        Hash task = Wire.hash(c.getTaskId());
        SeenRequest found = openOf(task);
        Map<Hash, Long> steps =
            c.getStep() == CommitmentStep.PREFILL ? found.prefills : found.finals;
        require(steps.put(task, epoch) == null, "a second %s of task %s counts", c.getStep(), task);
        if (c.getStep() == CommitmentStep.PREFILL && task.equals(found.newest)) {
          found.begun(deadlines);
        }
      }
      case Opening o -> opening(epoch, o);
      case Vote v -> vote(v);
      case FlagOpening f -> flag(f);
      case null, default -> {
        // Registrations, stakes and seals.
      }
    }
  }

  private SeenRequest openOf(Hash task) {
    SeenRequest found = byTask.get(task);
    require(found != null, "a record of task %s counts, which nobody has", task);
    return found;
  }

  private void opening(long epoch, Opening o) {
    Hash task = Wire.hash(o.getTaskId());
    SeenRequest found = openOf(task);
    String place = SeenRequest.place(o.getSegment(), o.getRound(), o.getPart());
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
    SeenRequest found = openOf(task);
    require(
        found.challenges.containsKey(SeenRequest.place(v.getSegment(), v.getRound(), 1)),
        "task %s votes before its challenge",
        task);
    require(found.votes.add(task + "/" + v.getSegment()), "a second vote of task %s counts", task);
  }

  private void flag(FlagOpening f) {
    String id = f.getRequestId();
    require(decided.contains(id), "the flag of %s counts before its last verdict", id);
    require(!settled.contains(id + "/0"), "the flag of %s counts behind its settlement", id);
    require(flags.add(id), "a second flag of %s counts", id);
    money.flagged(f);
  }

  private void published(@Nullable SpecificRecord event) {
    switch (event) {
      case Challenge c -> {
        SeenRequest found = open.get(c.getRequestId());
        require(found != null, "%s is challenged and not open", c.getRequestId());
        found.challenged(c, this::require);
        found.await("its openings and votes", tick, deadlines.answers());
      }
      case Verdict v -> {
        String place = v.getRequestId() + "/" + v.getSegment();
        require(!cases.contains(place), "%s is decided again", place);
        if (v.getLast()) {
          cases.add(place);
          money.decided(v);
          decided.add(v.getRequestId());
        }
        SeenRequest found = open.get(v.getRequestId());
        if (found != null) {
          found.await(
              v.getLast() ? "its settlement" : "its last verdict",
              tick,
              v.getLast() ? deadlines.flag() : deadlines.dispute());
        }
      }
      case SettleCase s -> {
        String place = s.getRequestId() + "/" + s.getSegment();
        require(cases.contains(place), "%s settles without a verdict", place);
        require(settled.add(place), "%s settles twice", place);
        if (s.getRefund()) {
          SeenRequest closed = open.remove(s.getRequestId());
          require(closed != null, "%s settles and was not open", s.getRequestId());
          closed.tasks.forEach(byTask::remove);
        }
      }
      case null, default -> {
        // Locks: the ledger's effects are looked at instead.
      }
    }
  }

  @Override
  public void on(SpecificRecord command, LedgerEffects effects) {
    steps++;
    if (command instanceof ReserveEscrow reserve) {
      open.computeIfAbsent(reserve.getRequestId(), unknown -> new SeenRequest(tick, deadlines));
    }
    money.on(command, effects);
  }

  private void require(boolean holds, String what, Object... values) {
    if (!holds) {
      throw new InvariantViolation(seed, steps, what.formatted(values));
    }
  }
}
