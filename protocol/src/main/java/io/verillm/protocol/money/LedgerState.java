package io.verillm.protocol.money;

import java.util.Optional;
import java.util.SortedSet;

/**
 * What a ledger remembers: texts by key, so that any sorted store can hold it and two copies that
 * saw the same commands are equal entry by entry. Keys have only printable ASCII characters.
 *
 * <ul>
 *   <li>{@code balance/<account>}: units, absent where zero
 *   <li>{@code command/<commandId>}: offset of the command; remembered for ever
 *   <li>{@code escrow/<requestId>}: amount reserved and who pays; remembered for ever
 *   <li>{@code open/<requestId>/<segment>}: locks and votes that wait for a settlement
 *   <li>{@code settled/<requestId>/<segment>}: offset of the settlement; remembered for ever
 *   <li>{@code scoring-epoch}: the last one closed
 * </ul>
 */
public interface LedgerState {
  Optional<String> get(String key);

  void put(String key, String value);

  void remove(String key);

  /** Keys that start so, ascending; a copy that later changes do not touch. */
  SortedSet<String> keys(String prefix);
}
