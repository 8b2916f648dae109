package io.verillm.cli;

import io.verillm.deploy.ClosingOrder;
import io.verillm.deploy.FoundedLog;
import io.verillm.deploy.NewModel;
import io.verillm.deploy.ServedModel;
import io.verillm.gpu.calibration.CalibrationMismatch;
import io.verillm.models.InvalidModelException;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code model register}: on a log that runs. */
@Command(
    name = "register",
    description =
        "Registers models on a log that is founded, and calibrations measured since, by the"
            + " coordinator's key. What is registered stays so for good; done again it changes"
            + " nothing. Coordinator and workers serve them when they are started with them.")
final class ModelRegisterCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private BootstrapOption bootstrap = new BootstrapOption();
  @Mixin private CoordinatorOption keys = new CoordinatorOption();
  @Mixin private ServedModelsOption models = new ServedModelsOption();
  @Mixin private PositionsOption positions = new PositionsOption();

  ModelRegisterCommand() {}

  @Override
  public Integer call() {
    KafkaAccess access = bootstrap.access(Principal.COORDINATOR);
    PrintWriter out = spec.commandLine().getOut();
    try (ClosingOrder parts = new ClosingOrder()) {
      for (ServedModel model : models.open(parts)) {
        FoundedLog founded =
            FoundedLog.find(access)
                .orElseThrow(() ->
                    CommandFailure.unreachable("no log is founded here yet: ./verillm setup"));
        List<String> written =
            NewModel.register(founded, access, keys.signer(), positions.of(model));
        written.forEach(it -> out.println("registered " + it));
        if (written.isEmpty()) {
          out.println("registered before, model " + model.manifest().name());
        }
      }
      return ExitCode.OK;
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw CommandFailure.bad(e.getMessage());
    } catch (InvalidModelException | CalibrationMismatch e) {
      throw CommandFailure.unreachable(e.getMessage());
    } catch (KafkaException e) {
      throw CommandFailure.unreachable("the cluster refuses: " + e.getMessage());
    }
  }
}
