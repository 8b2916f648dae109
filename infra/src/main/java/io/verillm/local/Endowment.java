package io.verillm.local;

import io.verillm.deploy.Funds;
import io.verillm.events.FundAccount;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.flag.FlagAccounts;
import io.verillm.protocol.money.Accounts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The play money of a local stack, in units; 100 units are the cost of one check. Nothing is worth
 * anything here, so everybody has plenty: no case may fail for want of funds or stake.
 */
final class Endowment {
  static final long TREASURY_UNITS = 100_000_000;
  static final long REQUESTER_UNITS = 100_000_000;

  /** Covers some hundred open tasks at a time. */
  static final long STAKE_UNITS = 30_000_000;

  /** Some hundred GOOD flags. */
  static final long FLAGS_UNITS = 5_000_000;

  private Endowment() {}

  /** The accounts from which a worker pays the flags that it plants. */
  static List<FundAccount> flags(byte[] secret) {
    return FlagAccounts.names(secret).stream()
        .map(account -> Funds.first(account, FLAGS_UNITS))
        .toList();
  }

  /** One command for each account; each is applied once, however often it is sent. */
  static List<FundAccount> commands(VerifyKey requester, Collection<String> workers) {
    List<FundAccount> commands = new ArrayList<>();
    commands.add(Funds.first(Accounts.TREASURY, TREASURY_UNITS));
    commands.add(Funds.first(Accounts.requester(requester), REQUESTER_UNITS));
    workers.forEach(worker -> commands.add(Funds.first(Accounts.stake(worker), STAKE_UNITS)));
    return commands;
  }
}
