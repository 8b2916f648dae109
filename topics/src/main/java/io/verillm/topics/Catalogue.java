package io.verillm.topics;

import io.verillm.events.Control;
import io.verillm.events.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * Every topic, and with {@link Groups} the only place where a topic's name is written.
 *
 * <p>All topics of requests have one partition for each shard; the shard of a request is the
 * partition of {@code requests} that its id hashes to.
 */
public final class Catalogue {
  /** Shards of the local stack. */
  public static final int LOCAL_SHARDS = 3;

  /** Most shards: the number is 4 bytes on the wire, but every shard costs a copy of each seal. */
  public static final int SHARDS_MAX = 1024;

  private static final Pattern WORKER_TOPIC =
      Pattern.compile("verillm\\.(tasks|controls)\\.([a-z0-9-]{1,32})\\.v1");

  private final int shards;
  private final WorkTopics work;
  private final CaseTopics cases;
  private final LogTopics log;
  private final MoneyTopics money;
  private final ServiceTopics service;

  private Catalogue(int shards) {
    this.shards = shards;
    this.work = WorkTopics.of(shards);
    this.cases = CaseTopics.of(shards);
    this.log = LogTopics.of(shards);
    this.money = MoneyTopics.of();
    this.service = ServiceTopics.of(shards);
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

  /** What one worker is to do. */
  public Topic tasks(String worker) {
    return TopicDraft.single("tasks." + Groups.checkedWorker(worker), TopicKey.TASK_ID)
        .kept(Retention.SHORT)
        .bytes(TopicLimits.TASK_BYTES_MAX)
        .from(Role.COORDINATOR)
        .to(Role.WORKER)
        .of(Task.getClassSchema());
  }

  /** How one worker's tasks go on; one partition, because every process of the worker reads all. */
  public Topic controls(String worker) {
    return TopicDraft.single("controls." + Groups.checkedWorker(worker), TopicKey.TASK_ID)
        .kept(Retention.SHORT)
        .from(Role.COORDINATOR)
        .to(Role.WORKER)
        .of(Control.getClassSchema());
  }

  /** Signed requests. */
  public Topic requests() {
    return work.requests();
  }

  /** Generated tokens, unverified; partition = the task's shard. */
  public Topic tokens() {
    return work.tokens();
  }

  /** What requesters see. */
  public Topic results() {
    return work.results();
  }

  /** Admitted requests, finished outputs, and how far a shard has issued what follows. */
  public Topic accepted() {
    return cases.accepted();
  }

  /** Rosters and positions to open. */
  public Topic challenges() {
    return cases.challenges();
  }

  /** Commitments; partition = the task's shard. */
  public Topic commitments() {
    return cases.commitments();
  }

  /** Opened commitments; partition = the task's shard. */
  public Topic openings() {
    return cases.openings();
  }

  /** Votes; partition = the task's shard. */
  public Topic votes() {
    return cases.votes();
  }

  /** Disputes and exposed tasks; partition = the request's shard. */
  public Topic disputes() {
    return cases.disputes();
  }

  /** What was decided. */
  public Topic verdicts() {
    return cases.verdicts();
  }

  /** When workers owe flags, which they open, and proofs of what they owed. */
  public Topic flags() {
    return cases.flags();
  }

  /**
   * Workers, witnesses, the coordinator, models, calibrations, parameters. Never compacted: its
   * records are sealed and replayed, and compaction would let a forger's later record remove the
   * first registration of an id, which is the one that counts.
   */
  public Topic registry() {
    return log.registry();
  }

  /** Seals of epochs. */
  public Topic seals() {
    return log.seals();
  }

  /** What witnesses say to seals. */
  public Topic cosignatures() {
    return log.cosignatures();
  }

  /** What a shard decides from beside its own partitions; every partition gets its copy. */
  public Topic shardInputs() {
    return log.shardInputs();
  }

  /** The order in which each shard decided. */
  public Topic journal() {
    return log.journal();
  }

  /** Commands to the ledger, in the one order that money has. */
  public Topic ledgerCommands() {
    return money.ledgerCommands();
  }

  /** Balanced sets of postings. */
  public Topic transfers() {
    return money.transfers();
  }

  /** Peer scores. */
  public Topic scores() {
    return money.scores();
  }

  /** Balances; derived from transfers, so only the last one of an account is kept. */
  public Topic balances() {
    return money.balances();
  }

  /** Every schema by fingerprint: values are schemas as JSON, not events. */
  public Topic schemas() {
    return service.schemas();
  }

  /** Records that did not count, with the reason in their headers. */
  public Topic deadLetters() {
    return service.deadLetters();
  }

  /** What the Streams apps keep of their stores, by the names that Streams gives. */
  public List<Topic> changelogs() {
    return service.changelogs();
  }

  /** What one program each keeps for itself: changelogs, and the sink's control topic. */
  public List<Topic> internal() {
    return service.internal();
  }

  /** All topics but the internal ones, those of the workers included, sorted by name. */
  public List<Topic> all(Collection<String> workers) {
    List<Topic> all = new ArrayList<>(shared());
    workers.stream().distinct().forEach(worker -> all.addAll(ofWorker(worker)));
    return byName(all.stream());
  }

  /** All topics that a cluster must have. */
  public List<Topic> needed(Collection<String> workers) {
    return byName(Stream.concat(all(workers).stream(), internal().stream()));
  }

  /** The two topics of one worker. */
  public List<Topic> ofWorker(String worker) {
    return List.of(tasks(worker), controls(worker));
  }

  /** The public topics whose records the seals cover, sorted by name. */
  public List<Topic> publicInputs() {
    return byName(
        Stream.concat(
            cases.all().stream(),
            Stream.of(
                cosignatures(),
                registry(),
                shardInputs(),
                ledgerCommands(),
                transfers(),
                scores(),
                journal())));
  }

  /** The topic with this full name; empty for any name that is not of this catalogue. */
  public Optional<Topic> byName(String name) {
    Matcher matcher = WORKER_TOPIC.matcher(name);
    if (matcher.matches()) {
      Function<String, Topic> kind =
          matcher.group(1).equals("tasks") ? this::tasks : this::controls;
      return Optional.of(kind.apply(matcher.group(2)));
    }
    return Stream.concat(shared().stream(), internal().stream())
        .filter(topic -> topic.name().equals(name))
        .findFirst();
  }

  /** Whether this could be the name of a topic of any catalogue, known to this version or not. */
  static boolean ours(String name) {
    return name.startsWith("verillm.")
        || Groups.withTopics().stream().anyMatch(owner -> name.startsWith(owner + "-"));
  }

  /** The full name of a topic of events. */
  static String named(String name) {
    return "verillm." + name + ".v1";
  }

  private List<Topic> shared() {
    return Stream.of(work.all(), cases.all(), log.all(), money.all(), service.all())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Topic> byName(Stream<Topic> topics) {
    return topics.sorted(Comparator.comparing(Topic::name)).toList();
  }
}
