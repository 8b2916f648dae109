package io.verillm.cli;

import io.verillm.protocol.money.Accounts;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a log's parties have, in accounts that another log can be funded with.
 *
 * @param parties units of requesters, and of workers as their free stake: earned, free and locked
 * @param treasury the treasury's units
 * @param open units of requests and disputes that were not decided; the log's transfers tell who
 *     paid each
 */
record Holdings(SortedMap<String, Long> parties, long treasury, long open) {

  /** Sorts balances. */
  static Holdings of(Map<String, Long> balances) {
    SortedMap<String, Long> parties = new TreeMap<>();
    long open = 0;
    for (Map.Entry<String, Long> entry : balances.entrySet()) {
      String account = entry.getKey().replaceFirst("^(worker|locked):", "stake:");
      if (account.equals(Accounts.TREASURY) || account.equals(Accounts.GENESIS)) {
        continue;
      }
      if (Accounts.isFundable(account)) {
        parties.merge(account, entry.getValue(), Long::sum);
      } else {
        open += entry.getValue();
      }
    }
    parties.values().removeIf(units -> units == 0);
    return new Holdings(parties, balances.getOrDefault(Accounts.TREASURY, 0L), open);
  }

  /**
   * One argument of {@code fund} a line.
   *
   * @param keys of the workers by their ids, in hexadecimal digits; a stake of none of them, which
   *     {@code fund} refuses, is written without
   */
  List<String> arguments(Map<String, String> keys) {
    return parties.entrySet().stream()
        .map(party -> {
          String key = keys.get(party.getKey().replaceFirst("^stake:", ""));
          return "%s%s=%d"
              .formatted(party.getKey(), key == null ? "" : "@" + key, party.getValue());
        })
        .toList();
  }

  /** What is not among them. */
  String others() {
    return "besides: treasury %d (setup --treasury), and %d of requests and disputes in progress"
        .formatted(treasury, open);
  }
}
