package io.verillm.cli;

import io.verillm.deploy.FirstFunds;
import io.verillm.deploy.FoundedLog;
import io.verillm.protocol.crypto.Signer;
import io.verillm.topics.KafkaAccess;
import java.util.Map;
import picocli.CommandLine.Option;

/** {@code --fund}: what accounts begin with, where a deployment's description says it. */
final class FirstFundsOption {
  @Option(
      names = "--fund",
      paramLabel = "ACCOUNT=UNITS",
      split = ",",
      description =
          "First funds of accounts, such as stake:w-01@KEY: paid once, whatever is said here later,"
              + " a stake when its worker has registered with that key. More comes by"
              + " ./verillm fund.")
  private Map<String, Long> funds = Map.of();

  FirstFundsOption() {}

  /** Pays what was not paid before, until it is closed. */
  FirstFunds pay(KafkaAccess access, FoundedLog log, Signer coordinator) {
    return FirstFunds.start(access, log.catalogue(), coordinator, FundCommand.payees(funds));
  }
}
