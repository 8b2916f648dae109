package io.verillm.cli;

import io.verillm.cli.KeysOption.PartyKeys;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.log.LogFault;
import io.verillm.protocol.log.NoteKey;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.streams.log.LastCosigned;
import io.verillm.streams.log.Witness;
import io.verillm.streams.log.WitnessKeys;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RegistryReader;
import io.verillm.topics.access.Principal;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code witness}: checks and cosigns one log's seals until it is told to stop. */
@Command(
    name = "witness",
    description =
        "Checks every seal of a log against its records and cosigns it, until Ctrl-C. Without keys"
            + " it makes some; --name prints what a coordinator names them by.")
final class WitnessCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration REGISTRY_MAX = Duration.ofSeconds(20);

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private BootstrapOption bootstrap = new BootstrapOption();

  @Option(
      names = "--id",
      paramLabel = "ID",
      required = true,
      description = "The witness' id: 1..32 of a-z, 0-9 and dash.")
  private String id = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of its keys and of what it cosigned last (default: data/witnesses/ID).")
  private @Nullable Path data;

  @Mixin private KeysOption keys = new KeysOption();

  @Option(names = "--name", description = "Print the witness' name and end.")
  private boolean nameOnly;

  WitnessCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (!id.matches("[a-z0-9-]{1,32}")) {
      throw CommandFailure.usage("--id takes 1..32 of a-z, 0-9 and dash, not '" + id + "'");
    }
    WitnessKeys own = keys();
    if (nameOnly) {
      spec.commandLine().getOut().println(own.registered().name());
      return ExitCode.OK;
    }
    Optional<VerifyKey> pinned = bootstrap.coordinatorKey();
    KafkaAccess access = bootstrap.whosever(Principal.witness(id));
    say("witness " + own.registered().name());
    say("checkpoint key " + NoteKey.ofWitness(id, own.key().publicKey()).line());
    RegisteredCoordinator coordinator = coordinator(access);
    if (pinned.filter(key -> !key.equals(coordinator.key())).isPresent()) {
      throw CommandFailure.bad(
          "the log's coordinator has the key %s, not the one of --coordinator-key"
              .formatted(coordinator.key().hex()));
    }
    if (!coordinator.witnesses().contains(own.registered())) {
      say("the coordinator does not name this witness: it closes no epoch");
    }
    try (Witness witness =
        Witness.start(
            access,
            Catalogue.of(coordinator.shards()),
            own,
            coordinator.key(),
            Clock.systemUTC(),
            new LastCosigned(folder().resolve("log").resolve(coordinator.key().hex())))) {
      say("checking the log of " + coordinator.key().hex() + "; Ctrl-C stops");
      return watch(witness);
    } catch (IllegalStateException | UncheckedIOException | KafkaException e) {
      throw CommandFailure.unreachable(String.valueOf(e.getMessage()));
    }
  }

  /** Tells of refused seals while the witness runs. */
  private int watch(Witness witness) throws InterruptedException {
    StopSignal.stopsBy(status -> stop(witness));
    Map<LogFault, Long> told = Map.of();
    while (true) {
      try {
        witness.ended().get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        StopSignal.leaveIfReceived();
        return ExitCode.OK;
      } catch (TimeoutException running) {
        Map<LogFault, Long> faults = witness.faults();
        if (!faults.equals(told)) {
          say("seals not cosigned, or late: " + faults);
          told = faults;
        }
      } catch (ExecutionException e) {
        throw CommandFailure.unreachable("the witness stopped: " + e.getCause().getMessage());
      }
    }
  }

  private static int stop(Witness witness) {
    witness.close();
    return ExitCode.OK;
  }

  /** Waits until there is a coordinator. */
  private static RegisteredCoordinator coordinator(KafkaAccess access) {
    try (RegistryReader registry = RegistryReader.open(access)) {
      Optional<RegisteredCoordinator> found = registry.refresh(REGISTRY_MAX).coordinator();
      if (found.isEmpty()) {
        say("waiting for a coordinator to register");
      }
      while (found.isEmpty()) {
        found = registry.poll(LOOK).coordinator();
      }
      return found.get();
    } catch (KafkaException e) {
      throw CommandFailure.unreachable("the registry cannot be read: " + e.getMessage());
    }
  }

  private WitnessKeys keys() {
    PartyKeys own = keys.open(folder().resolve("keys"), id);
    try {
      return new WitnessKeys(id, own.signing().get(), own.vrf().get());
    } catch (UncheckedIOException | IllegalArgumentException e) {
      throw CommandFailure.unreachable(String.valueOf(e.getMessage()));
    }
  }

  private Path folder() {
    return data == null ? DataOption.witness(id) : data;
  }

  private static void say(String line) {
    System.err.println(line);
  }
}
