package io.verillm.protocol.sim;

import io.verillm.events.Challenge;
import io.verillm.events.Dispute;
import io.verillm.events.FlagKind;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.sim.party.CheckerPlan;
import io.verillm.protocol.sim.party.Manner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All workers: they get tasks and challenges, do what their behaviour says, and post what follows.
 */
final class Parties {
  /** The most that a worker puts down for a dispute; it is asked for less. */
  private static final long BOND_MAX = 1_000_000;

  private final SimCoordinator coordinator;
  private final Map<String, Worker> workers;
  private final Outbox outbox;
  private final Authors authors;
  private final Checkers checkers;
  private final Openers openers;
  private final Map<String, RequestInHand> requests = new HashMap<>();
  private final Map<Hash, TaskInHand> tasks = new HashMap<>();
  private final SimDuties duties;
  private List<Runnable> due = new ArrayList<>();

  Parties(
      Dice dice,
      World world,
      SimCoordinator coordinator,
      CoreDriver core,
      Map<String, Worker> workers,
      List<Manner> sentinelCheats,
      SimDuties duties) {
    this.coordinator = coordinator;
    this.workers = workers;
    this.outbox = new Outbox(core, coordinator);
    this.authors = new Authors(dice, world, coordinator, core, outbox, sentinelCheats);
    this.checkers = new Checkers(dice, outbox);
    this.openers = new Openers(outbox);
    this.duties = duties;
  }

  /** A request that is about to be accepted. */
  void expect(RequestInHand request) {
    requests.put(request.request.id(), request);
  }

  RequestInHand request(String requestId) {
    return requests.get(requestId);
  }

  /** Requests without a last verdict. */
  int open() {
    return requests.size();
  }

  /** Forgets a request that is final. */
  void forget(String requestId) {
    RequestInHand found = requests.remove(requestId);
    found.tasks.forEach(t -> tasks.remove(t.taskId()));
    coordinator.forget(requestId);
  }

  /** Takes note of a task; it is worked on at the next turn. */
  void assigned(Effect.Assign assign) {
    due.add(() -> work(assign));
  }

  /** Takes note of a challenge. */
  void challenged(Challenge challenge) {
    due.add(() -> answer(challenge));
  }

  /** Takes note of a verdict that stands: the first of its members that disputes does. */
  void decided(String requestId, int segment) {
    RequestInHand request = requests.get(requestId);
    request.tasks.stream()
        .filter(t -> !t.isAuthor())
        .filter(t -> t.checkerPlan().delivery() == CheckerPlan.Delivery.DISPUTES)
        .findFirst()
        .ifPresent(task -> due.add(() -> dispute(request, task, segment)));
  }

  private void dispute(RequestInHand request, TaskInHand task, int segment) {
    request.disputer = task;
    String stake = Accounts.stake(task.worker().id());
    outbox.post(
        task.worker(),
        SimLog.TOPICS.disputes(),
        new Dispute(request.request.id(), segment, stake, BOND_MAX, Wire.buffer(new byte[0])));
  }

  /** Takes note of a last verdict: who planted a flag opens it. */
  void ended(Verdict verdict) {
    String requestId = verdict.getRequestId();
    requests.get(requestId).verdicts.put(verdict.getSegment(), verdict);
    due.add(() -> openFlag(requests.get(requestId)));
  }

  private void openFlag(@Nullable RequestInHand request) {
    if (request != null && request.request.flag() != FlagKind.NONE && request.hasAuthor(0)) {
      Worker author = request.author(0).worker();
      outbox.post(author, SimLog.TOPICS.flags(), duties.opening(author.id(), request.request));
    }
  }

  /** Everybody acts on what was published. */
  void act() {
    List<Runnable> now = due;
    due = new ArrayList<>();
    now.forEach(Runnable::run);
  }

  private void work(Effect.Assign assign) {
    RequestInHand request = requests.get(assign.requestId());
    if (request == null) {
      return;
    }
    Worker worker = workers.get(assign.worker());
    if (assign.author()) {
      TaskInHand task = authors.begin(request, assign, worker);
      request.author(task);
      remember(request, task);
      authors.deliver(task);
    } else {
      TaskInHand task = checkers.begin(request, assign, worker);
      remember(request, task);
      checkers.commit(task, request.author(assign.segment() - 1));
    }
  }

  private void remember(RequestInHand request, TaskInHand task) {
    request.tasks.add(task);
    tasks.put(task.taskId(), task);
  }

  private void answer(Challenge challenge) {
    RequestInHand request = requests.get(challenge.getRequestId());
    if (request == null) {
      return;
    }
    request.caseOf(challenge.getSegment()).challenged(challenge);
    for (RosterEntry entry : challenge.getRoster()) {
      if (entry.getCommitted()) {
        openers.open(request, tasks.get(Wire.hash(entry.getTaskId())), challenge);
      }
    }
    for (RosterEntry entry : challenge.getRoster()) {
      if (entry.getCommitted()
          && entry.getRole() == RosterRole.CHECKER
          && entry.getRound() == challenge.getRound()) {
        checkers.vote(request, tasks.get(Wire.hash(entry.getTaskId())), challenge);
      }
    }
  }
}
