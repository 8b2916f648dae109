package io.verillm.protocol.money;

import io.verillm.events.Balance;
import io.verillm.events.Posting;
import io.verillm.events.Score;
import io.verillm.events.StakeChanged;
import io.verillm.events.Transfer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a command is about to do: changes over a state that only {@link #commit} touches, so that a
 * refused command leaves nothing behind.
 */
final class Draft {
  private static final String BALANCE = "balance/";

  private final LedgerState state;
  private final long offset;
  private final String commandId;
  private final TreeMap<String, Optional<String>> changes = new TreeMap<>();
  private final TreeMap<String, Long> postings = new TreeMap<>();
  private final List<Transfer> transfers = new ArrayList<>();
  private final List<Score> scores = new ArrayList<>();
  private final List<EscrowAnswer> escrows = new ArrayList<>();

  Draft(LedgerState state, long offset, String commandId) {
    this.state = state;
    this.offset = offset;
    this.commandId = commandId;
  }

  long offset() {
    return offset;
  }

  Optional<String> get(String key) {
    Optional<String> changed = changes.get(key);
    return changed != null ? changed : state.get(key);
  }

  void put(String key, String value) {
    changes.put(key, Optional.of(value));
  }

  void remove(String key) {
    changes.put(key, Optional.empty());
  }

  SortedSet<String> keys(String prefix) {
    SortedSet<String> keys = state.keys(prefix);
    changes
        .subMap(prefix, prefix + Character.MAX_VALUE)
        .forEach((key, value) -> {
          if (value.isPresent()) {
            keys.add(key);
          } else {
            keys.remove(key);
          }
        });
    return keys;
  }

  /** Units in an account; 0 for one that nobody has used. */
  long balance(String account) {
    return get(BALANCE + account).map(Long::parseLong).orElse(0L);
  }

  /**
   * Adds to an account within the transfer that is being drawn up; zero does nothing.
   *
   * @throws ArithmeticException where a sum does not fit
   */
  void post(String account, long amount) {
    long balance = Math.addExact(balance(account), amount);
    if (balance < 0 && !account.equals(Accounts.GENESIS)) {
      throw new IllegalStateException(
          "command %s at %d takes %s to %d".formatted(commandId, offset, account, balance));
    }
    postings.merge(account, amount, Math::addExact);
    if (balance == 0) {
      remove(BALANCE + account);
    } else {
      put(BALANCE + account, Long.toString(balance));
    }
  }

  void move(String from, String to, long amount) {
    post(from, -amount);
    post(to, amount);
  }

  /** Ends the transfer that is being drawn up; it must balance. */
  void transfer(String kind, String requestId, int segment, String note) {
    long sum = postings.values().stream().reduce(0L, Math::addExact);
    if (sum != 0) {
      throw new IllegalStateException(
          "postings of %s at %d sum to %d: %s".formatted(commandId, offset, sum, postings));
    }
    List<Posting> moved =
        postings.entrySet().stream()
            .filter(posting -> posting.getValue() != 0)
            .map(posting -> new Posting(posting.getKey(), posting.getValue()))
            .toList();
    String id = commandId + "/" + transfers.size();
    transfers.add(new Transfer(id, kind, requestId, segment, offset, moved, note));
    postings.clear();
  }

  boolean hasTransfers() {
    return !transfers.isEmpty();
  }

  void score(Score score) {
    scores.add(score);
  }

  void answer(int shard, SpecificRecord decision) {
    escrows.add(new EscrowAnswer(shard, decision));
  }

  /** Writes all changes to the state. */
  LedgerEffects commit() {
    if (!postings.isEmpty()) {
      throw new IllegalStateException("postings outside a transfer: " + postings);
    }
    List<Balance> balances = new ArrayList<>();
    List<StakeChanged> stakes = new ArrayList<>();
    changes.forEach((key, value) -> {
      if (key.startsWith(BALANCE) && !value.equals(state.get(key))) {
        String account = key.substring(BALANCE.length());
        long units = balance(account);
        balances.add(new Balance(account, units, offset));
        if (Accounts.isStake(account)) {
          stakes.add(new StakeChanged(Accounts.stakeHolder(account), units, offset));
        }
      }
    });
    changes.forEach((key, value) ->
        value.ifPresentOrElse(text -> state.put(key, text), () -> state.remove(key)));
    return new LedgerEffects(transfers, balances, scores, escrows, stakes);
  }
}
