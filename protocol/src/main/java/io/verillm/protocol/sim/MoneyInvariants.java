package io.verillm.protocol.sim;

import io.verillm.events.Balance;
import io.verillm.events.Posting;
import io.verillm.events.Transfer;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.LedgerEffects;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What must hold behind every transfer: nothing is made, nothing owed, nothing paid unasked. */
final class MoneyInvariants {
  private final Rule rule;
  private final Map<String, Long> balances = new HashMap<>();
  private long total;

  MoneyInvariants(Rule rule) {
    this.rule = rule;
  }

  /**
   * The ledger has applied a command.
   *
   * @param decided requests with a last verdict
   */
  void on(LedgerEffects effects, Set<String> decided) {
    for (Transfer transfer : effects.transfers()) {
      transfer(transfer, decided);
    }
    for (Balance balance : effects.balances()) {
      boolean bounded = balance.getBalance() >= 0 || balance.getAccount().equals(Accounts.GENESIS);
      rule.require(bounded, "%s holds %d units", balance.getAccount(), balance.getBalance());
      Long before = balances.put(balance.getAccount(), balance.getBalance());
      total += balance.getBalance() - (before == null ? 0 : before);
    }
    rule.require(total == 0, "all accounts together hold %d units", total);
  }

  private void transfer(Transfer transfer, Set<String> decided) {
    long sum = transfer.getPostings().stream().mapToLong(Posting::getAmount).sum();
    rule.require(sum == 0, "transfer %s sums to %d", transfer.getTransferId(), sum);
    boolean pays =
        transfer.getPostings().stream()
            .anyMatch(p -> p.getAmount() > 0 && p.getAccount().startsWith("worker:"));
    if (pays) {
      boolean settles =
          transfer.getKind().equals("settle") && decided.contains(transfer.getRequestId());
      rule.require(
          settles || transfer.getKind().equals("peer"),
          "transfer %s pays without a verdict",
          transfer.getTransferId());
    }
  }
}
