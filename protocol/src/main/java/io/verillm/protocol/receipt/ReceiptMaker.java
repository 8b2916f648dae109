package io.verillm.protocol.receipt;

import io.verillm.events.Accepted;
import io.verillm.events.EscrowDecided;
import io.verillm.events.Receipt;
import io.verillm.events.ReceiptRecord;
import io.verillm.events.SealedReceiptRecord;
import io.verillm.events.SettleCase;
import io.verillm.events.TasksIssued;
import io.verillm.events.Verdict;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.InclusionProof;
import io.verillm.protocol.log.LogPartition;
import io.verillm.protocol.log.LogTree;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.shard.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    CaseExcerpt excerpt = CaseExcerpt.of(topics, log, parts, spine.registry());
    records.addAll(excerpt.records());
    records.add(
        spine
            .granted(parts.requestId())
            .orElseThrow(() -> new NoReceipt("no escrow was granted to " + parts.requestId())));
    spine.bonds().stream()
        .filter(bond -> CaseExcerpt.isOfRequest(bond, parts.requestId()))
        .forEach(records::add);
    epochs(excerpt.verdicts());
    records.addAll(spine.before(counting));
    long checkpoint = checkpoint();
    LogTree tree = spine.epochs().tree(checkpoint, log);
    Set<Long> needless = needless(receipt(checkpoint, tree));
    records.removeIf(record -> needless.contains(proof(record, checkpoint, tree).index()));
    return checkpoint() == checkpoint
        ? receipt(checkpoint, tree)
        : receipt(checkpoint(), spine.epochs().tree(checkpoint(), log));
  }

  /** All epochs from before the acceptance to the last decision: each may have moved a deadline. */
  private void epochs(List<Verdict> verdicts) throws NoReceipt {
    requireSealed(records);
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
    List<SignedRecord> removals = spine.removals(counting);
    requireSealed(removals);
    records.addAll(removals);
    log.records(topics.shard().accepted(), parts.shard()).stream()
        .filter(r -> event(r) instanceof TasksIssued)
        .filter(r -> spine.epochs().of(r).filter(counting::contains).isPresent())
        .forEach(records::add);
  }

  private void requireSealed(List<SignedRecord> wanted) throws NoReceipt {
    for (SignedRecord record : wanted) {
      if (spine.epochs().of(record).isEmpty()) {
        throw new NoReceipt(parts.requestId() + " is not sealed whole yet");
      }
    }
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
        epochs.stream()
            .flatMap(e -> Stream.concat(excuses(e), Stream.of(spine.epochs().record(e))))
            .map(ReceiptMaker::plain)
            .toList(),
        records.stream()
            .map(r -> sealed(r, proof(r, checkpoint, tree)))
            .sorted(Comparator.comparingLong(SealedReceiptRecord::getLeaf))
            .toList());
  }

  /** What closes the checkpoint without a witness lies behind it, where its tree does not reach. */
  private Stream<SignedRecord> excuses(long epoch) {
    return counting.contains(epoch) ? Stream.empty() : spine.removals(epoch).stream();
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

  private static @Nullable SpecificRecord event(SignedRecord record) {
    return SpineExcerpt.event(record).orElse(null);
  }
}
