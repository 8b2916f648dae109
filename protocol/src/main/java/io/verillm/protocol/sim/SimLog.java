package io.verillm.protocol.sim;

import io.verillm.events.CosignatureCopy;
import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.EpochRecords;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.LogLeaf;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.log.SealState;
import io.verillm.protocol.shard.Inbox;
import io.verillm.protocol.shard.ShardTopics;
import io.verillm.schemas.EventCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * The public log of one shard, with its sealer and its witnesses. Every record is signed, sealed,
 * checked by a witness and cosigned as on a real log. What has been applied is forgotten.
 */
final class SimLog implements Inbox {
  static final ShardTopics TOPICS =
      new ShardTopics(
          "shard-inputs",
          "registry",
          "seals",
          "cosignatures",
          "accepted",
          "commitments",
          "openings",
          "votes",
          "disputes",
          "flags",
          "tasks."::concat,
          "journal");

  /** What workers write, causes first. */
  private static final List<String> WORKERS =
      List.of(
          TOPICS.commitments(),
          TOPICS.openings(),
          TOPICS.votes(),
          TOPICS.disputes(),
          TOPICS.flags());

  static final byte[] SHARD_KEY = new byte[Integer.BYTES];

  private final KeyRing keys;
  private final List<String> witnesses;
  private final Map<String, EventSigner> signers = new HashMap<>();
  private final Map<String, Partition> partitions = new HashMap<>();
  private SealState seals;

  /** A record and the event in it. */
  record Posted(SignedRecord record, SpecificRecord event) {}

  /** What is on the log of one topic and not yet forgotten. */
  private static final class Partition {
    private List<Posted> posted = new ArrayList<>();
    private long first;
    private long sealed;

    long end() {
      return first + posted.size();
    }

    List<Posted> range(long start, long end) {
      return posted.subList((int) (start - first), (int) (end - first));
    }

    void forgetBefore(long offset) {
      posted = new ArrayList<>(range(offset, end()));
      first = offset;
    }
  }

  private final boolean keeping;
  private final Arrival arrival;
  private final Map<String, List<Sent>> sent = new HashMap<>();

  /**
   * An empty log.
   *
   * @param keeping whether applied records are kept, for somebody who reads the log again
   */
  SimLog(KeyRing keys, List<String> witnesses, boolean keeping) {
    this(keys, witnesses, keeping, Arrival.IN_ORDER);
  }

  /** An empty log whose workers' records arrive so. */
  SimLog(KeyRing keys, List<String> witnesses, boolean keeping, Arrival arrival) {
    this.arrival = arrival;
    this.keeping = keeping;
    this.keys = keys;
    this.witnesses = List.copyOf(witnesses);
    Stream<String> others = Stream.of(TOPICS.spine(), TOPICS.registry(), TOPICS.journal());
    List<LogPartition> sealed =
        Stream.of(
                others,
                TOPICS.sealed().stream(),
                // What witnesses wrote only readers of the log ask for.
                Stream.of(TOPICS.cosignatures()).limit(keeping ? 1 : 0))
            .flatMap(topics -> topics)
            .map(topic -> new LogPartition(topic, 0))
            .toList();
    sealed.forEach(p -> partitions.put(p.topic(), new Partition()));
    this.seals = SealState.start(sealed);
  }

  /**
   * What workers' producers and the network make of the records of one topic before they lie on the
   * log: all that is promised is each signer's own order.
   */
  interface Arrival {
    /** As they were sent. */
    Arrival IN_ORDER = (topic, sent) -> sent;

    /** What arrives now, of what was sent now and before. */
    List<Sent> of(String topic, List<Sent> sent);

    /** How often a command to the ledger arrives. */
    default int times(SpecificRecord command) {
      return 1;
    }
  }

  /** A record on its way. */
  record Sent(String signer, SpecificRecord event) {}

  /** Sends an event of a worker; it lies on the log when the epoch is closed. */
  void send(String signer, String topic, SpecificRecord event) {
    sent.computeIfAbsent(topic, t -> new ArrayList<>()).add(new Sent(signer, event));
  }

  int times(SpecificRecord command) {
    return arrival.times(command);
  }

  private void arrive() {
    for (String topic : WORKERS) {
      for (Sent next : arrival.of(topic, sent.getOrDefault(topic, List.of()))) {
        post(next.signer(), topic, SHARD_KEY, next.event());
      }
    }
    sent.clear();
  }

  /** Signs an event and appends it. */
  SignedRecord post(String signer, String topic, byte[] key, SpecificRecord event) {
    Partition partition = partitions.get(topic);
    SignedRecord placed = signed(signer, topic, partition.end(), key, event);
    partition.posted.add(new Posted(placed, event));
    return placed;
  }

  /** A record of the shard as it would lie at an offset. */
  SignedRecord signed(String signer, String topic, long offset, SpecificRecord event) {
    return signed(signer, topic, offset, SHARD_KEY, event);
  }

  /** A record as it would lie at an offset. */
  SignedRecord signed(String signer, String topic, long offset, byte[] key, SpecificRecord event) {
    SignedRecord signed = signer(signer).sign(topic, 0, key, EventCodec.encode(event));
    return new SignedRecord(topic, 0, offset, key, signed.value(), signer, signed.signature());
  }

  /** What the seals cover. */
  List<LogPartition> partitions() {
    return partitions.keySet().stream().map(topic -> new LogPartition(topic, 0)).toList();
  }

  private EventSigner signer(String name) {
    return signers.computeIfAbsent(name, n -> new EventSigner(n, keys.signer(keyName(n))));
  }

  /** Coordinator, sealer and ledger share one key. */
  static String keyName(String signer) {
    return switch (signer) {
      case Signers.SEALER, Signers.LEDGER -> Signers.COORDINATOR;
      default -> signer;
    };
  }

  /** All records of a topic that are kept. */
  List<SignedRecord> all(String topic) {
    return partitions.get(topic).posted.stream().map(Posted::record).toList();
  }

  /** Where the spine ends. */
  long spineEnd() {
    return partitions.get(TOPICS.spine()).end();
  }

  /** The record at an offset. */
  Posted at(String topic, long offset) {
    return partitions.get(topic).range(offset, offset + 1).getFirst();
  }

  @Override
  public List<SignedRecord> records(String topic, long start, long end) {
    return partitions.get(topic).range(start, end).stream().map(Posted::record).toList();
  }

  /** Drops what the deciding code has applied. */
  void forget(long spineApplied) {
    if (keeping) {
      return;
    }
    partitions.forEach((topic, partition) ->
        partition.forgetBefore(
            topic.equals(TOPICS.spine())
                ? Math.min(spineApplied, partition.sealed)
                : partition.sealed));
  }

  /**
   * Seals everything new, has it checked and cosigned, and puts the closed epoch on the spine.
   *
   * @throws IllegalStateException if a witness refuses the seal
   */
  void close(long timeMillis) {
    arrive();
    Map<LogPartition, List<LogLeaf>> leaves = new TreeMap<>();
    partitions.forEach((topic, partition) -> {
      leaves.put(
          new LogPartition(topic, 0),
          partition.range(partition.sealed, partition.end()).stream()
              .map(p -> LogLeaf.of(p.record()))
              .toList());
      partition.sealed = partition.end();
    });
    EpochRecords epoch = EpochRecords.of(leaves);
    Seal seal = seals.seal(epoch, timeMillis);
    byte[] value = EventCodec.encode(seal);
    seals =
        SealCheck.check(seals, value, epoch)
            .sound()
            .orElseThrow(() -> new IllegalStateException("refused seal " + seal.getEpoch()));
    SignedRecord signed =
        signer(Signers.SEALER)
            .sign(TOPICS.seals(), 0, EpochVerifier.epochKey(seal.getEpoch()), value);
    Hash sealHash = Beacon.sealHash(value);
    List<CosignatureCopy> cosignatures =
        witnesses.stream()
            .map(w ->
                new CosignatureCopy(
                    w, Wire.buffer(keys.prove(Signers.witness(w), sealHash.bytes()).bytes())))
            .toList();
    post(
        Signers.SEALER,
        TOPICS.spine(),
        SHARD_KEY,
        new EpochClosed(
            seal.getEpoch(), Wire.buffer(value), Wire.buffer(signed.signature()), cosignatures));
  }
}
