package io.verillm.protocol.money;

import io.verillm.events.EscrowDecided;
import io.verillm.events.ReserveEscrow;
import java.util.Optional;

/**
 * What was reserved for a request.
 *
 * @param amount units at the time of the reservation
 * @param requester account that paid
 */
record Escrow(long amount, String requester) {

  private static String key(String requestId) {
    return "escrow/" + requestId;
  }

  static Optional<Escrow> read(Draft draft, String requestId) {
    return draft
        .get(key(requestId))
        .map(text -> text.split(" "))
        .map(words -> new Escrow(Long.parseLong(words[0]), words[1]));
  }

  static void reserve(Draft draft, ReserveEscrow command, int shards) throws RefusedCommand {
    String requestId = command.getRequestId();
    String requester = command.getRequester();
    long amount = command.getAmount();
    RefusedCommand.unless(
        command.getShard() >= 0 && command.getShard() < shards, Refusal.UNKNOWN_SHARD);
    Checks.request(requestId, 0);
    RefusedCommand.unless(read(draft, requestId).isEmpty(), Refusal.ESCROW_EXISTS);
    Checks.positive(amount);
    RefusedCommand.unless(Accounts.isRequester(requester), Refusal.UNKNOWN_ACCOUNT);
    RefusedCommand.unless(draft.balance(requester) >= amount, Refusal.INSUFFICIENT_FUNDS);
    draft.move(requester, Accounts.escrow(requestId), amount);
    draft.put(key(requestId), amount + " " + requester);
    draft.transfer("reserve", requestId, -1, "granted");
    draft.answer(
        command.getShard(),
        new EscrowDecided(requestId, true, amount, "", requester, command.getWaitTicks()));
  }

  /** Tells the waiting shard, unless there is none or the request has been granted before. */
  static void answerRefusal(Draft draft, ReserveEscrow command, int shards, Refusal refusal) {
    boolean waiting = command.getShard() >= 0 && command.getShard() < shards;
    if (waiting && refusal != Refusal.ESCROW_EXISTS) {
      draft.answer(
          command.getShard(),
          new EscrowDecided(command.getRequestId(), false, 0L, refusal.reason(), "", 0));
    }
  }
}
