package io.verillm.gpu.worker;

import io.verillm.gpu.task.Inference;
import io.verillm.protocol.draw.RandomStream;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.protocol.flag.PlantedFlag;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.List;

/**
 * Which cheat each BAD flag of a worker runs. It is drawn by the worker's secret, behind the prompt
 * and among all that checkers find in it: so a request tells nothing of its cheat, nor whether it
 * is a flag.
 */
final class CheatDraw {
  private final List<FlagCheat> cheats;
  private final RegistrySnapshot registry;

  private CheatDraw(List<FlagCheat> cheats, RegistrySnapshot registry) {
    this.cheats = cheats;
    this.registry = registry;
  }

  /**
   * For flags that are judged by the calibrations of this registry; which cheat a flag runs follows
   * from these as long as the worker runs.
   *
   * @throws CannotPlantFlags if no cheat is found in what a prompt asks for
   */
  static CheatDraw of(FlagSettings flags, RegistrySnapshot registry) {
    CheatDraw draw = new CheatDraw(flags.cheats(), registry);
    for (FlagPrompt prompt : flags.prompts()) {
      if (draw.suiting(prompt).isEmpty()) {
        throw CannotPlantFlags.noCheat(flags.cheats(), prompt);
      }
    }
    return draw;
  }

  /**
   * What a flag runs.
   *
   * @param label the cheat's name
   * @param inference how it computes the flag's answer
   */
  record Drawn(String label, Inference inference) {}

  /** The same for the same flag. */
  Drawn of(PlantedFlag flag) {
    RandomStream draws = new RandomStream(flag.draws());
    List<FlagCheat> suiting = suiting(flag.prompt());
    FlagCheat cheat = suiting.get(draws.below(suiting.size()));
    return new Drawn(cheat.kind().label(), cheat.inference(flag.prompt(), draws));
  }

  private List<FlagCheat> suiting(FlagPrompt prompt) {
    return cheats.stream().filter(cheat -> cheat.suits(prompt, isCalibrated(cheat))).toList();
  }

  private boolean isCalibrated(FlagCheat cheat) {
    String profile = cheat.shape().profile().id();
    return registry.calibration(cheat.shape().modelId(), profile, profile).isPresent();
  }
}
