package io.verillm.streams.audit;

import io.verillm.events.Accepted;
import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.ClaimIgnored;
import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.Dispute;
import io.verillm.events.DutyBegun;
import io.verillm.events.EncryptionKeyRegistered;
import io.verillm.events.FundAccount;
import io.verillm.events.MemberRole;
import io.verillm.events.ModelRegistered;
import io.verillm.events.Opening;
import io.verillm.events.OutputReady;
import io.verillm.events.ParametersSet;
import io.verillm.events.Request;
import io.verillm.events.RequestInput;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Result;
import io.verillm.events.RosterEntry;
import io.verillm.events.RosterRole;
import io.verillm.events.RowLimits;
import io.verillm.events.Task;
import io.verillm.events.TaskExposed;
import io.verillm.events.TasksIssued;
import io.verillm.events.Verdict;
import io.verillm.events.VerdictMember;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.events.WitnessRegistered;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.DutyEpoch;
import io.verillm.protocol.log.JournalChain;
import io.verillm.protocol.log.Removal;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.GroupedLedgerState;
import io.verillm.protocol.money.Ledger;
import io.verillm.protocol.money.LedgerEffects;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.privacy.PrivateOpenings;
import io.verillm.protocol.privacy.PrivateResults;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.Shard;
import io.verillm.protocol.trace.Step;
import io.verillm.schemas.EventCodec;
import io.verillm.streams.coordinator.CoordinatorApp;
import io.verillm.topics.Catalogue;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * A run as the live system would record it: some requests over two shards, the second of them
 * answered by an author that cheats, the third by two authors in turn, until every case is final
 * and the scoring epoch is closed. Strangers have written nonsense between.
 */
final class RecordedRun {
  private static final long TIME_MILLIS = 1_760_000_000_000L;
  private static final long TOKEN_PRICE = 100;
  private static final int TURNS_MAX = 60;
  private static final int TURN_TICKS = 10;

  /** Shorter than the dispute window. */
  private static final int DISPUTED_TURN_TICKS = 3;

  /** While the request is open. */
  private static final int WITHHELD_TURN = 4;

  /** Longer than the turns that a flag needs to be opened. */
  private static final int FLAG_TICKS = 50;

  /** All owe a BAD flag, for longer than the run. */
  private static final DutyTerms DUTIES = new DutyTerms(10_000, 1, DutyTerms.PER_SLOTS, 0);

  private static final Parameters FLAGGED =
      Parameters.demo().withFlagTicks(FLAG_TICKS).withDuties(DUTIES);

  private static final String REQUESTER =
      Accounts.requester(RunKeys.signer(Signers.REQUESTER).key().publicKey());

  /** Runs are read and never changed, and both their halves are asked for. */
  private static final Map<String, RecordedRun> PLAYED = new ConcurrentHashMap<>();

  private static RecordedRun played(String name, Supplier<RecordedRun> run) {
    return PLAYED.computeIfAbsent(name, unknown -> run.get());
  }

  private final RunLog log;
  private final RunLog privateLog = new RunLog();
  private final Map<String, SignedRecord> requests = new HashMap<>();
  private final String privateId;

  /** Whoever disputes the first verdict of the first request, by account and in turn. */
  private final List<String> disputing;

  /** Whether requests are accepted as they were before inputs were sealed. */
  private final boolean isInClear;

  private boolean exposing;

  private @Nullable Incident incident;

  /** How many of the next authors do nothing. */
  private int absences;

  /** Shorter than any deadline. */
  private final int ticksOfATurn;

  private final Parameters parameters;
  private final Catalogue catalogue;
  private final RunSecrets secrets = new RunSecrets();
  private final Shard[] shards;
  private final int[] applied;
  private final JournalChain[] journals;
  private final DutyEpoch[] duties;
  private final Ledger ledger;
  private final Map<Hash, RunTask> tasks = new HashMap<>();
  private List<Runnable> due = new ArrayList<>();
  private int commands;
  private int turn;

  /** Whose claim the second request holds though another writes its answer; empty if nobody's. */
  private String sentinel = "";

  private RecordedRun(String privateId, Parameters parameters, List<String> disputing) {
    this(privateId, parameters, disputing, Map.of());
  }

  private RecordedRun(
      String privateId,
      Parameters parameters,
      List<String> disputing,
      Map<String, Integer> versions) {
    this.log = new RunLog(versions);
    this.catalogue = log.catalogue;
    this.isInClear = versions.containsKey("Accepted");
    this.ledger = new Ledger(new GroupedLedgerState(), catalogue.shards());
    this.shards = new Shard[catalogue.shards()];
    this.applied = new int[catalogue.shards()];
    this.journals = new JournalChain[catalogue.shards()];
    this.duties = new DutyEpoch[catalogue.shards()];
    this.privateId = privateId;
    this.parameters = parameters;
    this.disputing = new ArrayList<>(disputing);
    this.ticksOfATurn = disputing.isEmpty() ? TURN_TICKS : DISPUTED_TURN_TICKS;
    for (int shard = 0; shard < shards.length; shard++) {
      shards[shard] = new Shard(CoordinatorApp.shardTopics(catalogue), shard, secrets);
      journals[shard] = JournalChain.start(shard);
    }
  }

  /** A run with this many requests, all final. */
  static MemoryRecords of(int requests) {
    return of(requests, TURNS_MAX);
  }

  /** A run that ends after some turns, whatever is open then. */
  static MemoryRecords of(int requests, int turns) {
    return open(requests, turns).log.recorded();
  }

  /** What lies on the private topics of a run with this many requests, all final. */
  static MemoryRecords privateOf(int requests) {
    return open(requests, TURNS_MAX).privateLog.recorded();
  }

  private static RecordedRun open(int requests, int turns) {
    return played(requests + " in " + turns, () -> whole(requests, turns, ""));
  }

  /** A run with two requests, of which the second, which is answered by a cheat, is private. */
  static MemoryRecords ofPrivate() {
    return secret().log.recorded();
  }

  /** What lies on the private topics of that run. */
  static MemoryRecords privateOfPrivate() {
    return secret().privateLog.recorded();
  }

  private static RecordedRun secret() {
    return played("private", () -> whole(2, TURNS_MAX, id(1)));
  }

  /** A run of one request whose author, without earnings yet, and whose requester dispute. */
  static MemoryRecords ofDisputed() {
    return disputed().log.recorded();
  }

  /** What lies on the private topics of that run. */
  static MemoryRecords privateOfDisputed() {
    return disputed().privateLog.recorded();
  }

  private static RecordedRun disputed() {
    List<String> disputing = List.of(Accounts.worker("w-01"), REQUESTER);
    return played("disputed", () -> whole(1, TURNS_MAX, "", Parameters.demo(), disputing));
  }

  /** A run with two requests, of which the second is a BAD flag that its author opens. */
  static MemoryRecords flagged() {
    return flaggedRun().log.recorded();
  }

  /** What lies on the private topics of that run. */
  static MemoryRecords privateOfFlagged() {
    return flaggedRun().privateLog.recorded();
  }

  /** A run whose second request was a sentinel's flag, and was given to another worker. */
  static MemoryRecords ofIgnoredClaim() {
    return ignoredClaim().log.recorded();
  }

  /** What lies on the private topics of that run. */
  static MemoryRecords privateOfIgnoredClaim() {
    return ignoredClaim().privateLog.recorded();
  }

  private static RecordedRun ignoredClaim() {
    RecordedRun run = new RecordedRun("", FLAGGED, List.of());
    run.sentinel = "w-12";
    run.play(2, TURNS_MAX);
    return run;
  }

  /**
   * A run with one request, of which the coordinator signs another task for a checker as soon as
   * the votes are cast.
   */
  static MemoryRecords ofExposedTask() {
    return exposedTask().log.recorded();
  }

  /** What lies on the private topics of that run. */
  static MemoryRecords privateOfExposedTask() {
    return exposedTask().privateLog.recorded();
  }

  private static RecordedRun exposedTask() {
    RecordedRun run = new RecordedRun("", Parameters.demo(), List.of());
    run.exposing = true;
    run.play(1, TURNS_MAX);
    return run;
  }

  /** What may happen to the request of a run. */
  enum Incident {
    /** A witness withholds its share of every epoch from one on. */
    WITHHELD(0),
    /** The coordinator has lost its output. */
    OUTPUT_LOST(0),
    /** Its first author does nothing, and another writes it. */
    AUTHOR_REPLACED(0),
    /** Neither author does anything. */
    NO_OUTPUT(0),
    /** The author's rows are such that nobody can be sure, in either part of either round. */
    UNCONFIRMED(3);

    /** Number of the request. */
    final int request;

    Incident(int request) {
      this.request = request;
    }
  }

  /** A run with one request, to which something happens. */
  static MemoryRecords of(Incident incident) {
    return played(incident.name(), () -> with(incident)).log.recorded();
  }

  /** What lies on the private topics of that run. */
  static MemoryRecords privateOf(Incident incident) {
    return played(incident.name(), () -> with(incident)).privateLog.recorded();
  }

  private static RecordedRun with(Incident incident) {
    RecordedRun run = new RecordedRun("", Parameters.demo(), List.of());
    run.incident = incident;
    switch (incident) {
      case OUTPUT_LOST -> run.secrets.lost.add(id(0));
      case AUTHOR_REPLACED -> run.absences = 1;
      case NO_OUTPUT -> run.absences = 2;
      case WITHHELD, UNCONFIRMED -> {
        // Seen to where it happens.
      }
    }
    run.play(List.of(id(incident.request)), TURNS_MAX);
    // An epoch is closed late without a witness.
    run.turn();
    run.turn();
    return run;
  }

  /** A run with two requests, as builds wrote it before inputs were sealed. */
  static MemoryRecords ofEarlier() {
    return played("earlier", RecordedRun::earlier).log.recorded();
  }

  /** What lies on the private topics of that run. */
  static MemoryRecords privateOfEarlier() {
    return played("earlier", RecordedRun::earlier).privateLog.recorded();
  }

  private static RecordedRun earlier() {
    Map<String, Integer> versions =
        Map.of("Accepted", 2, "Challenge", 2, "EscrowDecided", 2, "ReserveEscrow", 1);
    RecordedRun run = new RecordedRun("", Parameters.demo(), List.of(), versions);
    run.play(2, TURNS_MAX);
    return run;
  }

  /** A run with one request that no worker came for. */
  static MemoryRecords ofWaited() {
    return played("waited", RecordedRun::waited).log.recorded();
  }

  /** What lies on the private topics of that run. */
  static MemoryRecords privateOfWaited() {
    return played("waited", RecordedRun::waited).privateLog.recorded();
  }

  private static RecordedRun waited() {
    Parameters hasty =
        Parameters.of(
            ParametersSet.newBuilder(Parameters.demo().toEvent())
                .setSegmentTicks(3 * TURN_TICKS)
                .build());
    RecordedRun run = new RecordedRun("", hasty, List.of());
    run.setUp();
    // Case time counts from an epoch in which the coordinator spoke.
    run.turn();
    run.reserve(id(0));
    run.post(id(0));
    IntStream.range(0, 8).forEach(turn -> run.turn());
    return run;
  }

  private static RecordedRun flaggedRun() {
    return played("flagged", () -> whole(2, TURNS_MAX, "", FLAGGED, List.of()));
  }

  private static RecordedRun whole(int requests, int turns, String privateId) {
    return whole(requests, turns, privateId, Parameters.demo(), List.of());
  }

  private static RecordedRun whole(
      int requests, int turns, String privateId, Parameters parameters, List<String> disputing) {
    RecordedRun run = new RecordedRun(privateId, parameters, disputing);
    run.play(requests, turns);
    return run;
  }

  private void play(int number, int turns) {
    play(IntStream.range(0, number).mapToObj(RecordedRun::id).toList(), turns);
  }

  private void play(List<String> ids, int turns) {
    setUp();
    ids.forEach(this::reserve);
    turn();
    ids.forEach(this::accept);
    for (int i = 0; i < turns && (i < 3 || openCases() > 0); i++) {
      turn();
    }
    for (int wait = 0; wait < parameters.flagTicks(); wait += TURN_TICKS) {
      turn();
    }
    if (openCases() == 0) {
      command("close", new CloseScoringEpoch("close", 0L, true, 0L));
    }
    turn();
    turn();
  }

  private int openCases() {
    return IntStream.range(0, shards.length).map(s -> shards[s].view().openCases()).sum();
  }

  static String id(int number) {
    return new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L | number).toString();
  }

  private void setUp() {
    log.register(
        Signers.COORDINATOR,
        new RegisteredCoordinator(
                "main",
                RunKeys.signer(Signers.COORDINATOR).key().publicKey(),
                RunKeys.vrf("coordinator").publicKey(),
                catalogue.shards(),
                RunLog.WITNESSES.stream().map(RunKeys::witness).toList())
            .toEvent());
    for (String witness : RunLog.WITNESSES) {
      log.register(
          Signers.witness(witness),
          new WitnessRegistered(
              witness,
              key(Signers.witness(witness)),
              Wire.buffer(RunKeys.vrf(witness).publicKey().bytes())));
    }
    log.register(
        Signers.COORDINATOR,
        new ModelRegistered(
            Wire.buffer(RunTask.MODEL),
            "test",
            RunTask.PROFILE,
            "fp32",
            RunTask.BOUNDARIES,
            RunTask.HIDDEN,
            1_000,
            2,
            64,
            100L));
    log.register(
        Signers.COORDINATOR,
        new CalibrationPublished(
            "test-1",
            Wire.buffer(RunTask.MODEL),
            RunTask.PROFILE,
            RunTask.PROFILE,
            RunTask.BOUNDARIES.stream().map(b -> new RowLimits(b, 4L, 64L)).toList(),
            100_000,
            400_000,
            5_000,
            20_000,
            30_000,
            100,
            10_000));
    log.register(Signers.COORDINATOR, encryptionKey(Signers.COORDINATOR));
    log.register(Signers.COORDINATOR, parameters.toEvent());
    IntStream.rangeClosed(1, 12).mapToObj("w-%02d"::formatted).forEach(this::worker);
    nonsense(catalogue.votes());
    nonsense(catalogue.disputes());
    nonsense(catalogue.shardInputs());
    nonsense(catalogue.verdicts());
    nonsense(catalogue.ledgerCommands());
    command("fund-r", new FundAccount("fund-r", REQUESTER, 1_000_000L));
    command("fund-t", new FundAccount("fund-t", "treasury", 1_000_000L));
    turn();
  }

  private void nonsense(Topic topic) {
    log.append(
        new SignedRecord(
            topic.name(), 0, -1, new byte[1], new byte[20], "worker:w-01", new byte[64]));
  }

  private void worker(String id) {
    String signer = Signers.worker(id);
    log.register(
        signer,
        new WorkerRegistered(
            id, "op-" + id, key(signer), Wire.buffer(RunKeys.vrf(signer).publicKey().bytes())));
    log.register(signer, encryptionKey(signer));
    log.register(
        signer,
        new WorkerReady(id, List.of(Wire.buffer(RunTask.MODEL)), RunTask.PROFILE, true, 1L));
    command("fund-" + id, new FundAccount("fund-" + id, "stake:" + id, 1_000_000L));
  }

  private static EncryptionKeyRegistered encryptionKey(String party) {
    return new EncryptionKeyRegistered(
        party, Wire.buffer(RunKeys.reader(party).publicKey().bytes()));
  }

  private static ByteBuffer key(String signer) {
    return Wire.buffer(RunKeys.signer(signer).key().publicKey().bytes());
  }

  private void command(String key, SpecificRecord event) {
    log.post(Signers.COORDINATOR, catalogue.ledgerCommands(), 0, RecordKeys.text(key), event);
  }

  private void reserve(String id) {
    command(
        "reserve/" + id,
        new ReserveEscrow("reserve/" + id, id, catalogue.shardOf(id), REQUESTER, escrow(id), 0));
  }

  private static long price(String id) {
    return TOKEN_PRICE * RunTask.length(id);
  }

  private static long escrow(String id) {
    return Parameters.demo().escrow(price(id), 3 + RunTask.handovers(id));
  }

  private SignedRecord post(String id) {
    return privateLog.post(
        Signers.REQUESTER,
        catalogue.requests(),
        catalogue.shardOf(id),
        RecordKeys.text(id),
        request(id));
  }

  private Request request(String id) {
    Request plain = RunTask.request(id, isPrivate(id));
    return sentinel.isEmpty() || !id.equals(id(1))
        ? plain
        : Request.newBuilder(plain)
            .setFlagClaims(List.of(RunTask.claim(sentinel, duties[catalogue.shardOf(id)])))
            .build();
  }

  private void accept(String id) {
    SignedRecord request = post(id);
    requests.put(id, request);
    log.post(
        Signers.COORDINATOR,
        catalogue.accepted(),
        catalogue.shardOf(id),
        RecordKeys.text(id),
        accepted(request, id));
  }

  private Accepted accepted(SignedRecord request, String id) {
    Accepted sealed = RunTask.accepted(request, isPrivate(id), price(id), escrow(id));
    if (!isInClear) {
      return sealed;
    }
    RequestInput input = RunTask.input(id);
    return Accepted.newBuilder(sealed)
        .setPromptHash(input.getPromptHash())
        .setPromptLength(input.getPromptLength())
        .setTemperature(input.getTemperature())
        .setTopK(input.getTopK())
        .setTopP(input.getTopP())
        .setSeed(input.getSeed())
        .setInputSeal(Wire.buffer(new byte[0]))
        .build();
  }

  /** Everybody acts on what was published, then one epoch closes. */
  private void turn() {
    List<Runnable> now = due;
    due = new ArrayList<>();
    now.forEach(Runnable::run);
    account();
    if (incident == Incident.WITHHELD && turn >= WITHHELD_TURN) {
      log.closeWithout(RunLog.WITNESSES.getLast(), time());
      turn += (int) Removal.TICKS / ticksOfATurn;
    } else {
      log.close(time());
      turn++;
    }
    for (int shard = 0; shard < shards.length; shard++) {
      apply(shard);
    }
    account();
  }

  private long time() {
    return TIME_MILLIS + ticksOfATurn * 250L * turn;
  }

  private void account() {
    List<SignedRecord> all = log.of(catalogue.ledgerCommands(), 0);
    for (; commands < all.size(); commands++) {
      SignedRecord command = all.get(commands);
      PublicRecords.event(command).ifPresent(event -> write(ledger.apply(command.offset(), event)));
    }
  }

  private void write(LedgerEffects effects) {
    effects
        .transfers()
        .forEach(t -> ledger(catalogue.transfers(), 0, RecordKeys.text(t.getTransferId()), t));
    effects
        .balances()
        .forEach(b -> ledger(catalogue.balances(), 0, RecordKeys.text(b.getAccount()), b));
    effects.scores().forEach(s -> ledger(catalogue.scores(), 0, RecordKeys.text(s.getWorker()), s));
    effects
        .escrows()
        .forEach(e ->
            ledger(catalogue.shardInputs(), e.shard(), RecordKeys.shard(e.shard()), e.decision()));
    effects.stakes().forEach(s -> log.everywhere(Signers.LEDGER, s));
  }

  private void ledger(Topic topic, int partition, byte[] key, SpecificRecord event) {
    log.post(Signers.LEDGER, topic, partition, key, event);
  }

  private void apply(int shard) {
    List<SignedRecord> spine = log.of(catalogue.shardInputs(), shard);
    for (; applied[shard] < spine.size(); applied[shard]++) {
      for (Effect effect : shards[shard].apply(spine.get(applied[shard]), log.inbox(shard))) {
        switch (effect) {
          case Effect.Applied record -> journal(shard, record);
          case Effect.Publish publish -> publish(shard, publish);
          case Effect.Assign assign -> assign(shard, assign);
          case Effect.Issued issued ->
              log.post(
                  Signers.COORDINATOR,
                  catalogue.accepted(),
                  shard,
                  RecordKeys.shard(shard),
                  new TasksIssued(shard, issued.epoch()));
        }
      }
    }
  }

  private void journal(int shard, Effect.Applied applied) {
    String reason = applied.refusal() == null ? "" : applied.refusal().name();
    SignedRecord entry =
        log.post(
            Signers.COORDINATOR,
            catalogue.journal(),
            shard,
            RecordKeys.shard(shard),
            journals[shard].entry(applied.epoch(), applied.record(), reason));
    journals[shard] = journals[shard].after(entry.value());
  }

  private void publish(int shard, Effect.Publish publish) {
    Topic topic =
        switch (publish.stream()) {
          case CHALLENGES -> catalogue.challenges();
          case VERDICTS -> catalogue.verdicts();
          case FLAGS -> catalogue.flags();
          case LEDGER_COMMANDS -> catalogue.ledgerCommands();
        };
    log.post(
        Signers.COORDINATOR,
        topic,
        topic.partitions() == 1 ? 0 : shard,
        RecordKeys.text(publish.key()),
        publish.event());
    if (publish.event() instanceof DutyBegun begun) {
      duties[shard] = DutyEpoch.of(begun);
    }
    if (publish.event() instanceof Verdict verdict && !verdict.getLast()) {
      dispute(shard, verdict);
    }
    if (publish.event() instanceof Challenge challenge) {
      due.add(() -> answer(shard, challenge));
      due.add(() -> expose(shard, challenge));
    } else if (publish.event() instanceof Verdict verdict
        && verdict.getLast()
        && verdict.getSegment() == verdict.getSegments() - 1) {
      privateLog.post(
          Signers.COORDINATOR,
          catalogue.results(),
          shard,
          RecordKeys.text(verdict.getRequestId()),
          result(verdict));
      if (parameters.flagTicks() > 0 && verdict.getRequestId().equals(id(1))) {
        due.add(() -> openFlag(shard, verdict));
      }
    }
  }

  /** One epoch for each, so that the ledger's answer about the one before counts. */
  private void dispute(int shard, Verdict verdict) {
    if (disputing.isEmpty()) {
      return;
    }
    String account = disputing.removeFirst();
    boolean requester = account.equals(REQUESTER);
    due.add(() -> {
      log.post(
          requester ? Signers.REQUESTER : account,
          catalogue.disputes(),
          shard,
          RecordKeys.text(verdict.getRequestId()),
          new Dispute(
              verdict.getRequestId(),
              verdict.getSegment(),
              account,
              Parameters.demo().bond(3),
              requester ? key(Signers.REQUESTER) : Wire.buffer(new byte[0])));
      dispute(shard, verdict);
    });
  }

  private void openFlag(int shard, Verdict verdict) {
    if (!sentinel.isEmpty()) {
      SignedRecord shown = requests.get(verdict.getRequestId());
      log.post(
          Signers.worker(sentinel),
          catalogue.flags(),
          shard,
          RecordKeys.text(verdict.getRequestId()),
          new ClaimIgnored(
              verdict.getRequestId(),
              Wire.buffer(shown.key()),
              Wire.buffer(shown.value()),
              Wire.buffer(shown.signature())));
      return;
    }
    String author =
        verdict.getMembers().stream()
            .filter(m -> m.getRole() == MemberRole.AUTHOR)
            .map(VerdictMember::getWorker)
            .findFirst()
            .orElseThrow();
    log.post(
        Signers.worker(author),
        catalogue.flags(),
        shard,
        RecordKeys.text(verdict.getRequestId()),
        RunTask.flagOpening(verdict.getRequestId(), author, duties[shard]));
  }

  private boolean isPrivate(String id) {
    return id.equals(privateId);
  }

  private SpecificRecord result(Verdict verdict) {
    Result result = RunTask.result(verdict);
    return isPrivate(verdict.getRequestId())
        ? PrivateResults.seal(new byte[32], result, RunKeys.reader(Signers.REQUESTER).publicKey())
        : result;
  }

  private SpecificRecord opening(int shard, Challenge challenge, RunTask task) {
    Opening opening = task.opening(challenge);
    String id = challenge.getRequestId();
    return isPrivate(id)
        ? PrivateOpenings.seal(
            new byte[32],
            opening,
            PrivateOpenings.readers(
                shards[shard].registry(),
                RunTask.accepted(requests.get(id), true, price(id), price(id)),
                PrivateOpenings.workers(challenge)))
        : opening;
  }

  private void assign(int shard, Effect.Assign assign) {
    RunTask task = new RunTask(assign, secrets.nonce(assign.taskId()), noise(assign));
    tasks.put(assign.taskId(), task);
    privateLog.post(
        Signers.COORDINATOR,
        catalogue.tasks(assign.worker()),
        0,
        RecordKeys.task(assign.taskId()),
        task.event(shard));
    due.add(() -> work(shard, task));
  }

  private int noise(Effect.Assign assign) {
    if (!assign.author()) {
      return 0;
    }
    if (incident == Incident.UNCONFIRMED) {
      return RunTask.NOISE;
    }
    return assign.requestId().equals(id(1)) ? RunTask.CHEAT : 0;
  }

  private void work(int shard, RunTask task) {
    if (task.assign.author() && absences > 0) {
      absences--;
      return;
    }
    commit(shard, task, Step.PREFILL);
    if (task.assign.author()) {
      commit(shard, task, Step.FINAL);
      int segment = task.assign.segment();
      secrets.outputs.add(task.assign.requestId() + "/" + segment);
      log.post(
          Signers.COORDINATOR,
          catalogue.accepted(),
          shard,
          RecordKeys.text(task.assign.requestId()),
          new OutputReady("", 0, 0, Wire.buffer(task.assign.taskId())));
    }
  }

  private void commit(int shard, RunTask task, Step step) {
    log.post(
        Signers.worker(task.assign.worker()),
        catalogue.commitments(),
        shard,
        RecordKeys.task(task.assign.taskId()),
        task.commitment(step));
  }

  private void answer(int shard, Challenge challenge) {
    int noise =
        challenge.getRoster().stream()
            .mapToInt(e -> tasks.get(Wire.hash(e.getTaskId())).noise)
            .max()
            .orElseThrow();
    for (RosterEntry entry : challenge.getRoster()) {
      RunTask task = tasks.get(Wire.hash(entry.getTaskId()));
      byte[] key = RecordKeys.text(challenge.getRequestId());
      String signer = Signers.worker(entry.getWorker());
      log.post(signer, catalogue.openings(), shard, key, opening(shard, challenge, task));
      if (entry.getRole() == RosterRole.CHECKER
          && entry.getRound() == challenge.getRound()
          && challenge.getPart() == 1) {
        log.post(signer, catalogue.votes(), shard, key, vote(challenge, entry, noise));
      }
    }
  }

  private void expose(int shard, Challenge challenge) {
    if (!exposing) {
      return;
    }
    exposing = false;
    RosterEntry checker =
        challenge.getRoster().stream()
            .filter(entry -> entry.getRole() == RosterRole.CHECKER)
            .findFirst()
            .orElseThrow();
    Topic tasks = catalogue.tasks(checker.getWorker());
    Task told = this.tasks.get(Wire.hash(checker.getTaskId())).event(shard);
    told.put(told.getSchema().getField("seed").pos(), Wire.buffer(new byte[32]));
    byte[] key = RecordKeys.task(Wire.hash(checker.getTaskId()));
    SignedRecord other =
        RunKeys.signer(Signers.COORDINATOR).sign(tasks.name(), 0, key, EventCodec.encode(told));
    log.post(
        Signers.worker(checker.getWorker()),
        catalogue.disputes(),
        shard,
        RecordKeys.text(challenge.getRequestId()),
        new TaskExposed(
            challenge.getRequestId(),
            checker.getTaskId(),
            Wire.buffer(other.key()),
            Wire.buffer(other.value()),
            Wire.buffer(other.signature())));
  }

  private static Vote vote(Challenge challenge, RosterEntry entry, int noise) {
    boolean cheated = noise == RunTask.CHEAT;
    VoteDecision honest = noise == 0 ? VoteDecision.ACCEPT : VoteDecision.UNSURE;
    return new Vote(
        challenge.getRequestId(),
        challenge.getSegment(),
        challenge.getRound(),
        entry.getTaskId(),
        entry.getWorker(),
        cheated ? VoteDecision.REJECT : honest,
        cheated ? VoteReason.MODEL : VoteReason.NONE);
  }
}
