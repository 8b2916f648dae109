package io.verillm.cli;

import io.verillm.deploy.FoundedLog;
import io.verillm.deploy.NewParameters;
import io.verillm.events.ModelRegistered;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.log.ClosedEpoch;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code duties}: which flags workers owe from now on. */
@Command(
    name = "duties",
    description =
        "Says which flags workers owe and how long requests wait for workers that rest, and with any"
            + " other option sets it, by the coordinator's key; it counts from the epoch that seals"
            + " it. Where duties run a worker without --flag-access gets no task.")
final class DutiesCommand implements Callable<Integer> {
  /** An author, three checkers, and the fewest that make a second committee. */
  private static final int WORKERS_FOR_BAD_FLAGS = 7;

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private BootstrapOption bootstrap = new BootstrapOption();
  @Mixin private CoordinatorOption keys = new CoordinatorOption();
  @Mixin private DutyOption duties = new DutyOption();
  @Mixin private RestOption rest = new RestOption();

  DutiesCommand() {}

  @Override
  public Integer call() {
    KafkaAccess access = bootstrap.access(Principal.COORDINATOR);
    try {
      FoundedLog founded =
          FoundedLog.find(access)
              .orElseThrow(
                  () -> CommandFailure.unreachable("no log is founded here yet: ./verillm setup"));
      Parameters parameters = founded.parameters();
      if (duties.isGiven() || rest.isGiven()) {
        Parameters wanted = rest.in(duties.isGiven() ? duties.in(parameters) : parameters);
        notes(founded.registry(), wanted.duties()).forEach(System.err::println);
        if (!wanted.equals(parameters)) {
          parameters = NewParameters.set(founded, access, keys.signer(), wanted);
        }
      }
      spec.commandLine().getOut().println(text(parameters) + waits(parameters));
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    } catch (IllegalStateException e) {
      throw CommandFailure.bad(e.getMessage());
    } catch (KafkaException e) {
      throw CommandFailure.unreachable("the cluster refuses: " + e.getMessage());
    }
  }

  /** What speaks against these duties, for people. */
  static List<String> notes(RegistrySnapshot registry, DutyTerms terms) {
    List<RegisteredWorker> ready =
        registry.workers().values().stream().filter(RegisteredWorker::ready).toList();
    List<String> notes = new ArrayList<>();
    if (terms.run() && terms.bad() > 0) {
      Map<Hash, Set<String>> operators = new TreeMap<>();
      ready.forEach(worker ->
          worker
              .models()
              .forEach(model ->
                  operators.computeIfAbsent(model, any -> new HashSet<>()).add(worker.operator())));
      operators.forEach((model, of) -> {
        if (of.size() < WORKERS_FOR_BAD_FLAGS) {
          notes.add(
              ("note: %d operators have workers ready for the model %s; with fewer than %d no second"
                      + " committee confirms a BAD flag of it, and each one costs its worker a bond")
                  .formatted(of.size(), name(registry, model), WORKERS_FOR_BAD_FLAGS));
        }
      });
      if (operators.isEmpty()) {
        notes.add("note: no worker is ready yet");
      }
    }
    List<String> keyless =
        ready.stream()
            .filter(worker -> worker.vrfKey().isEmpty())
            .map(RegisteredWorker::id)
            .toList();
    if (terms.run() && !keyless.isEmpty()) {
      notes.add(
          "note: given no task until they start again with --flag-access: "
              + String.join(", ", keyless));
    }
    return notes;
  }

  private static String name(RegistrySnapshot registry, Hash model) {
    ModelRegistered registered = registry.models().get(model);
    return registered == null ? model.hex() : registered.getName();
  }

  private static String waits(Parameters parameters) {
    return parameters.waitTicks() > 0
        ? "; a request waits %d s for workers that rest"
            .formatted(parameters.waitTicks() * ClosedEpoch.TICK_MILLIS / 1_000)
        : "";
  }

  private static String text(Parameters parameters) {
    DutyTerms terms = parameters.duties();
    double percent = DutyTerms.PER_SLOTS / 100.0;
    return terms.run()
        ? "each %s min a worker owes up to %d flags a shard: %s %% BAD, %s %% GOOD, or as many as make %s %% of requests; opened within %s s"
            .formatted(
                terms.ticks() / DutyOption.TICKS_A_MINUTE,
                terms.slots(),
                terms.bad() / percent,
                terms.good() / percent,
                terms.share() / percent,
                parameters.flagTicks() * ClosedEpoch.TICK_MILLIS / 1_000)
        : parameters.flagTicks() > 0
            ? "nobody owes flags; those of before can be opened"
            : "nobody owes flags";
  }
}
