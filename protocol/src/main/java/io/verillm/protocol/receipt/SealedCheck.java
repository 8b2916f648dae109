package io.verillm.protocol.receipt;

import io.verillm.events.Accepted;
import io.verillm.events.EpochClosed;
import io.verillm.events.Seal;
import io.verillm.events.Verdict;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Merkle;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfPublicKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Checked;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.log.EpochVerifier;
import io.verillm.protocol.log.SealChain;
import io.verillm.protocol.log.SealCheck;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

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
    Map<String, VrfPublicKey> witnesses = new TreeMap<>();
    registry.sealWitnesses().forEach((id, witness) -> witnesses.put(id, witness.vrfKey()));
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
      Checked<ClosedEpoch> checked = verifier.verify(chain, closed);
      if (checked instanceof Checked.Refused<ClosedEpoch> refused) {
        findings.add(ReceiptRule.SEAL, entry.name(), refused.fault() + ": " + refused.detail());
      } else {
        findings.holds(ReceiptRule.SEAL);
        chain = EpochVerifier.after(chain, closed);
      }
    }
  }

  /** From the acceptance to the first verdict of each segment every tick counts. */
  private void noneLeftOut() {
    OptionalLong accepted =
        receipt.log().stream()
            .filter(e -> e.event() instanceof Accepted)
            .mapToLong(this::epochOf)
            .min();
    Map<Integer, Long> first = new TreeMap<>();
    receipt
        .events(Verdict.class)
        .forEach(v -> first.merge(v.getSegment(), v.getEpoch(), Math::min));
    if (accepted.isEmpty() || first.isEmpty()) {
      findings.add(ReceiptRule.FORMAT, OpenReceipt.FILE, "no acceptance or no verdict in it");
      return;
    }
    long last = first.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    long wanted = accepted.getAsLong();
    for (Entry entry : receipt.epochs()) {
      long epoch = OpenReceipt.closed(entry).getEpoch();
      if (epoch >= accepted.getAsLong() && epoch <= last) {
        findings.check(
            ReceiptRule.SEAL,
            epoch == wanted,
            entry.name(),
            "epoch %d is left out".formatted(wanted));
        wanted = epoch + 1;
      }
    }
    findings.check(
        ReceiptRule.SEAL,
        wanted == last + 1,
        OpenReceipt.FILE,
        "epoch %d is left out".formatted(wanted));
  }

  private long epochOf(Entry entry) {
    for (Entry epoch : receipt.epochs()) {
      Optional<Seal> seal = seal(epoch);
      if (seal.isPresent() && entry.leaf() < seal.get().getTreeSize()) {
        return seal.get().getEpoch();
      }
    }
    return Long.MAX_VALUE;
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
              entry.path(),
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
