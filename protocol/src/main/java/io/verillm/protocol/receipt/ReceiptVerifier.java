package io.verillm.protocol.receipt;

import io.verillm.events.RegistryUpdate;
import io.verillm.events.Result;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.envelope.DecryptionKey;
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
  private static final String PRIVATE =
      "openings, votes and what follows from them: auditable by the parties only, give --keys";

  private final OpenReceipt receipt;
  private final ReceiptTopics topics;
  private final Optional<VerifyKey> pinned;
  private final Optional<DecryptionKey> requester;
  private final ReceiptFindings findings;
  private final List<String> notChecked = new ArrayList<>();

  private ReceiptVerifier(
      OpenReceipt receipt,
      ReceiptTopics topics,
      Optional<VerifyKey> pinned,
      Optional<DecryptionKey> requester,
      ReceiptFindings findings) {
    this.requester = requester;
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
    return verify(file, topics, pinned, Optional.empty());
  }

  /**
   * As the other, for a reader of private requests.
   *
   * @param requester the requester's key, where the reader has it; else what a private request's
   *     openings decide is not checked, and the report says so
   */
  public static ReceiptReport verify(
      byte[] file,
      ReceiptTopics topics,
      Optional<VerifyKey> pinned,
      Optional<DecryptionKey> requester) {
    ReceiptFindings findings = new ReceiptFindings();
    try {
      OpenReceipt receipt = OpenReceipt.of(ReceiptFile.read(file));
      findings.holds(ReceiptRule.FORMAT);
      return new ReceiptVerifier(receipt, topics, pinned, requester, findings).run();
    } catch (UnreadableReceipt e) {
      findings.add(ReceiptRule.FORMAT, e.record(), String.valueOf(e.getMessage()));
      return new ReceiptReport(findings.found(), findings.checked(), List.of(), Optional.empty());
    }
  }

  private ReceiptReport run() {
    RegistrySnapshot registry = registry();
    Optional<RegisteredCoordinator> coordinator = registry.coordinator();
    trust(coordinator);
    guarded(() -> new SignatureCheck(receipt, topics, registry, findings).run());
    guarded(() -> new SealedCheck(receipt, topics, registry, findings).run());
    coordinator.ifPresent(c -> {
      guarded(() -> decisions(c));
      guarded(() -> new MoneyCheck(receipt, c.shards(), findings).run());
    });
    guarded(() -> new RequestCheck(receipt, findings).run());
    guarded(this::output);
    if (receipt.tasks().isEmpty()) {
      notChecked.add(
          "that the author was given this prompt: the author's task is not in the receipt");
    }
    notChecked.add("that token ids are this prompt and this text, and the model's rows: --rerun");
    if (!receipt.removals().isEmpty()) {
      notChecked.add("that witnesses whom epochs were closed without had said nothing: audit");
    }
    notChecked.add("that no record of this request on the log was left out: audit");
    notChecked.add("that no registration or stake was left out of the draws: audit");
    notChecked.add("peer scores, which are paid when a scoring epoch closes: audit");
    return new ReceiptReport(
        findings.found(), findings.checked(), notChecked, Optional.of(claim(coordinator)));
  }

  private void decisions(RegisteredCoordinator coordinator) {
    DecisionCheck check = new DecisionCheck(receipt, topics, findings);
    if (!check.run(coordinator.vrfKey(), requester)) {
      notChecked.add(PRIVATE);
    }
  }

  private void output() {
    Optional<Result> result = receipt.lastResult(requester);
    if (result.isEmpty() && requester.isEmpty()) {
      notChecked.add("text and tokens: encrypted to the requester, give --keys");
      return;
    }
    if (result.isEmpty()) {
      findings.add(
          ReceiptRule.OUTPUT,
          receipt.result().name(),
          "it is not encrypted to the requester's key");
      return;
    }
    OutputCheck check = new OutputCheck(receipt, result.get(), findings);
    if (!check.run()) {
      notChecked.add("which tokens were checked: nobody opened any");
    }
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

  /** What no check has an answer to is what no receipt holds; the other checks still say theirs. */
  private void guarded(Runnable check) {
    try {
      check.run();
    } catch (RuntimeException e) {
      findings.add(ReceiptRule.FORMAT, OpenReceipt.FILE, "it cannot be checked: " + e);
    }
  }

  private ReceiptReport.Claim claim(Optional<RegisteredCoordinator> coordinator) {
    Optional<Result> result = receipt.lastResult(requester);
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
        result.map(Result::getText).orElse("(encrypted to the requester)"),
        result.map(r -> r.getTokenIds().size()).orElse(0),
        receipt.log().size(),
        receipt.epochs().size());
  }
}
