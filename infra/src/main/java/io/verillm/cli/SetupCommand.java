package io.verillm.cli;

import io.verillm.deploy.ClosingOrder;
import io.verillm.deploy.Founding;
import io.verillm.deploy.Funds;
import io.verillm.gpu.calibration.CalibrationMismatch;
import io.verillm.models.InvalidModelException;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.streams.coordinator.CoordinatorKeys;
import io.verillm.topics.access.Principal;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code setup}: founds the log of a deployment. */
@Command(
    name = "setup",
    description =
        "Founds a log on a cluster that has its topics: schemas, the coordinator and the witnesses"
            + " that it names, models, the treasury's funds and the parameters. What it says holds"
            + " for good; done again it changes nothing.")
final class SetupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private BootstrapOption bootstrap = new BootstrapOption();
  @Mixin private CoordinatorOption keys = new CoordinatorOption();
  @Mixin private ServedModelsOption models = new ServedModelsOption();
  @Mixin private PositionsOption positions = new PositionsOption();
  @Mixin private ShardsOption shards = new ShardsOption();

  @Option(
      names = "--witness",
      paramLabel = "NAME",
      required = true,
      description =
          "A witness, by the name that ./verillm witness --name prints; may be given several times.")
  private List<String> witnesses = List.of();

  @Option(
      names = "--dispute-window",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long a verdict can be disputed (default: ${DEFAULT-VALUE}).")
  private int disputeWindow;

  @Option(
      names = "--treasury",
      paramLabel = "UNITS",
      defaultValue = "100000000",
      description =
          "First funds of the treasury, which pays checkers; 100 units are the cost of one check"
              + " (default: ${DEFAULT-VALUE}).")
  private long treasury;

  @Mixin private DutyOption duties = new DutyOption();
  @Mixin private RestOption rest = new RestOption();

  SetupCommand() {}

  @Override
  public Integer call() {
    CoordinatorKeys own = keys.all();
    try (ClosingOrder parts = new ClosingOrder()) {
      boolean founded =
          new Founding(
                  shards.catalogue(),
                  own,
                  witnesses.stream().map(SetupCommand::witness).toList(),
                  models.open(parts).stream().map(positions::of).toList(),
                  List.of(Funds.first(Accounts.TREASURY, treasury)),
                  parameters())
              .complete(bootstrap.access(Principal.COORDINATOR));
      spec.commandLine()
          .getOut()
          .println(
              "%s coordinator %s"
                  .formatted(
                      founded ? "founded" : "founded before,", own.signer().publicKey().hex()));
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    } catch (IllegalStateException e) {
      throw CommandFailure.bad(e.getMessage());
    } catch (InvalidModelException | CalibrationMismatch e) {
      throw CommandFailure.unreachable(e.getMessage());
    } catch (KafkaException e) {
      throw CommandFailure.unreachable("the cluster refuses: " + e.getMessage());
    }
  }

  private Parameters parameters() {
    if (disputeWindow < 0 || disputeWindow > UpCommand.DISPUTE_WINDOW_MAX) {
      throw CommandFailure.usage(
          "--dispute-window must be 0..%d, not %d"
              .formatted(UpCommand.DISPUTE_WINDOW_MAX, disputeWindow));
    }
    return rest.in(
        duties.in(
            Parameters.standard()
                .withDisputeTicks((int) (disputeWindow * 1_000L / ClosedEpoch.TICK_MILLIS))));
  }

  private static RegisteredWitness witness(String name) {
    return RegisteredWitness.parse(name)
        .orElseThrow(() ->
            CommandFailure.usage(
                "--witness takes ID:KEY:VRFKEY as ./verillm witness --name prints it, not '"
                    + name
                    + "'"));
  }
}
