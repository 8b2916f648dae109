package io.verillm.cli;

import io.verillm.deploy.FoundedLog;
import io.verillm.deploy.Funds;
import io.verillm.deploy.Payee;
import io.verillm.events.FundAccount;
import io.verillm.protocol.crypto.Signer;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fund}: money for an account, on the coordinator's word. */
@Command(
    name = "fund",
    description =
        "Credits accounts: treasury, requester:KEY, or stake:WORKER@KEY of a worker that is"
            + " registered with this key; ./verillm keys prints them. Needs the coordinator's key."
            + " The same payment counts once.")
final class FundCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private BootstrapOption bootstrap = new BootstrapOption();
  @Mixin private CoordinatorOption keys = new CoordinatorOption();

  @Parameters(
      arity = "1..*",
      paramLabel = "ACCOUNT=UNITS",
      description = "Whose account, and how much; 100 units are the cost of one check.")
  private Map<String, Long> payments = Map.of();

  @Option(
      names = "--payment",
      paramLabel = "ID",
      defaultValue = "1",
      description = "Which payment to these accounts it is (default: ${DEFAULT-VALUE}).")
  private String payment = "1";

  FundCommand() {}

  @Override
  public Integer call() {
    Map<Payee, Long> payees = payees(payments);
    if (!payment.matches("[a-z0-9-]{1,64}")) {
      throw CommandFailure.usage(
          "--payment takes 1..64 of a-z, 0-9 and dash, not '" + payment + "'");
    }
    Signer own = keys.signer();
    KafkaAccess access = bootstrap.access(Principal.COORDINATOR);
    try {
      FoundedLog founded =
          FoundedLog.find(access)
              .orElseThrow(
                  () -> CommandFailure.unreachable("no log is founded here yet: ./verillm setup"))
              .signedBy(own);
      List<String> faults =
          payees.keySet().stream()
              .filter(payee -> payee.standing(founded.registry()) != Payee.Standing.KNOWN)
              .map(payee -> payee.fault(founded.registry()))
              .sorted()
              .toList();
      if (!faults.isEmpty()) {
        throw CommandFailure.bad("nothing is paid: " + String.join("; ", faults));
      }
      List<FundAccount> commands = new ArrayList<>();
      payees.forEach((payee, units) -> commands.add(Funds.more(payee.account(), units, payment)));
      Funds.send(access, founded.catalogue(), own, commands);
    } catch (IllegalStateException e) {
      throw CommandFailure.bad(e.getMessage());
    } catch (KafkaException e) {
      throw CommandFailure.unreachable("the cluster refuses: " + e.getMessage());
    }
    payments.forEach((account, units) ->
        spec.commandLine()
            .getOut()
            .println("payment %s of %d units to %s".formatted(payment, units, account)));
    return ExitCode.OK;
  }

  /** Units by who gets them. */
  static Map<Payee, Long> payees(Map<String, Long> payments) {
    Map<Payee, Long> payees = new HashMap<>();
    payments.forEach((account, units) -> {
      if (units < 1) {
        throw CommandFailure.usage(account + ": UNITS must be above 0, not " + units);
      }
      try {
        payees.put(Payee.parse(account), units);
      } catch (IllegalArgumentException e) {
        throw CommandFailure.usage(e.getMessage());
      }
    });
    return payees;
  }
}
