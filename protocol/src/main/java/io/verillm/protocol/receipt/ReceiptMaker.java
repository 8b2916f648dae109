package io.verillm.protocol.receipt;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.ClaimIgnored;
import io.verillm.events.Commitment;
import io.verillm.events.DutyBegun;
import io.verillm.events.EscrowDecided;
import io.verillm.events.FlagOpening;
import io.verillm.events.LockStake;
import io.verillm.events.OutputReady;
import io.verillm.events.Receipt;
import io.verillm.events.ReceiptRecord;
import io.verillm.events.ReserveBond;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.SealedReceiptRecord;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.TasksIssued;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.InclusionProof;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.LogTree;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.shard.Refusal;
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
import java.util.stream.Collectors;
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
    Set<ByteBuffer> tasks = tasks(verdicts);
    caseRecords(tasks);
    duties();
    money(verdicts, tasks);
    records.add(
        spine
            .granted(parts.requestId())
            .orElseThrow(() -> new NoReceipt("no escrow was granted to " + parts.requestId())));
    spine.bonds().stream().filter(this::isOfRequest).forEach(records::add);
    epochs(verdicts);
    records.addAll(spine.before(counting));
    long checkpoint = checkpoint();
    LogTree tree = spine.epochs().tree(checkpoint, log);
    Set<Long> needless = needless(receipt(checkpoint, tree));
    records.removeIf(record -> needless.contains(proof(record, checkpoint, tree).index()));
    return checkpoint() == checkpoint
        ? receipt(checkpoint, tree)
        : receipt(checkpoint(), spine.epochs().tree(checkpoint(), log));
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
            switch (event(record)) {
              case Commitment commitment -> tasks.contains(commitment.getTaskId());
              case OutputReady ready -> tasks.contains(ready.getTaskId());
              // It meets somebody's duty and changes nothing here.
              case ClaimIgnored shown -> false;
              case null, default -> isOfRequest(record);
            };
        if (ofCase) {
          records.add(record);
        }
      }
    }
  }

  /** What a flag of this request was owed in may have begun long before it. */
  private void duties() {
    Set<Long> owed =
        records.stream()
            .map(ReceiptMaker::event)
            .filter(FlagOpening.class::isInstance)
            .map(opening -> ((FlagOpening) opening).getDutyEpoch())
            .collect(Collectors.toSet());
    for (SignedRecord record : signed(topics.shard().flags(), Signers.COORDINATOR)) {
      if (event(record) instanceof DutyBegun begun && owed.remove(begun.getDutyEpoch())) {
        records.add(record);
      }
    }
  }

  private void money(List<Verdict> verdicts, Set<ByteBuffer> tasks) throws NoReceipt {
    Map<Long, String> commands = new TreeMap<>();
    Set<String> ids = new HashSet<>();
    for (SignedRecord record : signed(topics.ledgerCommands(), Signers.COORDINATOR)) {
      Optional<String> id =
          isOfRequest(record) || isLockOf(tasks, event(record))
              ? commandId(event(record))
              : Optional.empty();
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

  /** Whether an event locks stake for one of the tasks, whose request it does not name. */
  private static boolean isLockOf(Set<ByteBuffer> tasks, @Nullable SpecificRecord event) {
    return event instanceof LockStake lock
        && lock.getRequestId().isEmpty()
        && lock.getLocks().stream().anyMatch(l -> tasks.contains(l.getTaskId()));
  }

  private static Optional<String> commandId(SpecificRecord event) {
    return Optional.ofNullable(
        switch (event) {
          case ReserveEscrow c -> c.getCommandId();
          case LockStake c -> c.getCommandId();
          case SettleCase c -> c.getCommandId();
          case ReserveBond c -> c.getCommandId();
          case SettleBond c -> c.getCommandId();
          default -> null;
        });
  }

  /** All epochs from before the acceptance to the last decision: each may have moved a deadline. */
  private void epochs(List<Verdict> verdicts) throws NoReceipt {
    for (SignedRecord record : records) {
      if (spine.epochs().of(record).isEmpty()) {
        throw new NoReceipt(parts.requestId() + " is not sealed whole yet");
      }
    }
    // Where nobody accepted it, time counts from the grant.
    long accepted =
        begun(Accepted.class)
            .or(() -> begun(EscrowDecided.class))
            .orElseThrow(() -> new NoReceipt(parts.requestId() + " was not accepted"));
    // Case time goes from one epoch in which the coordinator spoke to the next.
    long first =
        spine
            .epochs()
            .lastSpoken(accepted, topics.shard().journal(), parts.shard())
            .orElse(accepted);
    long last = Math.max(decided(verdicts, accepted), settled());
    for (long epoch = first; epoch <= last; epoch++) {
      counting.add(epoch);
    }
    records.addAll(spine.removals(counting));
    log.records(topics.shard().accepted(), parts.shard()).stream()
        .filter(r -> event(r) instanceof TasksIssued)
        .filter(r -> spine.epochs().of(r).filter(counting::contains).isPresent())
        .forEach(records::add);
  }

  /** The epoch that seals the first event of a type. */
  private Optional<Long> begun(Class<? extends SpecificRecord> type) {
    return records.stream()
        .filter(r -> type.isInstance(event(r)))
        .flatMap(r -> spine.epochs().of(r).stream())
        .min(Comparator.naturalOrder());
  }

  private static long decided(List<Verdict> verdicts, long accepted) {
    return verdicts.stream().mapToLong(Verdict::getEpoch).max().orElse(accepted);
  }

  /** The last epoch that can have settled the case: the one before that which seals it. */
  private long settled() {
    return records.stream()
        .filter(r -> event(r) instanceof SettleCase)
        .flatMap(r -> spine.epochs().of(r).stream())
        .mapToLong(sealed -> sealed - 1)
        .max()
        .orElse(0);
  }

  /** Leaves of records that change nothing: who is late or says a thing twice is left out. */
  private Set<Long> needless(Receipt draft) throws NoReceipt {
    RegistrySnapshot registry = spine.registry();
    try {
      OpenReceipt opened = OpenReceipt.of(draft);
      CaseReplay replay =
          new CaseReplay(
              opened, topics, registry.coordinator().orElseThrow().vrfKey(), parts.requester());
      replay.run();
      if (replay.isUnreadable()) {
        throw new NoReceipt(
            parts.requestId() + " is private: only with its requester's key can it be cut out");
      }
      return opened.log().stream()
          .filter(entry -> isNeedless(entry, replay))
          .map(Entry::leaf)
          .collect(Collectors.toSet());
    } catch (UnreadableReceipt e) {
      throw new IllegalStateException(e.record() + ": " + e.getMessage());
    }
  }

  private boolean isNeedless(Entry entry, CaseReplay replay) {
    if (entry.event() instanceof TasksIssued issued) {
      return !replay.issued().contains(issued.getEpoch()) || replay.refused().containsKey(entry);
    }
    Refusal refusal = replay.refused().get(entry);
    boolean refused =
        topics.shard().sealed().contains(entry.record().topic())
            && refusal != null
            && !CaseReplay.isEvidence(refusal);
    return refused || replay.misplaced().containsKey(entry);
  }

  /** The first epoch that seals everything. */
  private long checkpoint() {
    return records.stream()
        .flatMap(record -> spine.epochs().of(record).stream())
        .reduce(counting.last(), Math::max);
  }

  private Receipt receipt(long checkpoint, LogTree tree) {
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
            .map(r -> sealed(r, proof(r, checkpoint, tree)))
            .sorted(Comparator.comparingLong(SealedReceiptRecord::getLeaf))
            .toList());
  }

  private InclusionProof proof(SignedRecord r, long checkpoint, LogTree tree) {
    return tree.inclusion(
        new LogPartition(r.topic(), r.partition()),
        r.offset(),
        spine.epochs().treeSize(checkpoint));
  }

  private static ReceiptRecord plain(SignedRecord r) {
    return new ReceiptRecord(
        r.topic(),
        Wire.buffer(r.key()),
        Wire.buffer(r.value()),
        r.signer(),
        Wire.buffer(r.signature()));
  }

  private static SealedReceiptRecord sealed(SignedRecord r, InclusionProof proof) {
    return new SealedReceiptRecord(
        r.topic(),
        Wire.buffer(r.key()),
        Wire.buffer(r.value()),
        r.signer(),
        Wire.buffer(r.signature()),
        proof.index(),
        Wire.buffers(proof.path()));
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
