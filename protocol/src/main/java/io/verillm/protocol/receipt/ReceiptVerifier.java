package io.verillm.protocol.receipt;

import io.verillm.events.RegistryUpdate;
import io.verillm.events.Result;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Verifies receipts: from the bytes of a file and, if given, the coordinator's key. The rules are
 * those that decided, applied to the receipt's records: the registry's, the shard's, the ledger's.
 */
public final class ReceiptVerifier {
  private final OpenReceipt receipt;
  private final ReceiptTopics topics;
  private final Optional<VerifyKey> pinned;
  private final ReceiptFindings findings;
  private final List<String> notChecked = new ArrayList<>();

  private ReceiptVerifier(
      OpenReceipt receipt,
      ReceiptTopics topics,
      Optional<VerifyKey> pinned,
      ReceiptFindings findings) {
    this.receipt = receipt;
    this.topics = topics;
    this.pinned = pinned;
    this.findings = findings;
  }

  /**
   * Verifies a file; whatever the bytes are, the answer is a report.
   *
   * @param pinned the coordinator's key, where the reader knows it; else the receipt's own is
   *     believed, and the report says so
   */
  public static ReceiptReport verify(
      byte[] file, ReceiptTopics topics, Optional<VerifyKey> pinned) {
    ReceiptFindings findings = new ReceiptFindings();
    try {
      OpenReceipt receipt = OpenReceipt.of(ReceiptFile.read(file));
      findings.holds(ReceiptRule.FORMAT);
      return new ReceiptVerifier(receipt, topics, pinned, findings).run();
    } catch (UnreadableReceipt e) {
      findings.add(ReceiptRule.FORMAT, e.record(), String.valueOf(e.getMessage()));
      return new ReceiptReport(findings.found(), findings.checked(), List.of(), Optional.empty());
    }
  }

  private ReceiptReport run() {
    RegistrySnapshot registry = registry();
    Optional<RegisteredCoordinator> coordinator = registry.coordinator();
    trust(coordinator);
    new SignatureCheck(receipt, topics, registry, findings).run();
    new SealedCheck(receipt, topics, registry, findings).run();
    if (coordinator.isPresent()) {
      new DecisionCheck(receipt, topics, findings).run(coordinator.get().vrfKey());
      new MoneyCheck(receipt, coordinator.get().shards(), findings).run();
    }
    guarded(() -> new RequestCheck(receipt, findings).run());
    guarded(() -> {
      if (!new OutputCheck(receipt, findings).run()) {
        notChecked.add("which tokens were checked: nobody opened any");
      }
    });
    if (receipt.tasks().isEmpty()) {
      notChecked.add(
          "that the author was given this prompt: the author's task is not in the receipt");
    }
    notChecked.add("that token ids are this prompt and this text, and the model's rows: --rerun");
    notChecked.add("that no registration or stake was left out of the draws: audit");
    notChecked.add("peer scores, which are paid when a scoring epoch closes: audit");
    return new ReceiptReport(
        findings.found(), findings.checked(), notChecked, Optional.of(claim(coordinator)));
  }

  private RegistrySnapshot registry() {
    RegistrySnapshot registry = RegistrySnapshot.empty();
    for (Entry entry : receipt.log()) {
      if (entry.event() instanceof RegistryUpdate update) {
        RegistrySnapshot.Applied applied =
            registry.apply(RegistrySnapshot.original(topics.shard().registry(), update));
        findings.check(
            ReceiptRule.REGISTRATION,
            applied.refused().isEmpty(),
            entry.name(),
            applied.refused().map(r -> r.fault() + ": " + r.detail()).orElse(""));
        registry = applied.snapshot();
      }
    }
    return registry;
  }

  private void trust(Optional<RegisteredCoordinator> coordinator) {
    if (coordinator.isEmpty()) {
      findings.add(ReceiptRule.ROOT_OF_TRUST, OpenReceipt.FILE, "no coordinator is registered");
    } else if (pinned.isPresent()) {
      findings.check(
          ReceiptRule.ROOT_OF_TRUST,
          pinned.get().equals(coordinator.get().key()),
          "registration of coordinator/" + coordinator.get().id(),
          "its key is %s, not %s".formatted(coordinator.get().key(), pinned.get()));
    } else {
      notChecked.add("that %s is the coordinator's key".formatted(coordinator.get().key()));
    }
  }

  /** Fields that are no hash or no id are wrong values, not faults of this program. */
  private void guarded(Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      findings.add(ReceiptRule.FORMAT, OpenReceipt.FILE, String.valueOf(e.getMessage()));
    }
  }

  private ReceiptReport.Claim claim(Optional<RegisteredCoordinator> coordinator) {
    Result result = receipt.lastResult();
    return new ReceiptReport.Claim(
        receipt.requestId(),
        coordinator.map(c -> c.key().hex()).orElse("unknown"),
        pinned.isPresent(),
        OutputCheck.outcome(receipt),
        receipt.lastVerdicts().stream()
            .map(v ->
                "segment %d: %s (%s), round %d, %d of %d positions opened, policy %s (%s)"
                    .formatted(
                        v.getSegment(),
                        v.getOutcome(),
                        v.getReason(),
                        v.getRound(),
                        v.getPositionsOpened(),
                        v.getPositions(),
                        v.getPolicy(),
                        v.getCalibrationId()))
            .toList(),
        result.getText(),
        result.getTokenIds().size(),
        receipt.log().size(),
        receipt.epochs().size());
  }
}
