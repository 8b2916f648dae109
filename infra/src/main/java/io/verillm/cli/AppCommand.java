package io.verillm.cli;

import io.verillm.deploy.ClosingOrder;
import io.verillm.deploy.CoordinatorProgram;
import io.verillm.deploy.FirstFunds;
import io.verillm.deploy.FoundedLog;
import io.verillm.deploy.ServedModel;
import io.verillm.gpu.calibration.CalibrationMismatch;
import io.verillm.local.StackAccess;
import io.verillm.models.InvalidModelException;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.streams.RunningApp;
import io.verillm.streams.UnsafeCluster;
import io.verillm.streams.coordinator.CoordinatorKeys;
import io.verillm.streams.ledger.LedgerApp;
import io.verillm.streams.log.Sealer;
import io.verillm.streams.log.SealerSettings;
import io.verillm.streams.tables.Tables;
import io.verillm.topics.Counters;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code app}: one program of a deployment, until it is told to stop. */
@Command(
    name = "app",
    description =
        "Runs one program of a deployment until Ctrl-C or SIGTERM. The cluster must have its topics"
            + " (topics apply); a program that comes before setup waits for it.")
final class AppCommand implements Runnable {
  @Spec private CommandSpec spec;

  AppCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "coordinator, ledger, sealer or tables?");
  }

  @Command(
      name = "coordinator",
      description =
          "Plans tasks, draws, decides, and closes scoring epochs. Several processes share the shards.")
  int coordinator(
      @Mixin BootstrapOption bootstrap,
      @Mixin CoordinatorOption keys,
      @Mixin StateOption state,
      @Mixin ServedModelsOption models,
      @Mixin FirstFundsOption funds,
      @Mixin MetricsOption metrics,
      @Mixin LogOption log)
      throws InterruptedException {
    return running(
        "coordinator",
        bootstrap,
        Principal.COORDINATOR,
        (access, parts) -> {
          CoordinatorKeys own = keys.all();
          FoundedLog founded = founded(access).of(own);
          List<ServedModel> offered = models.open(parts);
          for (ServedModel model : offered) {
            founded.requireRegistered(model.manifest().name(), model.id(), model.config().eosId());
            founded
                .unregisteredCalibration(model)
                .ifPresent(id ->
                    System.err.printf(
                        "note: model %s comes with the calibration %s, which is not registered here and counts for nothing%n",
                        model.manifest().name(), id));
          }
          FirstFunds first = parts.add("first funds", funds.pay(access, founded, own.signer()));
          CoordinatorProgram program =
              parts.add(
                  "coordinator",
                  CoordinatorProgram.start(
                      access, founded.catalogue(), own, offered, state.folder(), new Counters()));
          Heartbeat.spare(program.app()::isStarting);
          metrics.start(parts, program, own.signer().publicKey(), offered);
          return CompletableFuture.anyOf(program.app().ended(), first.ended());
        });
  }

  @Command(name = "ledger", description = "Keeps the balances. One process works, others wait.")
  int ledger(
      @Mixin BootstrapOption bootstrap,
      @Mixin CoordinatorOption keys,
      @Mixin StateOption state,
      @Mixin LogOption log)
      throws InterruptedException {
    return running(
        "ledger",
        bootstrap,
        Principal.LEDGER,
        (access, parts) -> {
          Signer own = keys.signer();
          RunningApp app =
              parts.add(
                  "ledger",
                  LedgerApp.of(founded(access).signedBy(own).catalogue(), own, new Counters())
                      .configured(access, state.folder())
                      .start());
          Heartbeat.spare(app::isStarting);
          return app.ended();
        });
  }

  @Command(
      name = "sealer",
      description = "Seals and closes the log's epochs. A second one takes over from the first.")
  int sealer(
      @Mixin BootstrapOption bootstrap,
      @Mixin CoordinatorOption keys,
      @Mixin CheckpointsOption checkpoints,
      @Mixin LogOption log)
      throws InterruptedException {
    return running(
        "sealer",
        bootstrap,
        Principal.SEALER,
        (access, parts) -> {
          Signer own = keys.signer();
          FoundedLog founded = founded(access).signedBy(own);
          CheckpointsOption.Published published = checkpoints.open(parts);
          Sealer sealer =
              parts.add(
                  "sealer",
                  Sealer.start(
                      SealerSettings.of(access).withCheckpoints(published.sink()),
                      founded.catalogue(),
                      new EventSigner(Signers.SEALER, own),
                      Clock.systemUTC()));
          return CompletableFuture.anyOf(sealer.ended(), published.ended());
        });
  }

  @Command(
      name = "tables",
      description = "Fills the tables that sql reads, from the public topics.")
  int tables(
      @Mixin BootstrapOption bootstrap,
      @Option(
              names = "--tables",
              paramLabel = "DIR",
              required = true,
              description = "Folder of the tables; it belongs to one process.")
          Path folder,
      @Mixin LogOption log)
      throws InterruptedException {
    return running(
        "tables",
        bootstrap,
        StackAccess.TABLES,
        (access, parts) ->
            parts.add("tables", Tables.start(access, folder, founded(access).catalogue())).ended());
  }

  /** Starts a program's parts; gives what ends with it. */
  private interface Start {
    CompletableFuture<?> start(KafkaAccess access, ClosingOrder parts)
        throws UnsafeCluster, IOException, SQLException;
  }

  private static int running(
      String name, BootstrapOption bootstrap, Principal principal, Start start)
      throws InterruptedException {
    KafkaAccess access = bootstrap.access(principal);
    try (ClosingOrder parts = new ClosingOrder()) {
      CompletableFuture<?> ended = start.start(access, parts);
      return UntilStopped.run(name + " runs on " + access, ended, parts::close);
    } catch (UnsafeCluster
        | SQLException
        | IOException
        | UncheckedIOException
        | IllegalStateException
        | InvalidModelException
        | CalibrationMismatch e) {
      throw CommandFailure.unreachable(String.valueOf(e.getMessage()));
    } catch (KafkaException e) {
      throw CommandFailure.unreachable("the cluster refuses: " + e.getMessage());
    }
  }

  /** The log that a program works for; it may come before that is founded. */
  static FoundedLog founded(KafkaAccess access) {
    return FoundedLog.await(
        access, () -> System.err.println("waiting for ./verillm setup to found the log"));
  }
}
