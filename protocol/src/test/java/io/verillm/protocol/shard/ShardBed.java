package io.verillm.protocol.shard;

import io.verillm.events.Accepted;
import io.verillm.events.BondDecided;
import io.verillm.events.Challenge;
import io.verillm.events.Dispute;
import io.verillm.events.DutyBegun;
import io.verillm.events.EscrowDecided;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.OutputReady;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.StakeChanged;
import io.verillm.events.Task;
import io.verillm.events.TaskExposed;
import io.verillm.events.TasksIssued;
import io.verillm.events.WitnessRegistered;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** A shard with everybody who takes part: coordinator, ledger, sealer, witnesses and workers. */
final class ShardBed {
  static final ShardTopics TOPICS = TestLog.TOPICS;

  /** Most ticks that one epoch counts; a longer gap is an outage. */
  static final int STEP = CaseClock.STEP_TICKS_MAX;

  /** What a dispute of a case with three checkers costs. */
  static final long BOND = Parameters.demo().bond(3);

  final TestLog log;
  final TestCoordinator secrets = new TestCoordinator();
  final Shard shard;
  final List<Effect> effects = new ArrayList<>();
  final Map<Hash, TestTask> tasks = new HashMap<>();
  private final Map<String, Behaviour> behaviours = new HashMap<>();
  private final Map<String, TestRequest> requests = new HashMap<>();
  private final Map<String, Accepted> accepted = new HashMap<>();
  private final TestVoter voter;
  private List<Runnable> due = new ArrayList<>();
  private List<Runnable> dueVotes = new ArrayList<>();
  private Random order;
  private int applied;

  /** Whether the coordinator says what it has issued. */
  boolean speaks = true;

  private long said;
  private long tick = 1_000;

  ShardBed(int workers) {
    this(workers, List.of("wit-1"));
  }

  ShardBed(int workers, List<String> witnesses) {
    this(workers, witnesses, Parameters.demo(), log -> {});
  }

  ShardBed(int workers, Parameters parameters) {
    this(workers, List.of("wit-1"), parameters, log -> {});
  }

  /** With something on the log before the coordinator has registered. */
  ShardBed(int workers, Consumer<TestLog> before) {
    this(workers, List.of("wit-1"), Parameters.demo(), before);
  }

  private ShardBed(
      int workers, List<String> witnesses, Parameters parameters, Consumer<TestLog> before) {
    log = new TestLog(witnesses);
    before.accept(log);
    shard = new Shard(TOPICS, 0, secrets);
    voter = new TestVoter(this);
    registry(
        Signers.COORDINATOR,
        new RegisteredCoordinator(
                "coordinator-1",
                TestKeys.signing("coordinator").publicKey(),
                TestKeys.vrf("coordinator").publicKey(),
                1,
                witnesses.stream().map(ShardBed::witness).toList())
            .toEvent());
    witnesses.forEach(this::registerWitness);
    registry(Signers.COORDINATOR, TestModel.registered());
    registry(Signers.COORDINATOR, TestModel.calibration());
    registry(Signers.COORDINATOR, parameters.toEvent());
    IntStream.rangeClosed(1, workers).mapToObj("w-%02d"::formatted).forEach(this::registerWorker);
    apply();
  }

  static RegisteredWitness witness(String id) {
    return new RegisteredWitness(
        id, TestKeys.signing(Signers.witness(id)).publicKey(), TestKeys.vrf(id).publicKey());
  }

  void registerWitness(String id) {
    registry(
        Signers.witness(id),
        new WitnessRegistered(
            id,
            Wire.buffer(TestKeys.signing(Signers.witness(id)).publicKey().bytes()),
            Wire.buffer(TestKeys.vrf(id).publicKey().bytes())));
  }

  private void registerWorker(String id) {
    String signer = Signers.worker(id);
    registry(
        signer,
        new WorkerRegistered(
            id,
            "op-" + id,
            Wire.buffer(TestKeys.signing(signer).publicKey().bytes()),
            Wire.buffer(TestKeys.vrf(signer).publicKey().bytes())));
    ready(id, true);
    log.post(Signers.LEDGER, TOPICS.spine(), new StakeChanged(id, 1_000_000L, 0L));
  }

  void ready(String id, boolean ready) {
    registry(
        Signers.worker(id),
        new WorkerReady(id, List.of(Wire.buffer(TestModel.ID)), TestModel.PROFILE, ready, ++said));
  }

  /** What the coordinator writes, of the duty epochs that its shard begins. */
  UnaryOperator<DutyBegun> announced = UnaryOperator.identity();

  /** A registry record and its copy on the spine. */
  SignedRecord registry(String signer, SpecificRecord event) {
    SignedRecord record =
        log.append(
            TestKeys.signer(signer)
                .sign(TOPICS.registry(), 0, RegistrySubject.of(event), EventCodec.encode(event)));
    return log.post(
        Signers.COORDINATOR,
        TOPICS.spine(),
        new RegistryUpdate(
            record.offset(),
            Wire.buffer(record.key()),
            Wire.buffer(record.value()),
            record.signer(),
            Wire.buffer(record.signature())));
  }

  Behaviour worker(String id) {
    return behaviours.computeIfAbsent(id, unknown -> new Behaviour());
  }

  /** Grants the escrow and accepts; the author is the first worker. */
  ShardBed request(TestRequest request) {
    return request(request, request.accepted());
  }

  /** Accepted in other words. */
  ShardBed request(TestRequest request, Accepted words) {
    grant(request);
    accepted.put(request.id(), words);
    log.post(Signers.COORDINATOR, TOPICS.accepted(), words);
    return this;
  }

  Accepted accepted(TestRequest request) {
    return accepted.getOrDefault(request.id(), request.accepted());
  }

  void grant(TestRequest request) {
    grant(request, 0);
  }

  /** Grants the escrow of one that waits no longer than so. */
  void grant(TestRequest request, int waitTicks) {
    requests.put(request.id(), request);
    secrets.inputs.put(request.id(), request.input());
    log.post(
        Signers.LEDGER,
        TOPICS.spine(),
        new EscrowDecided(
            request.id(), true, request.escrow(), "", TestRequest.REQUESTER, waitTicks));
  }

  /** From now on workers act in an order that the seed gives. */
  ShardBed inOrderOf(long seed) {
    order = new Random(seed);
    return this;
  }

  private <T> List<T> inAnyOrder(List<T> given) {
    List<T> shuffled = new ArrayList<>(given);
    if (order != null) {
      Collections.shuffle(shuffled, order);
    }
    return shuffled;
  }

  /** Everybody acts on what was published, then one epoch closes. */
  void turn(int ticks) {
    List<Runnable> now = inAnyOrder(due);
    List<Runnable> votes = inAnyOrder(dueVotes);
    due = new ArrayList<>();
    dueVotes = new ArrayList<>();
    now.forEach(Runnable::run);
    // A vote rests on openings that its voter has read.
    votes.forEach(Runnable::run);
    close(ticks);
  }

  /** Closes one epoch and applies it. */
  void close(int ticks) {
    tick += ticks;
    log.post(Signers.SEALER, TOPICS.spine(), log.close(250 * tick));
    apply();
  }

  /** Lets case time pass, with nobody doing anything. */
  void pass(int ticks) {
    for (int left = ticks; left > 0; left -= STEP) {
      close(Math.min(left, STEP));
    }
  }

  /** Applies what is new on the spine. */
  void apply() {
    for (SignedRecord record :
        log.all(TOPICS.spine()).subList(applied, log.all(TOPICS.spine()).size())) {
      shard.needs(record).forEach(r -> log.records(r.getTopic(), r.getStart(), r.getEnd()));
      List<Effect> next = shard.apply(record, log);
      effects.addAll(next);
      next.forEach(this::handle);
      applied++;
    }
  }

  /** Turns until no case is open; when nobody has anything to do, time passes. */
  ShardBed run() {
    turn(1);
    for (int i = 0; shard.view().openCases() > 0; i++) {
      if (i == 400) {
        throw new AssertionError("cases still open after 400 turns: " + shard.view().openCases());
      }
      turn(due.isEmpty() && dueVotes.isEmpty() ? STEP : 1);
    }
    return this;
  }

  private void handle(Effect effect) {
    if (effect instanceof Effect.Issued issued && speaks) {
      log.post(Signers.COORDINATOR, TOPICS.accepted(), new TasksIssued(0, issued.epoch()));
    }
    if (effect instanceof Effect.Publish publish && publish.event() instanceof DutyBegun begun) {
      log.post(Signers.COORDINATOR, TOPICS.flags(), announced.apply(begun));
    }
    if (effect instanceof Effect.Assign assign && requests.containsKey(assign.requestId())) {
      due.add(() -> work(assign, worker(assign.worker())));
    } else if (effect instanceof Effect.Publish publish
        && publish.event() instanceof Challenge challenge) {
      due.add(() -> open(challenge));
      dueVotes.add(() -> vote(challenge));
    }
  }

  private void work(Effect.Assign assign, Behaviour behaviour) {
    TestTask task =
        new TestTask(
            assign, requests.get(assign.requestId()), secrets.nonce(assign.taskId()), behaviour);
    tasks.put(assign.taskId(), task);
    if (!behaviour.prefills) {
      return;
    }
    String signer = Signers.worker(task.assign.worker());
    log.post(signer, TOPICS.commitments(), task.prefill());
    if (!task.assign.author() || !behaviour.finishes) {
      return;
    }
    log.post(signer, TOPICS.commitments(), task.finish());
    if (behaviour.streams) {
      TestRequest request = task.request;
      int segment = task.assign.segment();
      secrets.last.put(request.id() + "/" + segment, task.isLast());
      secrets.outputs.put(
          request.id() + "/" + segment,
          new Secrets.Output(
              request.end(segment), request.outputHash(segment), request.answerHash(segment + 1)));
      log.post(
          Signers.COORDINATOR,
          TOPICS.accepted(),
          new OutputReady("", 0, 0, Wire.buffer(task.assign.taskId())));
    }
  }

  /** A flag, opened by its only author. */
  SignedRecord flag(FlagKind kind) {
    return flag(authorOf(TestRequest.standard().id()), kind);
  }

  SignedRecord flag(String worker, FlagKind kind) {
    FlagOpening opening = TestRequest.standard().flagOpening(kind);
    TestDuty.last(this).ifPresent(duty -> duty.owe(opening, worker));
    return log.post(Signers.worker(worker), TOPICS.flags(), opening);
  }

  String authorOf(String requestId) {
    return effects.stream()
        .filter(e -> e instanceof Effect.Assign a && a.author() && a.requestId().equals(requestId))
        .map(e -> ((Effect.Assign) e).worker())
        .findFirst()
        .orElseThrow();
  }

  /** The requester disputes the verdict on the standard request's first segment. */
  SignedRecord dispute() {
    return dispute(Signers.REQUESTER, TestRequest.REQUESTER, BOND);
  }

  SignedRecord dispute(String signer, String party, long bond) {
    byte[] key =
        signer.equals(Signers.REQUESTER)
            ? TestKeys.signing(Signers.REQUESTER).publicKey().bytes()
            : new byte[0];
    return log.post(
        signer,
        TOPICS.disputes(),
        new Dispute(TestRequest.standard().id(), 0, party, bond, Wire.buffer(key)));
  }

  /** The ledger's answer to a bond. */
  SignedRecord bond(boolean granted) {
    return log.post(
        Signers.LEDGER,
        TOPICS.spine(),
        new BondDecided(TestRequest.standard().id(), 0, granted, granted ? BOND : 0L, ""));
  }

  /** A worker shows the task that the coordinator signed for it. */
  SignedRecord expose(String worker, UnaryOperator<Task> fed) {
    TestTask task =
        tasks.values().stream()
            .filter(t -> t.assign.worker().equals(worker))
            .findFirst()
            .orElseThrow();
    return expose(worker, Signers.COORDINATOR, task.assign.taskId(), fed.apply(fed(task)));
  }

  private static Task fed(TestTask task) {
    int segments = task.assign.author() ? task.assign.segment() : task.request.segments();
    return task.request.task(task.assign.taskId(), segments);
  }

  SignedRecord expose(String worker, String signer, Hash taskId, Task fed) {
    SignedRecord signed =
        TestKeys.signer(signer)
            .sign(TOPICS.tasks().apply(worker), 0, taskId.bytes(), EventCodec.encode(fed));
    return log.post(
        Signers.worker(worker),
        TOPICS.disputes(),
        new TaskExposed(
            TestRequest.standard().id(),
            Wire.buffer(taskId),
            Wire.buffer(signed.key()),
            Wire.buffer(signed.value()),
            Wire.buffer(signed.signature())));
  }

  private void open(Challenge challenge) {
    for (RosterEntry entry : inAnyOrder(challenge.getRoster())) {
      Behaviour behaviour = worker(entry.getWorker());
      if (entry.getCommitted()
          && behaviour.opensInRound.test(challenge.getRound())
          && behaviour.opensPart.test(challenge.getPart())) {
        TestTask task = tasks.get(Wire.hash(entry.getTaskId()));
        log.post(
            Signers.worker(entry.getWorker()),
            TOPICS.openings(),
            behaviour.said.apply(voter.opened(behaviour.opening.apply(task.opening(challenge)))));
      }
    }
  }

  private void vote(Challenge challenge) {
    voter.challenged(challenge);
    for (RosterEntry entry : inAnyOrder(challenge.getRoster())) {
      Behaviour behaviour = worker(entry.getWorker());
      boolean votes =
          entry.getRole() == RosterRole.CHECKER
              && entry.getRound() == challenge.getRound()
              && entry.getCommitted()
              && behaviour.votes;
      if (votes) {
        voter
            .vote(tasks.get(Wire.hash(entry.getTaskId())), challenge)
            .ifPresent(v ->
                log.post(
                    Signers.worker(entry.getWorker()), TOPICS.votes(), behaviour.vote.apply(v)));
      }
    }
  }

  /** Everything published of one type, in order. */
  <T> List<T> published(Class<T> type) {
    return published(effects, type);
  }

  static <T> List<T> published(List<Effect> effects, Class<T> type) {
    return effects.stream()
        .filter(Effect.Publish.class::isInstance)
        .map(e -> ((Effect.Publish) e).event())
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** Refusals of all records applied so far. */
  Stream<Refusal> refusals() {
    return effects.stream()
        .filter(Effect.Applied.class::isInstance)
        .map(e -> ((Effect.Applied) e).refusal())
        .filter(refusal -> refusal != null);
  }

  /** What the record last applied was refused for; null where it counts. */
  Refusal outcome(SignedRecord record) {
    return effects.stream()
        .filter(e -> e instanceof Effect.Applied a && a.record() == record)
        .map(e -> java.util.Optional.ofNullable(((Effect.Applied) e).refusal()))
        .reduce((first, second) -> second)
        .orElseThrow(() -> new AssertionError("never applied: " + record))
        .orElse(null);
  }

  /** The effects of a fresh shard over the same log. */
  List<Effect> replay(Secrets given) {
    Shard fresh = new Shard(TOPICS, 0, given);
    List<Effect> again = new ArrayList<>();
    log.all(TOPICS.spine()).forEach(record -> again.addAll(fresh.apply(record, log)));
    return again;
  }

  /** Effects in a form that compares to the byte. */
  static List<String> bytes(List<Effect> effects) {
    return effects.stream().map(ShardBed::bytes).toList();
  }

  private static String bytes(Effect effect) {
    return switch (effect) {
      case Effect.Publish p ->
          p.stream() + p.key() + java.util.HexFormat.of().formatHex(EventCodec.encode(p.event()));
      case Effect.Assign a -> a.toString();
      case Effect.Issued i -> i.toString();
      case Effect.Applied a ->
          a.epoch() + "/" + a.record().topic() + "/" + a.record().offset() + "/" + a.refusal();
    };
  }
}
