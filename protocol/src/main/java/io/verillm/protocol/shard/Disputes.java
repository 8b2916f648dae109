package io.verillm.protocol.shard;

import io.verillm.events.BondDecided;
import io.verillm.events.Dispute;
import io.verillm.events.ReserveBond;
import io.verillm.protocol.event.OwnKeys;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.Parameters;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Disputes of provisional verdicts, each with a bond that the ledger must hold. */
final class Disputes {
  private final ShardState state;
  private final Assignments assignments;
  private final Consumer<Effect> effects;
  private final int shard;

  Disputes(ShardState state, Assignments assignments, Consumer<Effect> effects, int shard) {
    this.state = state;
    this.assignments = assignments;
    this.effects = effects;
    this.shard = shard;
  }

  @Nullable Refusal apply(SignedRecord record, Dispute dispute) {
    RequestState request = state.open.get(dispute.getRequestId());
    if (request == null) {
      return state.closed.contains(dispute.getRequestId())
          ? StateTable.refusal(Stage.CLOSED, Input.DISPUTE)
          : Refusal.UNKNOWN_REQUEST;
    }
    Refusal refusal = StateTable.refusal(request, Input.DISPUTE);
    if (refusal != null) {
      return refusal;
    }
    Optional<CaseState> found = request.segment(dispute.getSegment());
    if (found.isEmpty()) {
      return Refusal.UNKNOWN_REQUEST;
    }
    if (!isParty(record, dispute, request, found.get())) {
      return Refusal.NOT_A_PARTY;
    }
    return begin(request, found.get(), dispute);
  }

  private static boolean isParty(
      SignedRecord record, Dispute dispute, RequestState request, CaseState found) {
    String account = dispute.getParty();
    if (record.signer().equals(Signers.REQUESTER)) {
      return account.equals(request.accepted().getRequester())
          && OwnKeys.requester(dispute)
              .map(Accounts::requester)
              .filter(account::equals)
              .isPresent();
    }
    return found.members.stream()
        .map(m -> m.task.worker)
        .filter(w -> record.signer().equals(Signers.worker(w)))
        .anyMatch(w -> account.equals(Accounts.worker(w)) || account.equals(Accounts.stake(w)));
  }

  private @Nullable Refusal begin(RequestState request, CaseState found, Dispute dispute) {
    long amount = Parameters.of(request.parameters).bond(request.accepted().getCheckers());
    if (found.bond != null) {
      return Refusal.DUPLICATE_DISPUTE;
    }
    if (found.bondsDenied.contains(dispute.getParty())) {
      return Refusal.BOND_DENIED;
    }
    // Else one denied bond after the other would hold a window open for ever.
    boolean over = request.isOver(state.clock, request.parameters.getDisputeTicks());
    if (request.windowClosed || over || !found.isProvisional()) {
      return Refusal.LATE;
    }
    if (dispute.getBond() < amount) {
      return Refusal.BOND_TOO_SMALL;
    }
    if (!assignments.canCheckAgain(request, found)) {
      return Refusal.NO_SECOND_ROUND;
    }
    found.bond = new Bond(dispute.getParty(), false);
    String id = "bond/%s/%d/%d".formatted(request.requestId, found.segment, found.bondsAsked++);
    effects.accept(
        new Effect.Publish(
            Effect.Stream.LEDGER_COMMANDS,
            request.requestId,
            new ReserveBond(
                id, request.requestId, found.segment, shard, dispute.getParty(), amount)));
    return null;
  }

  /** The ledger's answer; a bond that was not granted leaves room for another's dispute. */
  @Nullable Refusal answered(BondDecided decided) {
    RequestState request = state.open.get(decided.getRequestId());
    Refusal refusal =
        request == null ? Refusal.NOT_DISPUTED : StateTable.refusal(request, Input.BOND);
    if (refusal != null) {
      return refusal;
    }
    Optional<CaseState> found =
        request.segment(decided.getSegment()).filter(c -> c.bond != null && !c.bond.granted());
    found.ifPresent(c -> answered(c, c.bond.account(), decided.getGranted()));
    return found.isPresent() ? null : Refusal.NOT_DISPUTED;
  }

  private static void answered(CaseState found, String account, boolean granted) {
    found.bond = granted ? new Bond(account, true) : null;
    if (!granted) {
      found.bondsDenied.add(account);
    }
  }
}
