package io.verillm.protocol.sim;

import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.CommitmentStep;
import io.verillm.events.Dispute;
import io.verillm.events.FlagKind;
import io.verillm.events.Opening;
import io.verillm.events.OutputReady;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.protocol.check.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.Secrets;
import io.verillm.protocol.sim.party.AuthorPlan;
import io.verillm.protocol.sim.party.Behaviour;
import io.verillm.protocol.sim.party.CheckerPlan;
import io.verillm.protocol.sim.party.Manner;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Step;
import io.verillm.protocol.vote.Openings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * All workers: they get tasks and challenges, do what their behaviour says, and post what follows.
 * Everything random depends on seed, request and worker alone, so that runs with other keys but the
 * same draws do the same.
 */
final class Parties {
  /** The most that a worker puts down for a dispute; it is asked for less. */
  private static final long BOND_MAX = 1_000_000;

  private final long seed;
  private final World world;
  private final SimCoordinator coordinator;
  private final CoreDriver core;
  private final Map<String, Worker> workers;
  private final List<Manner> sentinelCheats;
  private final Map<String, RequestInHand> requests = new HashMap<>();
  private final Map<Hash, TaskInHand> tasks = new HashMap<>();
  private final SimDuties duties;
  private List<Runnable> due = new ArrayList<>();

  Parties(
      long seed,
      World world,
      SimCoordinator coordinator,
      CoreDriver core,
      Map<String, Worker> workers,
      List<Manner> sentinelCheats,
      SimDuties duties) {
    this.seed = seed;
    this.world = world;
    this.coordinator = coordinator;
    this.core = core;
    this.workers = workers;
    this.sentinelCheats = sentinelCheats;
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

  boolean areIdle() {
    return due.isEmpty();
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
  void decided(String requestId) {
    RequestInHand request = requests.get(requestId);
    request.tasks.stream()
        .filter(t -> !t.isAuthor())
        .filter(t -> t.checkerPlan().delivery() == CheckerPlan.Delivery.DISPUTES)
        .findFirst()
        .ifPresent(task -> due.add(() -> dispute(request, task)));
  }

  private void dispute(RequestInHand request, TaskInHand task) {
    request.disputer = task;
    String stake = Accounts.stake(task.worker().id());
    post(
        task.worker(),
        SimLog.TOPICS.disputes(),
        new Dispute(request.request.id(), 0, stake, BOND_MAX, Wire.buffer(new byte[0])));
  }

  /** Takes note of a last verdict: who planted a flag opens it. */
  void ended(String requestId) {
    due.add(() -> openFlag(requests.get(requestId)));
  }

  private void openFlag(@Nullable RequestInHand request) {
    if (request != null && request.request.flag() != FlagKind.NONE && request.author != null) {
      Worker author = request.author().worker();
      post(author, SimLog.TOPICS.flags(), duties.opening(author.id(), request.request));
    }
  }

  /** Everybody acts on what was published. */
  void act() {
    List<Runnable> now = due;
    due = new ArrayList<>();
    now.forEach(Runnable::run);
  }

  private SplittableRandom random(SimulatedRequest request, Effect.Assign assign) {
    return Noise.of(
        seed, 21, request.number(), assign.worker().hashCode(), assign.round(), assign.attempt());
  }

  private void work(Effect.Assign assign) {
    RequestInHand request = requests.get(assign.requestId());
    if (request == null) {
      return;
    }
    Worker worker = workers.get(assign.worker());
    if (assign.author()) {
      make(request, assign, worker);
    } else {
      check(request, assign, worker);
    }
  }

  private void make(RequestInHand request, Effect.Assign assign, Worker worker) {
    SplittableRandom random = random(request.request, assign);
    AuthorPlan plan = plan(request.request, assign, worker, random);
    Answer answer = world.answer(request.request.script(), plan.manner());
    TaskInHand task = TaskInHand.author(assign, worker, answer, plan, random.nextInt(64));
    remember(request, task);
    request.author = task;
    if (plan.delivery() == AuthorPlan.Delivery.NOTHING) {
      return;
    }
    commit(task, task.seal(Step.PREFILL).sealedRoot(), Step.PREFILL);
    if (plan.delivery() == AuthorPlan.Delivery.NO_FINAL) {
      return;
    }
    commit(task, task.opened().sealedRoot(), Step.FINAL);
    if (plan.delivery() != AuthorPlan.Delivery.NO_TEXT) {
      Hash output = answer.outputHash();
      coordinator.output(assign.requestId(), new Secrets.Output(answer.size(), output, output));
      core.post(
          Signers.COORDINATOR,
          SimLog.TOPICS.accepted(),
          new OutputReady("", 0, 0, Wire.buffer(assign.taskId())));
    }
  }

  /** A sentinel runs a cheat where its BAD flag is due, and is honest where its GOOD flag is. */
  private AuthorPlan plan(
      SimulatedRequest request, Effect.Assign assign, Worker worker, SplittableRandom random) {
    if (assign.attempt() == 0 && request.flag() == FlagKind.BAD) {
      Manner cheat = sentinelCheats.get(random.nextInt(sentinelCheats.size()));
      return new AuthorPlan(cheat, AuthorPlan.Delivery.COMPLETE, AuthorPlan.HONEST_COST);
    }
    return assign.attempt() == 0 && request.flag() == FlagKind.GOOD
        ? AuthorPlan.HONEST
        : worker.behaviour().author(new Behaviour.AuthorTurn(random));
  }

  private void check(RequestInHand request, Effect.Assign assign, Worker worker) {
    SplittableRandom random = random(request.request, assign);
    TaskInHand author = request.author();
    Behaviour.CheckerTurn turn =
        new Behaviour.CheckerTurn(
            assign.round(),
            worker.isFriendOf(author.worker()),
            !author.authorPlan().manner().isHonest(),
            random);
    CheckerPlan plan = worker.behaviour().checker(turn);
    TaskInHand task = TaskInHand.checker(assign, worker, author.answer(), plan, random.nextInt(64));
    remember(request, task);
    switch (plan.delivery()) {
      case MISSING -> {
        // Nothing is sent.
      }
      case COPIED_COMMITMENT -> commit(task, author.opened().sealedRoot(), Step.PREFILL);
      case REPEATED -> {
        commit(task, task.opened().sealedRoot(), Step.PREFILL);
        commit(task, task.opened().sealedRoot(), Step.PREFILL);
      }
      default -> commit(task, task.opened().sealedRoot(), Step.PREFILL);
    }
  }

  private void remember(RequestInHand request, TaskInHand task) {
    request.tasks.add(task);
    tasks.put(task.taskId(), task);
  }

  private void commit(TaskInHand task, Hash root, Step step) {
    @Nullable Hash tag = null;
    if (step == Step.FINAL) {
      Answer answer = task.answer();
      byte[] nonce = coordinator.nonce(task.taskId());
      tag = Digests.outputTag(answer.outputHash(), answer.finish(), nonce);
    }
    Commitment event =
        new Commitment(
            Wire.buffer(task.taskId()),
            task.worker().id(),
            CommitmentStep.valueOf(step.name()),
            Wire.buffer(root),
            tag == null ? null : Wire.buffer(tag));
    post(task.worker(), SimLog.TOPICS.commitments(), event);
  }

  private void post(Worker worker, String topic, SpecificRecord event) {
    core.send(Signers.worker(worker.id()), topic, event);
  }

  private void answer(Challenge challenge) {
    RequestInHand request = requests.get(challenge.getRequestId());
    if (request == null) {
      return;
    }
    request.challenged(challenge);
    for (RosterEntry entry : challenge.getRoster()) {
      if (entry.getCommitted()) {
        open(request, tasks.get(Wire.hash(entry.getTaskId())), challenge);
      }
    }
    boolean readable = isReadable(request.author());
    for (RosterEntry entry : challenge.getRoster()) {
      if (entry.getCommitted()
          && entry.getRole() == RosterRole.CHECKER
          && entry.getRound() == challenge.getRound()) {
        vote(request, tasks.get(Wire.hash(entry.getTaskId())), challenge, readable);
      }
    }
  }

  /** Whether the author shows something that a checker can vote on. */
  private static boolean isReadable(TaskInHand author) {
    return author.authorPlan().delivery() == AuthorPlan.Delivery.COMPLETE;
  }

  private void open(RequestInHand request, TaskInHand task, Challenge challenge) {
    if (task.isAuthor()) {
      switch (task.authorPlan().delivery()) {
        case EQUIVOCATES -> opening(task, otherSalt(opening(request, task, challenge)), 1);
        case NOT_OPENED -> {
          // Nothing is shown.
        }
        default -> opening(task, opening(request, task, challenge), 1);
      }
      return;
    }
    switch (task.checkerPlan().delivery()) {
      case NOT_OPENED -> {
        // Nothing is shown.
      }
      case CLOSED_IN_ROUND_TWO -> {
        if (challenge.getRound() == 1) {
          opening(task, opening(request, task, challenge), 1);
        }
      }
      case EQUIVOCATES -> opening(task, otherSalt(opening(request, task, challenge)), 1);
      case REPEATED -> opening(task, opening(request, task, challenge), 2);
      default -> opening(task, opening(request, task, challenge), 1);
    }
  }

  private void opening(TaskInHand task, Opening opening, int times) {
    for (int i = 0; i < times; i++) {
      post(task.worker(), SimLog.TOPICS.openings(), opening);
    }
  }

  private static Opening otherSalt(Opening opening) {
    return Opening.newBuilder(opening)
        .setSalt(Wire.buffer(HashInput.of("other-salt").hash()))
        .build();
  }

  private static Opening opening(RequestInHand request, TaskInHand task, Challenge challenge) {
    SealedCommitment seal = task.opened();
    return Openings.of(
        challenge,
        seal,
        task.view().evidence(),
        request.positions().stream()
            .map(p -> task.view().open(p.position(), p.boundary()).event())
            .toList());
  }

  private void vote(RequestInHand request, TaskInHand task, Challenge challenge, boolean readable) {
    CheckerPlan plan = task.checkerPlan();
    switch (plan.delivery()) {
      case MISSING, NOT_OPENED, NO_VOTE, EQUIVOCATES, COPIED_COMMITMENT -> {
        return;
      }
      default -> {
        // It votes.
      }
    }
    Optional<Vote> rule = readable ? request.vote(task) : Optional.empty();
    SplittableRandom random = random(request.request, task.assign());
    Optional<VoteDecision> decision =
        switch (plan.ballot()) {
          case RULE -> rule.map(v -> VoteDecision.valueOf(v.decision().name()));
          case ACCEPT -> Optional.of(VoteDecision.ACCEPT);
          case REJECT -> Optional.of(VoteDecision.REJECT);
          case UNSURE -> Optional.of(VoteDecision.UNSURE);
          case COIN ->
              Optional.of(random.nextBoolean() ? VoteDecision.REJECT : VoteDecision.ACCEPT);
          case OPPOSITE -> rule.map(v -> opposite(v));
        };
    if (decision.isEmpty()) {
      return;
    }
    io.verillm.events.Vote vote =
        new io.verillm.events.Vote(
            challenge.getRequestId(),
            challenge.getSegment(),
            challenge.getRound(),
            Wire.buffer(task.taskId()),
            task.worker().id(),
            decision.get(),
            reason(plan, rule, decision.get()));
    post(task.worker(), SimLog.TOPICS.votes(), vote);
    if (plan.delivery() == CheckerPlan.Delivery.REPEATED) {
      post(task.worker(), SimLog.TOPICS.votes(), vote);
    }
  }

  private static VoteDecision opposite(Vote vote) {
    return switch (vote.decision()) {
      case ACCEPT -> VoteDecision.REJECT;
      case REJECT -> VoteDecision.ACCEPT;
      case UNSURE -> VoteDecision.UNSURE;
    };
  }

  private static VoteReason reason(CheckerPlan plan, Optional<Vote> rule, VoteDecision decision) {
    if (decision != VoteDecision.REJECT) {
      return VoteReason.NONE;
    }
    return plan.ballot() == CheckerPlan.Ballot.RULE
        ? rule.flatMap(Vote::reason).map(r -> VoteReason.valueOf(r.name())).orElse(VoteReason.NONE)
        : VoteReason.MODEL;
  }
}
