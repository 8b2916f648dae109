package io.verillm.protocol.receipt;

import io.verillm.events.Accepted;
import io.verillm.events.EpochClosed;
import io.verillm.events.EscrowDecided;
import io.verillm.events.Seal;
import io.verillm.events.WitnessRemoved;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Merkle;
import io.verillm.protocol.crypto.MerklePath;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.Removal;
import io.verillm.protocol.log.RemovalCheck;
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/** Whether the epochs are sealed and cosigned, and every record lies in the tree of the last. */
final class SealedCheck {
  private final OpenReceipt receipt;
  private final ReceiptTopics topics;
  private final RegistrySnapshot registry;
  private final ReceiptFindings findings;

  SealedCheck(
      OpenReceipt receipt,
      ReceiptTopics topics,
      RegistrySnapshot registry,
      ReceiptFindings findings) {
    this.receipt = receipt;
    this.topics = topics;
    this.registry = registry;
    this.findings = findings;
  }

  void run() {
    epochs();
    noneLeftOut();
    inclusion();
  }

  private void epochs() {
    Optional<VerifyKey> sealer = registry.keyOf(Signers.SEALER);
    Map<String, VrfPublicKey> witnesses = registry.sealVrfKeys();
    if (sealer.isEmpty() || witnesses.isEmpty()) {
      findings.add(
          ReceiptRule.SEAL,
          receipt.epochs().getFirst().name(),
          "no coordinator with all its witnesses is registered");
      return;
    }
    EpochVerifier verifier = new EpochVerifier(topics.shard().seals(), sealer.get(), witnesses);
    SealChain chain = SealChain.start();
    for (Entry entry : receipt.epochs()) {
      EpochClosed closed = OpenReceipt.closed(entry);
      chain = EpochVerifier.upTo(chain, closed);
      Checked<ClosedEpoch> checked =
          verifier.verify(chain, closed, removals(closed.getEpoch(), sealer.get(), witnesses));
      if (checked instanceof Checked.Refused<ClosedEpoch> refused) {
        findings.add(ReceiptRule.SEAL, entry.name(), refused.fault() + ": " + refused.detail());
      } else {
        findings.holds(ReceiptRule.SEAL);
        chain = EpochVerifier.after(chain, closed);
      }
    }
  }

  /** Witnesses that withheld, as far as a receipt can show: what others said of them. */
  private Map<String, Removal> removals(
      long epoch, VerifyKey sealer, Map<String, VrfPublicKey> witnesses) {
    RemovalCheck check = new RemovalCheck(topics.shard().seals(), sealer, witnesses);
    Map<String, Removal> removals = new TreeMap<>();
    receipt.removals().stream()
        .map(entry -> (WitnessRemoved) entry.event())
        .filter(removed -> removed.getEpoch() == epoch)
        .forEach(removed ->
            check
                .seal(epoch, removed)
                .sound()
                .ifPresent(seal ->
                    removals.put(removed.getWitness(), check.removal(removed, seal, List.of()))));
    return removals;
  }

  private Optional<Long> leaf(Class<? extends SpecificRecord> type) {
    return receipt.log().stream()
        .filter(e -> type.isInstance(e.event()))
        .map(Entry::leaf)
        .min(Comparator.naturalOrder());
  }

  /**
   * Every epoch counts from the last before the acceptance in which the coordinator spoke, or
   * before the grant where nobody accepted, to the last decision; only the checkpoint may come
   * later.
   */
  private void noneLeftOut() {
    List<Entry> epochs = receipt.epochs();
    long begun = leaf(Accepted.class).or(() -> leaf(EscrowDecided.class)).orElse(-1L);
    Optional<Seal> first = seal(epochs.getFirst());
    findings.check(
        ReceiptRule.SEAL,
        first
            .filter(s -> s.getTreeSize() <= begun)
            .filter(s -> Epochs.speaks(s, topics.shard().journal(), receipt.shard()))
            .isPresent(),
        epochs.getFirst().name(),
        "it is not one before the beginning in which the coordinator spoke");
    for (int i = 1; i < epochs.size(); i++) {
      long gap =
          OpenReceipt.closed(epochs.get(i)).getEpoch()
              - OpenReceipt.closed(epochs.get(i - 1)).getEpoch();
      boolean last = i == epochs.size() - 1;
      findings.check(
          ReceiptRule.SEAL,
          last ? gap > 0 : gap == 1,
          epochs.get(i).name(),
          "epochs before it are left out");
    }
  }

  private void inclusion() {
    Entry last = receipt.epochs().getLast();
    Optional<Seal> seal = seal(last).filter(s -> s.getTreeRoot().remaining() == Hash.LENGTH);
    if (seal.isEmpty()) {
      findings.add(ReceiptRule.SEAL, last.name(), "it holds no seal with a tree");
      return;
    }
    Hash root = Wire.hash(seal.get().getTreeRoot());
    for (Entry entry : receipt.log()) {
      boolean included =
          Merkle.verifyInclusion(
              Merkle.leafHash(entry.record().recordHash()),
              entry.leaf(),
              seal.get().getTreeSize(),
              MerklePath.of(entry.path()),
              root);
      findings.check(
          ReceiptRule.INCLUSION,
          included,
          entry.name(),
          "not leaf %d of the tree that epoch %d seals"
              .formatted(entry.leaf(), seal.get().getEpoch()));
    }
  }

  /** The seal in a closed epoch; empty where there is none. */
  static Optional<Seal> seal(Entry epoch) {
    return SealCheck.decode(Wire.bytes(OpenReceipt.closed(epoch).getSeal())).sound();
  }
}
