package io.verillm.protocol.receipt;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.LockStake;
import io.verillm.events.Receipt;
import io.verillm.events.ReceiptRecord;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.SealedReceiptRecord;
import io.verillm.events.SettleCase;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a request's receipt out of the log. The same log always gives the same receipt, however much
 * was appended since the request ended.
 */
public final class ReceiptMaker {
  private final ReceiptTopics topics;
  private final SealedLog log;
  private final PrivateRecords parts;
  private final SpineExcerpt spine;
  private final List<SignedRecord> records = new ArrayList<>();
  private final NavigableSet<Long> counting = new TreeSet<>();

  private ReceiptMaker(ReceiptTopics topics, SealedLog log, PrivateRecords parts) {
    this.topics = topics;
    this.log = log;
    this.parts = parts;
    this.spine =
        new SpineExcerpt(
            topics.shard().registry(), log.records(topics.shard().spine(), parts.shard()));
  }

  /**
   * A receipt.
   *
   * @throws NoReceipt where the request is not final, or not all that belongs to it is sealed yet
   */
  public static Receipt make(ReceiptTopics topics, SealedLog log, PrivateRecords parts)
      throws NoReceipt {
    return new ReceiptMaker(topics, log, parts).make();
  }

  private Receipt make() throws NoReceipt {
    if (spine.registry().coordinator().isEmpty()) {
      throw new NoReceipt("no coordinator is registered");
    }
    List<Verdict> verdicts = decisions();
    caseRecords(tasks(verdicts));
    money(verdicts);
    records.add(
        spine
            .granted(parts.requestId())
            .orElseThrow(() -> new NoReceipt("no escrow was granted to " + parts.requestId())));
    epochs(verdicts);
    records.addAll(spine.before(counting));
    Set<Long> refused = refused(receipt());
    Epochs.Leaves leaves = spine.epochs().leaves(checkpoint(), log);
    records.removeIf(record -> refused.contains((long) leaves.of(record)));
    return receipt();
  }

  /** Challenges and verdicts; gives the verdicts. */
  private List<Verdict> decisions() throws NoReceipt {
    List<Verdict> verdicts = new ArrayList<>();
    for (String topic : List.of(topics.challenges(), topics.verdicts())) {
      Set<ByteBuffer> seen = new HashSet<>();
      for (SignedRecord record : signed(topic, Signers.COORDINATOR)) {
        if (isOfRequest(record) && seen.add(ByteBuffer.wrap(record.value()))) {
          records.add(record);
          if (event(record) instanceof Verdict verdict) {
            verdicts.add(verdict);
          }
        }
      }
    }
    if (verdicts.stream().noneMatch(Verdict::getLast)) {
      throw new NoReceipt(parts.requestId() + " has no last verdict yet");
    }
    return verdicts;
  }

  private Set<ByteBuffer> tasks(List<Verdict> verdicts) {
    Set<ByteBuffer> tasks = new HashSet<>();
    verdicts.forEach(v -> v.getMembers().forEach(m -> tasks.add(m.getTaskId())));
    for (SignedRecord record : records) {
      if (event(record) instanceof Challenge challenge) {
        challenge.getRoster().forEach(entry -> tasks.add(entry.getTaskId()));
      }
    }
    return tasks;
  }

  private void caseRecords(Set<ByteBuffer> tasks) {
    for (String topic : topics.shard().sealed()) {
      for (SignedRecord record : log.records(topic, parts.shard())) {
        boolean ofCase =
            event(record) instanceof Commitment commitment
                ? tasks.contains(commitment.getTaskId())
                : isOfRequest(record);
        if (ofCase) {
          records.add(record);
        }
      }
    }
  }

  private void money(List<Verdict> verdicts) throws NoReceipt {
    Map<Long, String> commands = new TreeMap<>();
    Set<String> ids = new HashSet<>();
    for (SignedRecord record : signed(topics.ledgerCommands(), Signers.COORDINATOR)) {
      Optional<String> id = isOfRequest(record) ? commandId(event(record)) : Optional.empty();
      if (id.isPresent() && ids.add(id.get())) {
        commands.put(record.offset(), id.get());
        records.add(record);
      }
    }
    Set<String> done = new HashSet<>();
    Set<String> transfers = new HashSet<>();
    for (SignedRecord record : signed(topics.transfers(), Signers.LEDGER)) {
      if (event(record) instanceof Transfer transfer
          && commands.containsKey(transfer.getCommandOffset())
          && transfers.add(transfer.getTransferId())) {
        records.add(record);
        done.add(commands.get(transfer.getCommandOffset()));
      }
    }
    for (Verdict verdict : verdicts) {
      String settlement = "settle/%s/%d".formatted(parts.requestId(), verdict.getSegment());
      if (verdict.getLast() && !done.contains(settlement)) {
        throw new NoReceipt(parts.requestId() + " is not settled yet");
      }
    }
  }

  private static Optional<String> commandId(SpecificRecord event) {
    return Optional.ofNullable(
        switch (event) {
          case ReserveEscrow c -> c.getCommandId();
          case LockStake c -> c.getCommandId();
          case SettleCase c -> c.getCommandId();
          default -> null;
        });
  }

  /** The epochs in which something happened to the request: all up to its first verdicts. */
  private void epochs(List<Verdict> verdicts) throws NoReceipt {
    for (SignedRecord record : records) {
      Optional<Long> epoch = spine.epochs().of(record);
      if (epoch.isEmpty()) {
        throw new NoReceipt(parts.requestId() + " is not sealed whole yet");
      }
      if (topics.shard().sealed().contains(record.topic())) {
        counting.add(epoch.get());
      }
    }
    long accepted =
        records.stream()
            .filter(r -> event(r) instanceof Accepted)
            .flatMap(r -> spine.epochs().of(r).stream())
            .min(Comparator.naturalOrder())
            .orElseThrow(() -> new NoReceipt(parts.requestId() + " was not accepted"));
    Map<Integer, Long> first = new TreeMap<>();
    verdicts.forEach(v -> first.merge(v.getSegment(), v.getEpoch(), Math::min));
    long last = first.values().stream().max(Comparator.naturalOrder()).orElse(accepted);
    for (long epoch = accepted; epoch <= last; epoch++) {
      counting.add(epoch);
    }
    verdicts.forEach(v -> counting.add(v.getEpoch()));
    // What came behind the last decision changed nothing.
    long end = verdicts.stream().mapToLong(Verdict::getEpoch).max().orElse(last);
    counting.tailSet(end, false).clear();
  }

  /** Leaves of records that do not count: who is late or says a thing twice is left out. */
  private Set<Long> refused(Receipt draft) {
    RegistrySnapshot registry = spine.registry();
    try {
      OpenReceipt opened = OpenReceipt.of(draft);
      CaseReplay replay =
          new CaseReplay(opened, topics, registry.coordinator().orElseThrow().vrfKey());
      replay.run();
      Set<Long> leaves = new HashSet<>();
      replay
          .refused()
          .forEach((entry, refusal) -> {
            if (topics.shard().sealed().contains(entry.record().topic())
                && !CaseReplay.isEvidence(refusal)) {
              leaves.add(entry.leaf());
            }
          });
      replay.misplaced().keySet().forEach(entry -> leaves.add(entry.leaf()));
      return leaves;
    } catch (UnreadableReceipt e) {
      throw new IllegalStateException(e.record() + ": " + e.getMessage());
    }
  }

  /** The first epoch that seals everything. */
  private long checkpoint() {
    return records.stream()
        .flatMap(record -> spine.epochs().of(record).stream())
        .reduce(counting.last(), Math::max);
  }

  private Receipt receipt() {
    long checkpoint = checkpoint();
    Epochs.Leaves leaves = spine.epochs().leaves(checkpoint, log);
    NavigableSet<Long> epochs = new TreeSet<>(counting);
    epochs.add(checkpoint);
    return new Receipt(
        parts.requestId(),
        plain(parts.request()),
        plain(parts.result()),
        parts.tasks().stream()
            .sorted((a, b) -> Arrays.compareUnsigned(a.key(), b.key()))
            .map(ReceiptMaker::plain)
            .toList(),
        epochs.stream().map(e -> plain(spine.epochs().record(e))).toList(),
        records.stream()
            .sorted(Comparator.comparingInt(leaves::of))
            .map(r -> sealed(r, leaves))
            .toList());
  }

  private static ReceiptRecord plain(SignedRecord r) {
    return new ReceiptRecord(
        r.topic(),
        Wire.buffer(r.key()),
        Wire.buffer(r.value()),
        r.signer(),
        Wire.buffer(r.signature()));
  }

  private static SealedReceiptRecord sealed(SignedRecord r, Epochs.Leaves leaves) {
    int leaf = leaves.of(r);
    return new SealedReceiptRecord(
        r.topic(),
        Wire.buffer(r.key()),
        Wire.buffer(r.value()),
        r.signer(),
        Wire.buffer(r.signature()),
        (long) leaf,
        Wire.buffers(leaves.tree().path(leaf)));
  }

  private List<SignedRecord> signed(String topic, String signer) {
    int partition = topics.isSharded(topic) ? parts.shard() : 0;
    return log.records(topic, partition).stream()
        .filter(r -> SpineExcerpt.isSigned(r, signer, spine.registry()))
        .toList();
  }

  private static @Nullable SpecificRecord event(SignedRecord record) {
    return SpineExcerpt.event(record).orElse(null);
  }

  private boolean isOfRequest(SignedRecord record) {
    SpecificRecord event = event(record);
    Schema.Field id = event == null ? null : event.getSchema().getField("requestId");
    return id != null && parts.requestId().equals(event.get(id.pos()));
  }
}
