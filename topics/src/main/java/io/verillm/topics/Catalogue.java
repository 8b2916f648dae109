package io.verillm.topics;

import static io.verillm.topics.TopicLimits.MEDIUM_BYTES_MAX;
import static io.verillm.topics.TopicLimits.OPENING_BYTES_MAX;
import static io.verillm.topics.TopicLimits.REQUEST_BYTES_MAX;
import static io.verillm.topics.TopicLimits.SMALL_BYTES_MAX;
import static io.verillm.topics.TopicLimits.TASK_BYTES_MAX;

import io.verillm.events.Accepted;
import io.verillm.events.Balance;
import io.verillm.events.CalibrationPublished;
import io.verillm.events.Challenge;
import io.verillm.events.CloseScoringEpoch;
import io.verillm.events.Commitment;
import io.verillm.events.Control;
import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.Cosignature;
import io.verillm.events.Dispute;
import io.verillm.events.EpochClosed;
import io.verillm.events.EscrowDecided;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagOpening;
import io.verillm.events.FundAccount;
import io.verillm.events.JournalEntry;
import io.verillm.events.LockStake;
import io.verillm.events.ModelRegistered;
import io.verillm.events.Opening;
import io.verillm.events.OutputReady;
import io.verillm.events.ParametersSet;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.Request;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Result;
import io.verillm.events.Score;
import io.verillm.events.Seal;
import io.verillm.events.SealRefused;
import io.verillm.events.SettleCase;
import io.verillm.events.StakeChanged;
import io.verillm.events.Task;
import io.verillm.events.TaskExposed;
import io.verillm.events.Tokens;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.Vote;
import io.verillm.events.WitnessRegistered;
import io.verillm.events.WitnessRemoved;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * Every topic, and the only place where a topic's name is written.
 *
 * <p>All topics of requests have one partition for each shard; the shard of a request is the
 * partition of {@code requests} that its id hashes to.
 */
public final class Catalogue {
  /** Shards of the local stack. */
  public static final int LOCAL_SHARDS = 3;

  /** Most shards: the number is 4 bytes on the wire, but every shard costs a copy of each seal. */
  public static final int SHARDS_MAX = 1024;

  private static final Pattern WORKER_ID = Pattern.compile("[a-z0-9-]{1,32}");
  private static final Pattern WORKER_TOPIC =
      Pattern.compile("verillm\\.(tasks|controls)\\.([a-z0-9-]{1,32})\\.v1");
  private static final Set<Role> COORDINATOR = EnumSet.of(Role.COORDINATOR);
  private static final Set<Role> LEDGER = EnumSet.of(Role.LEDGER);
  private static final Set<Role> WORKER = EnumSet.of(Role.WORKER);
  private static final Set<Role> PROGRAMS =
      EnumSet.of(
          Role.REQUESTER, Role.WORKER, Role.COORDINATOR, Role.SEALER, Role.LEDGER, Role.WITNESS);

  private final int shards;

  private Catalogue(int shards) {
    this.shards = shards;
  }

  /**
   * The topics of a deployment with this many shards.
   *
   * @throws IllegalArgumentException if there are not 1..{@link #SHARDS_MAX}
   */
  public static Catalogue of(int shards) {
    if (shards < 1 || shards > SHARDS_MAX) {
      throw new IllegalArgumentException("shards must be 1.." + SHARDS_MAX + ", not " + shards);
    }
    return new Catalogue(shards);
  }

  /** The topics of the local stack. */
  public static Catalogue local() {
    return of(LOCAL_SHARDS);
  }

  /** Number of shards. */
  public int shards() {
    return shards;
  }

  /** The shard of a request: murmur2 of its key, as Kafka's own producers partition. */
  public int shardOf(String requestId) {
    return BuiltInPartitioner.partitionForKey(RecordKeys.text(requestId), shards);
  }

  /** Signed requests. */
  public Topic requests() {
    return sharded("requests", TopicKey.REQUEST_ID)
        .kept(Retention.SHORT)
        .bytes(REQUEST_BYTES_MAX)
        .from(EnumSet.of(Role.REQUESTER))
        .to(COORDINATOR)
        .of(Request.getClassSchema());
  }

  /** What one worker is to do. */
  public Topic tasks(String worker) {
    return single("tasks." + checked(worker), TopicKey.TASK_ID)
        .kept(Retention.SHORT)
        .bytes(TASK_BYTES_MAX)
        .from(COORDINATOR)
        .to(WORKER)
        .of(Task.getClassSchema());
  }

  /** How one worker's tasks go on; one partition, because every process of the worker reads all. */
  public Topic controls(String worker) {
    return single("controls." + checked(worker), TopicKey.TASK_ID)
        .kept(Retention.SHORT)
        .from(COORDINATOR)
        .to(WORKER)
        .of(Control.getClassSchema());
  }

  /** Generated tokens, unverified; partition = the task's shard. */
  public Topic tokens() {
    return sharded("tokens", TopicKey.TASK_ID)
        .kept(Retention.SHORT)
        .from(WORKER)
        .to(COORDINATOR)
        .of(Tokens.getClassSchema());
  }

  /** What requesters see. */
  public Topic results() {
    return sharded("results", TopicKey.REQUEST_ID)
        .kept(Retention.SHORT)
        .bytes(MEDIUM_BYTES_MAX)
        .from(COORDINATOR)
        .to(EnumSet.of(Role.REQUESTER))
        .of(Result.getClassSchema());
  }

  /** Admitted requests and finished outputs. */
  public Topic accepted() {
    return sharded("accepted", TopicKey.REQUEST_ID)
        .from(COORDINATOR)
        .of(Accepted.getClassSchema(), OutputReady.getClassSchema());
  }

  /** Rosters and positions to open. */
  public Topic challenges() {
    return sharded("challenges", TopicKey.REQUEST_ID)
        .bytes(MEDIUM_BYTES_MAX)
        .from(COORDINATOR)
        .of(Challenge.getClassSchema());
  }

  /** Votes; partition = the task's shard. */
  public Topic votes() {
    return sharded("votes", TopicKey.REQUEST_ID).from(WORKER).of(Vote.getClassSchema());
  }

  /** Opened commitments; partition = the task's shard. */
  public Topic openings() {
    return sharded("openings", TopicKey.REQUEST_ID)
        .bytes(OPENING_BYTES_MAX)
        .from(WORKER)
        .of(Opening.getClassSchema());
  }

  /** Disputes and exposed tasks; partition = the request's shard. */
  public Topic disputes() {
    return sharded("disputes", TopicKey.REQUEST_ID)
        .bytes(TASK_BYTES_MAX + SMALL_BYTES_MAX)
        .from(EnumSet.of(Role.REQUESTER, Role.WORKER))
        .of(Dispute.getClassSchema(), TaskExposed.getClassSchema());
  }

  /** What was decided. */
  public Topic verdicts() {
    return sharded("verdicts", TopicKey.REQUEST_ID)
        .bytes(MEDIUM_BYTES_MAX)
        .from(COORDINATOR)
        .of(Verdict.getClassSchema());
  }

  /** Opened flags and proofs of flag duty. */
  public Topic flags() {
    return sharded("flags", TopicKey.REQUEST_ID)
        .bytes(MEDIUM_BYTES_MAX)
        .from(EnumSet.of(Role.COORDINATOR, Role.WORKER))
        .of(FlagOpening.getClassSchema(), FlagDuty.getClassSchema());
  }

  /** Commitments; partition = the task's shard. */
  public Topic commitments() {
    return sharded("commitments", TopicKey.TASK_ID).from(WORKER).of(Commitment.getClassSchema());
  }

  /** Seals of epochs. */
  public Topic seals() {
    return single("seals", TopicKey.EPOCH)
        .bytes(MEDIUM_BYTES_MAX)
        .from(EnumSet.of(Role.SEALER))
        .of(Seal.getClassSchema());
  }

  /**
   * What witnesses say to seals; every partition gets its copy of a cosignature, so that each shard
   * sees for itself whether there is one.
   */
  public Topic cosignatures() {
    return sharded("cosignatures", TopicKey.EPOCH)
        .from(EnumSet.of(Role.WITNESS))
        .of(Cosignature.getClassSchema(), SealRefused.getClassSchema());
  }

  /**
   * Workers, witnesses, the coordinator, models, calibrations, parameters. Never compacted: its
   * records are sealed and replayed, and compaction would let a forger's later record remove the
   * first registration of an id, which is the one that counts.
   */
  public Topic registry() {
    return single("registry", TopicKey.SUBJECT)
        .from(EnumSet.of(Role.WORKER, Role.WITNESS, Role.COORDINATOR))
        .of(
            WorkerRegistered.getClassSchema(),
            WorkerReady.getClassSchema(),
            WitnessRegistered.getClassSchema(),
            CoordinatorRegistered.getClassSchema(),
            ModelRegistered.getClassSchema(),
            CalibrationPublished.getClassSchema(),
            ParametersSet.getClassSchema());
  }

  /** What a shard decides from beside its own partitions; every partition gets its copy. */
  public Topic shardInputs() {
    return sharded("shard-inputs", TopicKey.SHARD)
        .bytes(MEDIUM_BYTES_MAX + MEDIUM_BYTES_MAX)
        .from(EnumSet.of(Role.SEALER, Role.LEDGER, Role.COORDINATOR))
        .of(
            EpochClosed.getClassSchema(),
            WitnessRemoved.getClassSchema(),
            EscrowDecided.getClassSchema(),
            StakeChanged.getClassSchema(),
            RegistryUpdate.getClassSchema());
  }

  /** Commands to the ledger, in the one order that money has. */
  public Topic ledgerCommands() {
    return single("ledger-commands", TopicKey.COMMAND_ID)
        .bytes(MEDIUM_BYTES_MAX)
        .from(COORDINATOR)
        .of(
            FundAccount.getClassSchema(),
            ReserveEscrow.getClassSchema(),
            LockStake.getClassSchema(),
            SettleCase.getClassSchema(),
            CloseScoringEpoch.getClassSchema());
  }

  /** Balanced sets of postings. */
  public Topic transfers() {
    return single("transfers", TopicKey.COMMAND_ID)
        .bytes(MEDIUM_BYTES_MAX)
        .from(LEDGER)
        .of(Transfer.getClassSchema());
  }

  /** Peer scores. */
  public Topic scores() {
    return single("scores", TopicKey.WORKER).from(LEDGER).of(Score.getClassSchema());
  }

  /** Balances; derived from transfers, so only the last one of an account is kept. */
  public Topic balances() {
    return single("balances", TopicKey.ACCOUNT)
        .kept(Retention.COMPACT)
        .from(LEDGER)
        .of(Balance.getClassSchema());
  }

  /** The order in which each shard decided. */
  public Topic journal() {
    return sharded("journal", TopicKey.SHARD).from(COORDINATOR).of(JournalEntry.getClassSchema());
  }

  /** Every schema by fingerprint: values are schemas as JSON, not events. */
  public Topic schemas() {
    return single("schemas", TopicKey.FINGERPRINT).kept(Retention.COMPACT).from(PROGRAMS).of();
  }

  /** Records that did not count, with the reason in their headers. */
  public Topic deadLetters() {
    return single("dead-letters", TopicKey.ORIGIN)
        .kept(Retention.WEEKS)
        .bytes(OPENING_BYTES_MAX + Topic.RECORD_OVERHEAD_BYTES)
        .from(PROGRAMS)
        .to(EnumSet.of(Role.OPERATOR, Role.ANALYST))
        .of();
  }

  /** All topics, those of the workers included, sorted by name. */
  public List<Topic> all(Collection<String> workers) {
    List<Topic> all = new ArrayList<>(shared());
    workers.stream().distinct().forEach(worker -> all.addAll(ofWorker(worker)));
    all.sort(Comparator.comparing(Topic::name));
    return List.copyOf(all);
  }

  /** The two topics of one worker. */
  public List<Topic> ofWorker(String worker) {
    return List.of(tasks(worker), controls(worker));
  }

  /** The public topics whose records the seals cover, sorted by name. */
  public List<Topic> publicInputs() {
    return List.of(
            accepted(),
            challenges(),
            votes(),
            openings(),
            disputes(),
            verdicts(),
            flags(),
            commitments(),
            cosignatures(),
            registry(),
            shardInputs(),
            ledgerCommands(),
            transfers(),
            scores(),
            journal())
        .stream()
        .sorted(Comparator.comparing(Topic::name))
        .toList();
  }

  /** The topic with this full name; empty for any name that is not of this catalogue. */
  public Optional<Topic> byName(String name) {
    Matcher matcher = WORKER_TOPIC.matcher(name);
    if (matcher.matches()) {
      Function<String, Topic> kind =
          matcher.group(1).equals("tasks") ? this::tasks : this::controls;
      return Optional.of(kind.apply(matcher.group(2)));
    }
    return shared().stream().filter(topic -> topic.name().equals(name)).findFirst();
  }

  /** Whether this could be the name of a topic of any catalogue, known to this version or not. */
  static boolean ours(String name) {
    return name.startsWith("verillm.");
  }

  private List<Topic> shared() {
    return List.of(
        requests(),
        tokens(),
        results(),
        accepted(),
        challenges(),
        votes(),
        openings(),
        disputes(),
        verdicts(),
        flags(),
        commitments(),
        seals(),
        cosignatures(),
        registry(),
        shardInputs(),
        ledgerCommands(),
        transfers(),
        scores(),
        balances(),
        journal(),
        schemas(),
        deadLetters());
  }

  private static String checked(String worker) {
    if (!WORKER_ID.matcher(worker).matches()) {
      throw new IllegalArgumentException(
          "a worker id is 1..32 of a-z, 0-9 and dash, not '" + worker + "'");
    }
    return worker;
  }

  private Draft sharded(String name, TopicKey key) {
    return new Draft(name, key, shards);
  }

  private static Draft single(String name, TopicKey key) {
    return new Draft(name, key, 1);
  }

  /** A topic being described: public, kept for ever and of small records unless said otherwise. */
  private static final class Draft {
    private final String name;
    private final TopicKey key;
    private final int partitions;
    private Retention retention = Retention.FOR_EVER;
    private int bytes = SMALL_BYTES_MAX;
    private Set<Role> writers = EnumSet.noneOf(Role.class);
    private Set<Role> readers = Role.everybody();

    Draft(String name, TopicKey key, int partitions) {
      this.name = "verillm." + name + ".v1";
      this.key = key;
      this.partitions = partitions;
    }

    Draft kept(Retention retention) {
      this.retention = retention;
      return this;
    }

    Draft bytes(int bytes) {
      this.bytes = bytes;
      return this;
    }

    Draft from(Set<Role> writers) {
      this.writers = writers;
      return this;
    }

    Draft to(Set<Role> readers) {
      this.readers = readers;
      return this;
    }

    Topic of(Schema... events) {
      return new Topic(name, key, partitions, retention, bytes, writers, readers, List.of(events));
    }
  }
}
