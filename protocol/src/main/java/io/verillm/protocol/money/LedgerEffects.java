package io.verillm.protocol.money;

import io.verillm.events.Balance;
import io.verillm.events.Score;
import io.verillm.events.StakeChanged;
import io.verillm.events.Transfer;
import java.util.List;

/**
 * What one command did, in the order in which it is to be written.
 *
 * @param transfers at least one; each sums to zero
 * @param balances one for each account that changed, by name, after the whole command
 * @param scores one for each worker with scored cases, by worker
 * @param escrows answers to a reservation
 * @param stakes one for each worker whose free stake changed, for every partition of shard-inputs
 */
public record LedgerEffects(
    List<Transfer> transfers,
    List<Balance> balances,
    List<Score> scores,
    List<EscrowAnswer> escrows,
    List<StakeChanged> stakes) {

  public LedgerEffects {
    transfers = List.copyOf(transfers);
    balances = List.copyOf(balances);
    scores = List.copyOf(scores);
    escrows = List.copyOf(escrows);
    stakes = List.copyOf(stakes);
  }
}
