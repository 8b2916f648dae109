package io.verillm.protocol.receipt;

import io.verillm.events.Challenge;
import io.verillm.events.DutyBegun;
import io.verillm.events.EscrowDecided;
import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.events.Verdict;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.envelope.DecryptionKey;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.shard.Effect;
import io.verillm.protocol.shard.PublishedProofs;
import io.verillm.protocol.shard.Refusal;
import io.verillm.protocol.shard.Shard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;

/**
 * Decides again what a receipt holds, with the shard's own rules. A receipt knows leaves and no
 * offsets, since nothing binds these; records get offsets of their order inside the ranges that the
 * seals name, which is all that the rules ask of them.
 */
final class CaseReplay {
  private final OpenReceipt receipt;
  private final ReceiptTopics topics;
  private final Shard shard;
  private final Map<SignedRecord, Entry> placed = new HashMap<>();
  private final Map<String, List<SignedRecord>> inbox = new HashMap<>();
  private final Map<String, Long> ends = new HashMap<>();
  private final List<Effect.Publish> published = new ArrayList<>();
  private final Set<Long> issued = new TreeSet<>();
  private final Map<Entry, Refusal> refused = new LinkedHashMap<>();
  private final Map<Entry, String> misplaced = new LinkedHashMap<>();
  private int next;
  private boolean granted;

  /**
   * A replay that has not run.
   *
   * @param requester reads what is encrypted to the requester; empty for nobody
   */
  CaseReplay(
      OpenReceipt receipt,
      ReceiptTopics topics,
      VrfPublicKey coordinator,
      Optional<DecryptionKey> requester) {
    this.receipt = receipt;
    this.topics = topics;
    PublishedProofs proofs = new PublishedProofs(coordinator);
    requester.ifPresent(key -> proofs.readingAs(Signers.REQUESTER, key));
    receipt.events(Challenge.class).forEach(proofs::add);
    receipt.events(Verdict.class).forEach(proofs::add);
    this.shard = Shard.ofExcerpt(topics.shard(), receipt.shard(), proofs);
  }

  /**
   * Replays.
   *
   * @throws RuntimeException where the rules have no answer to what no honest log holds
   */
  void run() {
    for (Entry epoch : receipt.epochs()) {
      SealedCheck.seal(epoch).ifPresent(seal -> close(epoch, seal));
    }
  }

  private void close(Entry epoch, Seal seal) {
    Map<String, SealedRange> ranges = new HashMap<>();
    seal.getRanges().stream()
        .filter(r -> r.getPartition() == receipt.shard())
        .forEach(r -> ranges.put(r.getTopic(), r));
    inbox.clear();
    String spine = topics.shard().spine();
    for (; next < receipt.log().size() && leaf(next) < seal.getTreeSize(); next++) {
      Entry entry = receipt.log().get(next);
      String topic = entry.record().topic();
      if (entry.event() instanceof DutyBegun) {
        shard.believe(place(entry, 0)).ifPresent(refusal -> refused.put(entry, refusal));
        continue;
      }
      SealedRange range = ranges.get(topic);
      boolean onSpine = topic.equals(spine);
      if (onSpine && appliesElsewhere(entry.event())) {
        continue;
      }
      if (!onSpine && !topics.shard().sealed().contains(topic)) {
        continue;
      }
      long from = onSpine || range == null ? 0 : range.getStart();
      long offset = Math.max(from, ends.getOrDefault(topic, 0L));
      if (range == null || offset >= range.getEnd()) {
        misplaced.put(entry, "more records than epoch %d seals".formatted(seal.getEpoch()));
        continue;
      }
      ends.put(topic, offset + 1);
      SignedRecord record = place(entry, offset);
      if (onSpine) {
        apply(record);
      } else {
        inbox.computeIfAbsent(topic, t -> new ArrayList<>()).add(record);
      }
    }
    grant();
    remove(seal.getEpoch());
    SealedRange end = ranges.get(spine);
    apply(place(epoch, end == null ? 0 : end.getEnd()));
    ranges.forEach((topic, range) -> ends.merge(topic, range.getEnd(), Math::max));
  }

  /** The ledger's grant counts at once, wherever it lies; its time runs from its own seal on. */
  private void grant() {
    if (!granted) {
      granted = true;
      receipt.log().stream()
          .filter(e -> e.event() instanceof EscrowDecided)
          .forEach(e -> apply(place(e, sealedAt(e))));
    }
  }

  /** An offset on the spine that the record's own epoch seals, and none before it. */
  private long sealedAt(Entry entry) {
    return receipt.epochs().stream()
        .flatMap(epoch -> SealedCheck.seal(epoch).stream())
        .filter(seal -> seal.getTreeSize() > entry.leaf())
        .findFirst()
        .stream()
        .flatMap(seal -> seal.getRanges().stream())
        .filter(r -> r.getPartition() == receipt.shard())
        .filter(r -> r.getTopic().equals(topics.shard().spine()))
        .mapToLong(SealedRange::getStart)
        .findFirst()
        .orElse(0);
  }

  /** Grants count at once, and removals before the epoch that they are about is closed. */
  private static boolean appliesElsewhere(SpecificRecord event) {
    return event instanceof EscrowDecided || event instanceof WitnessRemoved;
  }

  private void remove(long epoch) {
    receipt.removals().stream()
        .filter(e -> ((WitnessRemoved) e.event()).getEpoch() == epoch)
        .forEach(e -> apply(place(e, 0)));
  }

  private long leaf(int index) {
    return receipt.log().get(index).leaf();
  }

  private SignedRecord place(Entry entry, long offset) {
    SignedRecord r = entry.record();
    SignedRecord record =
        new SignedRecord(
            r.topic(), receipt.shard(), offset, r.key(), r.value(), r.signer(), r.signature());
    placed.put(record, entry);
    return record;
  }

  private void apply(SignedRecord spine) {
    for (Effect effect : shard.apply(spine, this::sealed)) {
      switch (effect) {
        case Effect.Applied applied -> {
          if (applied.refusal() != null) {
            refused.put(placed.get(applied.record()), applied.refusal());
          }
        }
        case Effect.Publish publish -> published.add(publish);
        case Effect.Issued issue -> issued.add(issue.epoch());
        case Effect.Assign assign -> {
          // Tasks are private; the challenge that opens them is compared.
        }
      }
    }
  }

  private List<SignedRecord> sealed(String topic, long start, long end) {
    return List.copyOf(inbox.getOrDefault(topic, List.of()));
  }

  /** Whether something was opened to others than the reader: nothing behind it can be told. */
  boolean isUnreadable() {
    return shard.view().unreadableCases() > 0;
  }

  /** What the rules publish, in order. */
  List<Effect.Publish> published() {
    return published;
  }

  /** Epochs at whose ticks something began for which time counts from the coordinator's word on. */
  Set<Long> issued() {
    return issued;
  }

  /** Records that do not count, with the reason; openings that are proof of a fault among them. */
  Map<Entry, Refusal> refused() {
    return refused;
  }

  /** Records that no epoch of the receipt has room for. */
  Map<Entry, String> misplaced() {
    return misplaced;
  }

  /** An opening that does not fit its seal counts against its maker: it belongs to the case. */
  static boolean isEvidence(Refusal refusal) {
    return refusal == Refusal.DOES_NOT_FIT_SEAL;
  }
}
