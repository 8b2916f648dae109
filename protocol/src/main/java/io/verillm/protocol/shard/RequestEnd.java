package io.verillm.protocol.shard;

import io.verillm.events.FlagKind;
import io.verillm.events.RequestInput;
import io.verillm.events.SettleBond;
import io.verillm.events.SettleCase;
import io.verillm.events.Verdict;
import io.verillm.protocol.flag.FlagSettlement;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.vote.CaseGround;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;

/** How requests end: the verdicts of all cases together, and then their settlement. */
final class RequestEnd {
  private final ShardState state;
  private final CaseBasis basis;
  private final StakeLocks locks;
  private final Consumer<Effect> effects;

  RequestEnd(ShardState state, CaseBasis basis, StakeLocks locks, Consumer<Effect> effects) {
    this.locks = locks;
    this.state = state;
    this.basis = basis;
    this.effects = effects;
  }

  /** Every case is decided; what a dispute may still overturn waits for one. */
  void decided(RequestState request, ClosedEpoch epoch) {
    boolean stands = request.cases.stream().anyMatch(CaseState::isProvisional);
    if (stands && !request.windowClosed) {
      request.phase = Phase.DECIDED;
      request.waitFrom(epoch.epoch());
      verdicts(request, epoch, false);
    } else {
      last(request, epoch);
    }
  }

  /**
   * The verdicts that no other verdict follows; where flags count, the settlement waits for one.
   */
  void last(RequestState request, ClosedEpoch epoch) {
    verdicts(request, epoch, true);
    if (request.parameters.getFlagTicks() > 0) {
      request.phase = Phase.FINAL;
      request.waitFrom(epoch.epoch());
    } else {
      settle(request, epoch);
    }
  }

  /** The settlement, with the flag in it if one was opened. */
  void settle(RequestState request, ClosedEpoch epoch) {
    request.phase = Phase.CLOSED;
    request.cases.stream()
        .filter(c -> c.bond != null)
        .forEach(
            c -> publish(Effect.Stream.LEDGER_COMMANDS, request.requestId, bondOf(request, c)));
    locks.ended(request);
    CaseSettlement settlement = new CaseSettlement(request, basis);
    request.cases.forEach(c ->
        publish(
            Effect.Stream.LEDGER_COMMANDS,
            request.requestId,
            withFlag(request, settlement.of(c), () -> verdict(request, c, epoch, true))));
    state.open.remove(request.requestId);
    state.closed.add(request.requestId);
    request.tasks.forEach(t -> state.byTask.remove(t.taskId));
  }

  private static SettleCase withFlag(
      RequestState request, SettleCase plain, Supplier<Verdict> verdict) {
    return request.flag == FlagKind.NONE
        ? plain
        : FlagSettlement.of(
            plain,
            verdict.get(),
            request.accepted(),
            request.input.map(RequestInput::getPromptLength).orElse(0),
            request.flag,
            request.parameters);
  }

  /** A dispute loses its bond where a second round has confirmed the verdict. */
  private static SettleBond bondOf(RequestState request, CaseState found) {
    boolean confirmed = found.decision.isAccepted() && found.round == 2;
    return new SettleBond(
        "bond-end/" + request.requestId + "/" + found.segment,
        request.requestId,
        found.segment,
        !confirmed);
  }

  private void verdicts(RequestState request, ClosedEpoch epoch, boolean last) {
    request.cases.forEach(
        c -> publish(Effect.Stream.VERDICTS, request.requestId, verdict(request, c, epoch, last)));
  }

  private Verdict verdict(RequestState request, CaseState found, ClosedEpoch epoch, boolean last) {
    Optional<Judge> judge =
        found.challenges.isEmpty() ? Optional.empty() : Optional.of(basis.judge(request, found));
    Optional<CaseGround> ground =
        found.round == 0 || basis.outputs(request).isEmpty()
            ? Optional.empty()
            : Optional.of(basis.ground(request, found));
    return new VerdictStatement(request, found, judge, ground).event(epoch.epoch(), last);
  }

  /** A request that no worker came for: the escrow goes back. */
  void unaccepted(String requestId, ClosedEpoch epoch) {
    String requester = state.granted.expire(requestId);
    publish(
        Effect.Stream.VERDICTS,
        requestId,
        VerdictStatement.withoutCase(requestId, epoch.epoch(), "NO_WORKER"));
    publish(Effect.Stream.LEDGER_COMMANDS, requestId, CaseSettlement.refund(requestId, requester));
    state.closed.add(requestId);
  }

  private void publish(Effect.Stream stream, String requestId, SpecificRecord event) {
    effects.accept(new Effect.Publish(stream, requestId, event));
  }
}
