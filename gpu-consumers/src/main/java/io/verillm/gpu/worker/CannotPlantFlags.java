package io.verillm.gpu.worker;

import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.List;
import java.util.Optional;

/**
 * A worker cannot start because it would owe flags that it is not set up to plant: it would lose
 * their bonds, or be given no task (protocol, section 11.6).
 */
public final class CannotPlantFlags extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private CannotPlantFlags(String message) {
    super(message);
  }

  /** For a prompt in which checkers would find none of its cheats. */
  static CannotPlantFlags noCheat(List<FlagCheat> cheats, FlagPrompt prompt) {
    return new CannotPlantFlags(
        "none of %s is found by checkers of this log in a text of %d tokens at temperature %s by model %s, so its BAD flags could not be planted"
            .formatted(
                cheats.stream().map(cheat -> cheat.kind().label()).toList(),
                prompt.maxTokens(),
                prompt.temperature(),
                prompt.modelId().hex()));
  }

  /** Refuses a worker that plants nothing where it owes flags, or would have to. */
  static void check(WorkerSettings settings, RegistrySnapshot registry) {
    Optional<String> reason = reason(settings.id(), registry);
    if (settings.flags().isEmpty() && reason.isPresent()) {
      throw new CannotPlantFlags(reason.get());
    }
  }

  /** Why a worker cannot do without planting flags on this log; empty where it can. */
  public static Optional<String> reason(String worker, RegistrySnapshot registry) {
    RegisteredWorker known = registry.workers().get(worker);
    if (Optional.ofNullable(known).flatMap(RegisteredWorker::vrfKey).isPresent()) {
      return Optional.of(
          "worker %s has registered a VRF key, by which it owes flags, and cannot plant them here:"
                  .formatted(worker)
              + " each one would cost it a bond");
    }
    return registry
        .parameters()
        .filter(p -> DutyTerms.of(p).run())
        .map(p ->
            "workers of this log plant flags, which worker %s cannot: it would be given no task"
                .formatted(worker));
  }
}
