package io.verillm.demo;

import io.verillm.events.Posting;
import io.verillm.events.Transfer;
import io.verillm.protocol.money.Accounts;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Adds up transfers. Units of money throughout. */
final class WorkerMoney {
  /** Kind of the transfer that ends a case. */
  static final String SETTLE = "settle";

  private static final String DUTY = "duty";

  private final Map<String, Transfer> settlements = new HashMap<>();
  private int missedDuties;
  private final Map<String, Long> balances = new HashMap<>();
  private final Map<String, Long> slashed = new HashMap<>();
  private final Map<CaseKey, Set<String>> losers = new HashMap<>();

  void add(Transfer transfer) {
    Map<String, Long> stakeChange = new HashMap<>();
    for (Posting posting : transfer.getPostings()) {
      balances.merge(posting.getAccount(), posting.getAmount(), Long::sum);
      String worker = stakeHolder(posting.getAccount());
      if (!worker.isEmpty()) {
        stakeChange.merge(worker, posting.getAmount(), Long::sum);
      }
    }
    if (transfer.getKind().equals(DUTY)) {
      missedDuties++;
    }
    if (transfer.getKind().equals(SETTLE)) {
      settlements.put(transfer.getRequestId(), transfer);
      stakeChange.forEach((worker, change) -> lose(transfer, worker, change));
    }
  }

  private void lose(Transfer transfer, String worker, long change) {
    if (change < 0) {
      slashed.merge(worker, -change, Long::sum);
      losers
          .computeIfAbsent(
              new CaseKey(transfer.getRequestId(), transfer.getSegment()), key -> new HashSet<>())
          .add(worker);
    }
  }

  /** The last settlement of a request; empty where it has none yet. */
  Optional<Transfer> settlement(String requestId) {
    return Optional.ofNullable(settlements.get(requestId));
  }

  int missedDuties() {
    return missedDuties;
  }

  /** Whose stake it is; empty for every other account. */
  static String stakeHolder(String account) {
    String name = account.substring(account.indexOf(':') + 1);
    boolean stake = account.equals(Accounts.stake(name)) || account.equals(Accounts.locked(name));
    return stake ? name : "";
  }

  long paid(String worker) {
    return balances.getOrDefault(Accounts.worker(worker), 0L);
  }

  long slashed(String worker) {
    return slashed.getOrDefault(worker, 0L);
  }

  /** Earnings, free and locked stake. */
  long owned(String worker) {
    return paid(worker)
        + balances.getOrDefault(Accounts.stake(worker), 0L)
        + balances.getOrDefault(Accounts.locked(worker), 0L);
  }

  /** Sum over every account; 0 in a sound ledger. */
  long sum() {
    return balances.values().stream().mapToLong(Long::longValue).sum();
  }

  Map<CaseKey, Set<String>> losers() {
    return losers;
  }
}
