package io.verillm.cli;

import io.verillm.deploy.FoundedLog;
import io.verillm.deploy.Funds;
import io.verillm.deploy.Payee;
import io.verillm.events.FundAccount;
import io.verillm.protocol.crypto.Signer;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.io.PrintWriter;
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
            + " The same payment counts once: what was paid before is told, with exit status 1.")
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
      List<FundAccount> commands =
          payees.entrySet().stream()
              .map(paid -> Funds.more(paid.getKey().account(), paid.getValue(), payment))
              .toList();
      return post(commands, Funds.among(access, founded, commands), access, founded, own);
    } catch (IllegalStateException e) {
      throw CommandFailure.bad(e.getMessage());
    } catch (KafkaException e) {
      throw CommandFailure.unreachable("the cluster refuses: " + e.getMessage());
    }
  }

  /** Posts those that nobody posted before, and tells of the others. */
  private int post(
      List<FundAccount> commands,
      Map<String, FundAccount> before,
      KafkaAccess access,
      FoundedLog founded,
      Signer own) {
    List<FundAccount> fresh =
        commands.stream().filter(paid -> !before.containsKey(paid.getCommandId())).toList();
    Funds.send(access, founded.catalogue(), own, fresh);
    PrintWriter out = spec.commandLine().getOut();
    fresh.forEach(paid -> out.println(said("posted: ", paid)));
    PrintWriter err = spec.commandLine().getErr();
    before.values().forEach(paid -> err.println(said("paid before, and not again: ", paid)));
    if (before.isEmpty()) {
      return ExitCode.OK;
    }
    err.println("another payment to the same account has another --payment ID");
    return ExitCode.BAD;
  }

  private String said(String how, FundAccount paid) {
    return how
        + "payment %s of %d units to %s".formatted(payment, paid.getAmount(), paid.getAccount());
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
