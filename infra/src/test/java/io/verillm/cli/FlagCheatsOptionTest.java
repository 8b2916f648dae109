package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.deploy.ClosingOrder;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.generate.LoadedModel;
import io.verillm.gpu.worker.FlagCheat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class FlagCheatsOptionTest {
  private static final EngineOptions CPU = EngineOptions.cpu();
  private static final ModelOption BUILT_IN = new ModelOption();
  private static LoadedModel model;

  @BeforeAll
  static void load() {
    new CommandLine(
            CommandSpec.create().addMixin("model", CommandSpec.forAnnotatedObject(BUILT_IN)))
        .parseArgs();
    model = BUILT_IN.open(CPU);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static List<String> opened(String... arguments) {
    FlagCheatsOption option = new FlagCheatsOption();
    new CommandLine(CommandSpec.create().addMixin("cheats", CommandSpec.forAnnotatedObject(option)))
        .parseArgs(arguments);
    try (ClosingOrder parts = new ClosingOrder()) {
      return option.open(parts, "w-01", model, BUILT_IN, CPU).stream()
          .map(FlagCheat::kind)
          .map(kind -> kind.label())
          .toList();
    }
  }

  @Test
  void shouldRunAllThatCheckersFind() {
    assertThat(opened())
        .containsExactlyInAnyOrder(
            "bf16-cast",
            "int8",
            "int4",
            "other-model",
            "skipped-layer",
            "fine-tuned",
            "edited-prompt",
            "early-stop",
            "wrong-temperature");
  }

  @Test
  void shouldRunThoseThatAreNamed() {
    assertThat(opened("--flag-cheats", "early-stop,int8,early-stop"))
        .containsExactly("early-stop", "int8");
  }

  @ParameterizedTest
  @CsvSource({
    "cheap-then-prefill, checkers miss it too often",
    "telepathy, no cheat 'telepathy'; there are [bf16-cast"
  })
  void shouldRefuseByNameWhatIsNotFound(String name, String why) {
    assertThatThrownBy(() -> opened("--flag-cheats", "int8," + name))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContainingAll("--flag-cheats", name, why);
  }
}
