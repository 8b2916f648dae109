package io.verillm.protocol.receipt;

import io.verillm.events.Challenge;
import io.verillm.events.MemberRole;
import io.verillm.events.RosterRole;
import io.verillm.events.Task;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.OwnKeys;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether every record is an event of its topic, signed by the party that may write it. */
final class SignatureCheck {
  private final OpenReceipt receipt;
  private final ReceiptTopics topics;
  private final RegistrySnapshot registry;
  private final ReceiptFindings findings;

  SignatureCheck(
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
    Optional<VerifyKey> requester =
        VerifyKey.parse(Wire.bytes(receipt.signedRequest().getRequesterKey()));
    verify(receipt.request(), topics.requests(), Signers.REQUESTER, requester);
    verify(receipt.result(), topics.results(), Signers.COORDINATOR);
    for (Entry task : receipt.tasks()) {
      Optional<String> worker = author((Task) task.event());
      findings.check(
          ReceiptRule.REQUEST, worker.isPresent(), task.name(), "it is no author's task");
      worker.ifPresent(w -> authored(task, w));
    }
    Stream.concat(receipt.excuses().stream(), receipt.epochs().stream())
        .forEach(e -> verify(e, topics.shard().spine(), Signers.SEALER));
    Authorship authorship = new Authorship(topics);
    for (Entry entry : receipt.log()) {
      Optional<String> topic = authorship.topic(entry.event());
      Optional<String> signer = Authorship.signer(entry);
      if (topic.isEmpty() || signer.isEmpty()) {
        findings.add(ReceiptRule.FORMAT, entry.name(), "no receipt holds such an event");
      } else {
        verify(entry, topic.get(), signer.get());
      }
    }
  }

  /** Only a worker has a topic of tasks. */
  private void authored(Entry task, String worker) {
    if (registry.workers().containsKey(worker)) {
      verify(task, topics.shard().tasks().apply(worker), Signers.COORDINATOR);
    } else {
      findings.add(ReceiptRule.REQUEST, task.name(), "nobody is registered as '" + worker + "'");
    }
  }

  /** Whose task it is, as challenges and verdicts say. */
  private Optional<String> author(Task task) {
    Stream<String> challenged =
        receipt
            .events(Challenge.class)
            .flatMap(c -> c.getRoster().stream())
            .filter(r -> r.getTaskId().equals(task.getTaskId()))
            .filter(r -> r.getRole() == RosterRole.AUTHOR)
            .map(r -> r.getWorker());
    Stream<String> told =
        receipt.lastVerdicts().stream()
            .flatMap(v -> v.getMembers().stream())
            .filter(m -> m.getTaskId().equals(task.getTaskId()))
            .filter(m -> m.getRole() == MemberRole.AUTHOR)
            .map(m -> m.getWorker());
    return Stream.concat(challenged, told).findFirst();
  }

  private void verify(Entry entry, String topic, String signer) {
    boolean requester = signer.equals(Signers.REQUESTER);
    verify(
        entry,
        topic,
        signer,
        requester ? OwnKeys.requester(entry.event()) : registry.keyOf(signer));
  }

  private void verify(Entry entry, String topic, String signer, Optional<VerifyKey> key) {
    Optional<String> fault = Optional.empty();
    if (!entry.lies(topic)) {
      fault = Optional.of("it lies on %s, not %s".formatted(entry.record().topic(), topic));
    } else if (!entry.record().signer().equals(signer)) {
      fault = Optional.of("signed by '%s', not %s".formatted(entry.record().signer(), signer));
    } else {
      fault = EventVerifier.fault(entry.record(), key).map(found -> found + " of " + signer);
    }
    findings.check(
        ReceiptRule.SIGNATURE, fault.isEmpty(), entry.name(), fault.orElse("signed by " + signer));
  }
}
