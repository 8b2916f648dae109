package io.verillm.protocol.receipt;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.Request;
import io.verillm.events.RequestInput;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.Task;
import io.verillm.events.VerdictOutcome;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.vote.InputSeal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** Whether the admitted request is the one that the requester signed. */
final class RequestCheck {
  private final OpenReceipt receipt;
  private final ReceiptFindings findings;

  RequestCheck(OpenReceipt receipt, ReceiptFindings findings) {
    this.receipt = receipt;
    this.findings = findings;
  }

  void run() {
    Request request = receipt.signedRequest();
    String name = receipt.request().name();
    is(request.getRequestId().equals(receipt.requestId()), name, "of another request");
    is(
        Arrays.equals(
            receipt.request().record().key(), receipt.requestId().getBytes(StandardCharsets.UTF_8)),
        name,
        "its key is not the request's id");
    Optional<Entry> accepted =
        receipt.log().stream().filter(e -> e.event() instanceof Accepted).findFirst();
    if (accepted.isPresent()) {
      admitted(request, accepted.get(), (Accepted) accepted.get().event());
    } else {
      waited(request, name);
    }
  }

  /** Nobody accepted it: all that the log says of it is who paid, and how much. */
  private void waited(Request request, String name) {
    boolean expired =
        receipt.lastVerdicts().stream()
            .allMatch(v -> v.getRound() == 0 && v.getOutcome() == VerdictOutcome.EXPIRED);
    is(expired, name, "it was not accepted");
    Optional<VerifyKey> requester = VerifyKey.parse(Wire.bytes(request.getRequesterKey()));
    is(requester.isPresent(), name, "its key is none");
    requester.ifPresent(key ->
        reserved(
            Accounts.requester(key),
            reserve ->
                reserve.getAmount() <= request.getBudget() && waitsAsSigned(reserve, request),
            "what was reserved is not the requester's, more than its budget, or for another wait"));
  }

  /** How long it may wait for workers is the requester's to say. */
  private static boolean waitsAsSigned(ReserveEscrow reserve, Request request) {
    return reserve.getWaitTicks() == request.getWaitTicks();
  }

  private void admitted(Request request, Entry entry, Accepted accepted) {
    SignedRecord signed = receipt.request().record();
    Hash digest = Hashing.hash("request", signed.key(), signed.value(), signed.signature());
    is(
        accepted.getRequestDigest().equals(Wire.buffer(digest)),
        entry.name(),
        "it is the acceptance of a request with other bytes");
    Optional<VerifyKey> requester = VerifyKey.parse(Wire.bytes(request.getRequesterKey()));
    Optional<UUID> id = uuid(request.getRequestId());
    if (requester.isEmpty() || id.isEmpty()) {
      findings.add(ReceiptRule.REQUEST, receipt.request().name(), "its key or id is none");
      return;
    }
    Hash seed = Digests.seed(id.get(), requester.get(), Wire.bytes(request.getNonce()));
    String account = Accounts.requester(requester.get());
    boolean same =
        accepted.getRequester().equals(account)
            && accepted.getModelId().equals(request.getModelId())
            && accepted.getMaxTokens() == request.getMaxTokens()
            && accepted.getCheckers() == request.getCheckers()
            && accepted.getHandovers() == request.getHandovers()
            && accepted.getFlagSeal().equals(request.getFlagSeal())
            && accepted.getEncryptionKey().equals(request.getEncryptionKey())
            && accepted.getEscrow() <= request.getBudget();
    is(same, entry.name(), "model, limits or mode are not those that were signed");
    reserved(
        account,
        reserve -> reserve.getAmount() == accepted.getEscrow() && waitsAsSigned(reserve, request),
        "what was reserved is not the escrow that was admitted, or for another wait");
    if (!InputSeal.isSealed(accepted)) {
      input(request, seed, entry, InputSeal.open(accepted, null));
    }
    for (Entry shown : receipt.log()) {
      if (shown.event() instanceof Challenge challenge) {
        input(request, seed, shown, InputSeal.open(accepted, challenge.getInput()));
      }
    }
    Optional<RequestInput> input = receipt.input();
    receipt.tasks().forEach(task -> task(task, (Task) task.event(), seed, input));
  }

  /** What a challenge shows is what was sealed and signed; without one nothing rests on it. */
  private void input(Request request, Hash seed, Entry entry, Optional<RequestInput> input) {
    boolean same =
        input
            .filter(i -> i.getSeed().equals(Wire.buffer(seed)))
            .filter(i -> i.getTemperature() == request.getTemperature())
            .filter(i -> i.getTopK() == request.getTopK() && i.getTopP() == request.getTopP())
            .isPresent();
    is(
        same,
        entry.name(),
        input.isPresent()
            ? "sampling or seed are not those that were signed"
            : "what it shows does not open the seal of what was admitted");
  }

  private void reserved(String account, Predicate<ReserveEscrow> amount, String message) {
    List<Entry> reservations =
        receipt.log().stream().filter(e -> e.event() instanceof ReserveEscrow).toList();
    boolean same =
        reservations.size() == 1
            && reservations.getFirst().event() instanceof ReserveEscrow reserve
            && reserve.getRequestId().equals(receipt.requestId())
            && reserve.getRequester().equals(account)
            && amount.test(reserve);
    is(same, reservations.isEmpty() ? "ReserveEscrow" : reservations.getFirst().name(), message);
  }

  /**
   * The author's task shows the prompt's salt, so it binds the prompt's tokens to what was
   * admitted.
   */
  private void task(Entry entry, Task task, Hash seed, Optional<RequestInput> input) {
    int length = Math.min(task.getPromptLength(), task.getContext().size());
    int[] ids = task.getContext().stream().limit(Math.max(0, length)).mapToInt(i -> i).toArray();
    Hash hash = Digests.promptHash(Wire.bytes(task.getPromptSalt()), ids);
    boolean other =
        input
            .filter(shown ->
                !shown.getPromptHash().equals(Wire.buffer(hash))
                    || shown.getPromptLength() != ids.length)
            .isPresent();
    is(
        !other && task.getSeed().equals(Wire.buffer(seed)),
        entry.name(),
        "its prompt is not the one that was admitted");
  }

  private void is(boolean holds, String record, String message) {
    findings.check(ReceiptRule.REQUEST, holds, record, message);
  }

  private static Optional<UUID> uuid(String id) {
    try {
      return Optional.of(UUID.fromString(id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
