package io.verillm.protocol.money;

import io.verillm.events.BondDecided;
import io.verillm.events.ReserveBond;
import io.verillm.events.SettleBond;
import java.util.Optional;

/**
 * What a party put down to dispute a verdict.
 *
 * @param amount units
 * @param account who paid, and gets it back if the dispute changed the verdict
 */
record Bond(long amount, String account) {

  private static String key(String requestId, int segment) {
    return "bond/" + requestId + "/" + segment;
  }

  private static Optional<Bond> read(Draft draft, String requestId, int segment) {
    return draft
        .get(key(requestId, segment))
        .map(text -> text.split(" "))
        .map(words -> new Bond(Long.parseLong(words[0]), words[1]));
  }

  static void reserve(Draft draft, ReserveBond command, int shards) throws RefusedCommand {
    String requestId = command.getRequestId();
    int segment = command.getSegment();
    String account = command.getAccount();
    long amount = command.getAmount();
    RefusedCommand.unless(
        command.getShard() >= 0 && command.getShard() < shards, Refusal.UNKNOWN_SHARD);
    Checks.request(requestId, segment);
    RefusedCommand.unless(read(draft, requestId, segment).isEmpty(), Refusal.BOND_EXISTS);
    Checks.positive(amount);
    RefusedCommand.unless(Accounts.isParty(account), Refusal.UNKNOWN_ACCOUNT);
    RefusedCommand.unless(draft.balance(account) >= amount, Refusal.INSUFFICIENT_FUNDS);
    draft.move(account, Accounts.bond(requestId, segment), amount);
    draft.put(key(requestId, segment), amount + " " + account);
    draft.transfer("bond", requestId, segment, "granted");
    draft.answer(command.getShard(), new BondDecided(requestId, segment, true, amount, ""));
  }

  /** Tells the waiting shard, unless there is none or the bond was granted before. */
  static void answerRefusal(Draft draft, ReserveBond command, int shards, Refusal refusal) {
    boolean waiting = command.getShard() >= 0 && command.getShard() < shards;
    if (waiting && refusal != Refusal.BOND_EXISTS) {
      draft.answer(
          command.getShard(),
          new BondDecided(
              command.getRequestId(), command.getSegment(), false, 0L, refusal.reason()));
    }
  }

  static void settle(Draft draft, SettleBond command) throws RefusedCommand {
    String requestId = command.getRequestId();
    int segment = command.getSegment();
    Checks.request(requestId, segment);
    Bond bond =
        read(draft, requestId, segment).orElseThrow(() -> new RefusedCommand(Refusal.UNKNOWN_BOND));
    String held = Accounts.bond(requestId, segment);
    RefusedCommand.unless(draft.balance(held) == bond.amount(), Refusal.UNKNOWN_BOND);
    draft.move(held, command.getReturned() ? bond.account() : Accounts.TREASURY, bond.amount());
    draft.transfer(
        "bond-end", requestId, segment, command.getReturned() ? "returned" : "forfeited");
  }
}
