package io.verillm.cli;

import io.verillm.aws.TaskProtection;
import io.verillm.deploy.ClosingOrder;
import io.verillm.deploy.FoundedLog;
import io.verillm.gpu.engine.EngineFailure;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.gpu.intake.IntakeKind;
import io.verillm.gpu.task.EngineInference;
import io.verillm.gpu.worker.CannotPlantFlags;
import io.verillm.gpu.worker.FlagSettings;
import io.verillm.gpu.worker.MissingTopic;
import io.verillm.gpu.worker.Worker;
import io.verillm.gpu.worker.WorkerSettings;
import io.verillm.models.InvalidModelException;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.flag.FlagAccounts;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code worker}: one process of a worker, until it is told to stop. */
@Command(
    name = "worker",
    description =
        "Takes a worker's tasks from a cluster until Ctrl-C or SIGTERM, which lets running tasks"
            + " end. The worker's topics and rights must be there: topics apply --workers ID"
            + " --acls.")
final class WorkerCommand implements Callable<Integer> {
  @Mixin private LogOption log = new LogOption();
  @Mixin private BootstrapOption bootstrap = new BootstrapOption();
  @Mixin private ModelOption model = new ModelOption();
  @Mixin private BatchOption engine = new BatchOption();
  @Mixin private WorkerFolder folder = new WorkerFolder();
  @Mixin private FlagsOption flags = new FlagsOption();
  @Mixin private SessionsOption sessions = new SessionsOption();

  @Option(
      names = "--id",
      paramLabel = "ID",
      required = true,
      description = "The worker's id: 1..32 of a-z, 0-9 and dash.")
  private String id = "";

  @Option(
      names = "--operator",
      paramLabel = "NAME",
      description =
          "Who runs it; workers of one operator never check each other (default: the id).")
  private @Nullable String operator;

  @Option(
      names = "--intake",
      paramLabel = "KIND",
      defaultValue = "share",
      description =
          "share: a share group; group: a consumer group, for brokers without share groups, such as"
              + " MSK (default: ${DEFAULT-VALUE}).")
  private IntakeKind intake = IntakeKind.SHARE;

  @Option(
      names = "--cheat",
      description =
          "Work with a model whose weights were changed at its import, for tests: what it computes"
              + " is not what its id says.")
  private boolean cheat;

  WorkerCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    KafkaAccess access = bootstrap.access(principal());
    try (ClosingOrder parts = new ClosingOrder()) {
      LoadedModel loaded = parts.add("model", model.open(engine.options()));
      WorkerFolder.Opened opened = parts.add("folder", folder.open(id));
      requireHonest(loaded.variant());
      FoundedLog founded = AppCommand.founded(access);
      founded.requireRegistered(model.name(), modelId(loaded), loaded.config().eosId());
      Optional<FlagSettings> planting = planting(parts, loaded, founded.registry());
      WorkerSettings settings =
          WorkerSettings.of(
                  id, opened.key(), opened.salt(), access, founded.catalogue(), intake::connect)
              .withOperator(operator == null ? id : operator)
              .withSessions(sessions(loaded, founded.registry()));
      planting.ifPresent(own -> {
        List<String> accounts = FlagAccounts.names(opened.salt());
        System.err.println(
            "worker %s plants flags; what pays for them needs funds: %s"
                .formatted(id, String.join(" ", accounts)));
        new FlagFunds(founded, accounts).tellOfPoorOnes(access, own.prompts());
      });
      Worker worker =
          new Worker(
              planting.map(settings::withFlags).orElse(settings),
              Map.of(
                  modelId(loaded), new EngineInference(loaded.engine(), loaded.config().eosId())),
              opened.evidence());
      return run(worker, loaded, access);
    } catch (MissingTopic
        | CannotPlantFlags
        | InvalidModelException
        | EngineFailure
        | IllegalStateException
        | UncheckedIOException e) {
      throw CommandFailure.unreachable(String.valueOf(e.getMessage()));
    } catch (KafkaException e) {
      throw CommandFailure.unreachable("the cluster refuses: " + e.getMessage());
    }
  }

  private int sessions(LoadedModel loaded, RegistrySnapshot registry) {
    int limit = registry.models().get(modelId(loaded)).getPositionLimit();
    return sessions.count(loaded.config(), loaded.engine().shape(), limit, folder.evidenceBytes());
  }

  private void requireHonest(Variant variant) {
    if (variant != Variant.FP32 && !cheat) {
      throw CommandFailure.usage(
          "the model's weights are the variant %s: a worker that uses it on purpose says --cheat"
              .formatted(variant.label()));
    }
  }

  private static Optional<String> stuck(Worker worker) {
    return worker.stuckFor().map(age -> "a task is in hand for " + age.toMinutes() + " minutes");
  }

  private static int run(Worker worker, LoadedModel loaded, KafkaAccess access)
      throws InterruptedException {
    worker.start();
    Heartbeat.watch(() -> stuck(worker));
    Optional<TaskProtection> protection = TaskProtection.start(System.getenv(), worker::isWorking);
    try {
      return UntilStopped.run(
          "worker %s takes tasks from %s under profile %s"
              .formatted(worker.id(), access, loaded.engine().shape().profile().id()),
          worker.ended(),
          worker::close);
    } finally {
      protection.ifPresent(TaskProtection::close);
    }
  }

  private Principal principal() {
    try {
      return Principal.worker(id);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("--id takes 1..32 of a-z, 0-9 and dash, not '" + id + "'");
    }
  }

  private static Hash modelId(LoadedModel loaded) {
    return loaded.engine().shape().modelId();
  }

  /** What it plants with, where it owes flags or was told to be ready for that. */
  private Optional<FlagSettings> planting(
      ClosingOrder parts, LoadedModel loaded, RegistrySnapshot registry) {
    Optional<String> reason = CannotPlantFlags.reason(id, registry);
    return flags.isGiven() || reason.isPresent()
        ? Optional.of(
            flags.open(
                parts, id, loaded, model, engine.options(), bootstrap, registry, reason.orElse("")))
        : Optional.empty();
  }
}
