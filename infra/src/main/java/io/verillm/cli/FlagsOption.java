package io.verillm.cli;

import io.verillm.deploy.ClosingOrder;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.gpu.worker.FlagSettings;
import io.verillm.local.SamplePrompts;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code --flag-access}, {@code --flag-prompts} and {@code --flag-cheats}: how a worker plants
 * flags.
 */
final class FlagsOption {
  private static final String ACCESS = "--flag-access";

  @Option(
      names = ACCESS,
      paramLabel = "FILE",
      description =
          "Plant flags, and post them as this user, the poster: as --access says it. Not as the"
              + " worker, by whose user whoever sees the brokers' users would know them.")
  private @Nullable String access;

  @Option(
      names = FlagPromptsFile.OPTION,
      paramLabel = GivenText.LABEL,
      description =
          "What flags ask for, one JSON object a line: prompt and, if wanted, maxTokens,"
              + " temperature, topK, topP, checkers, handovers (default, for the built-in model"
              + " alone: prompts that everybody knows).")
  private @Nullable String prompts;

  @Mixin private FlagCheatsOption cheats = new FlagCheatsOption();

  FlagsOption() {}

  /** Whether flags are to be planted, even where nobody owes any yet. */
  boolean isGiven() {
    return access != null;
  }

  /**
   * With what this worker plants.
   *
   * @param parts closes what cheats run
   * @param registry by whose model and parameters what flags ask for must be admitted
   * @param reason why it has to, for who did not say as whom
   * @throws CommandFailure if something is missing for it
   */
  FlagSettings open(
      ClosingOrder parts,
      String worker,
      LoadedModel own,
      ModelOption model,
      EngineOptions options,
      BootstrapOption bootstrap,
      RegistrySnapshot registry,
      String reason) {
    KafkaAccess poster =
        bootstrap
            .second(ACCESS, access, Principal.POSTER)
            .orElseThrow(
                () -> CommandFailure.unreachable(reason + "; " + ACCESS + " says as whom"));
    List<FlagPrompt> asked =
        prompts(
            own.engine().shape().modelId(), model.isBuiltIn(), FlagPromptCheck.of(own, registry));
    return new FlagSettings(poster, asked, cheats.open(parts, worker, own, model, options));
  }

  private List<FlagPrompt> prompts(Hash modelId, boolean builtIn, FlagPromptCheck check) {
    if (prompts != null) {
      return FlagPromptsFile.read(prompts, modelId, check::fault);
    }
    if (!builtIn) {
      throw CommandFailure.usage(
          "flags of a model of your own ask what its requesters ask: %s %s says what"
              .formatted(FlagPromptsFile.OPTION, GivenText.LABEL));
    }
    System.err.println(
        "note: flags ask prompts that everybody can look up, so a checker can tell them;"
            + " --flag-prompts gives others");
    List<FlagPrompt> known = SamplePrompts.flags(modelId);
    known.stream()
        .flatMap(prompt -> check.fault(prompt).stream())
        .findFirst()
        .ifPresent(wrong -> {
          throw CommandFailure.usage("flags need --flag-prompts here: " + wrong);
        });
    return known;
  }
}
