package io.verillm.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.gpu.intake.IntakeKind;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackPlanTest {
  @TempDir private Path home;

  @Test
  void shouldLetTwoOfTenWorkersCheat() {
    assertThat(StackPlan.of(10, false, 1).behaviours())
        .hasSize(10)
        .containsEntry("w-01", "honest")
        .containsEntry("w-03", "int8")
        .containsEntry("w-07", "lazy");
  }

  @Test
  void shouldLetNobodyCheatWhereAllAreHonest() {
    assertThat(StackPlan.of(10, true, 1).behaviours().values()).containsOnly("honest");
  }

  @Test
  void shouldKeepThePlanOfAFolderWhateverIsAskedLater() {
    StackFolder folder = new StackFolder(home.resolve("data"));
    StackPlan first = StackPlan.of(4, false, 7).keptIn(folder);

    StackPlan second = StackPlan.of(9, true, 8).keptIn(folder);

    assertThat(second).isEqualTo(first);
    assertThat(StackPlan.of(folder)).isEqualTo(first);
  }

  @Test
  void shouldRefuseMoreWorkersThanOneMachineRuns() {
    assertThatThrownBy(() -> StackPlan.of(51, false, 1)).hasMessageContaining("51");
  }

  @Test
  void shouldWarnOfTooFewWorkersForASecondRound() {
    assertThat(StackPlan.of(10, true, 1).warning()).isEmpty();
    assertThat(StackPlan.of(5, true, 1).warning().orElseThrow())
        .contains("with 5 workers", "INCONCLUSIVE");
  }

  @Test
  void shouldTakeShareGroupsWhereAnOldPlanDoesNotSay(@TempDir Path folder) {
    StackFolder stack = new StackFolder(folder);
    StackFolder.write(stack.plan(), "{\"seed\":1,\"behaviours\":{\"w-01\":\"honest\"}}");

    assertThat(StackPlan.of(stack).intake()).isEqualTo(IntakeKind.SHARE);
    assertThat(StackPlan.of(5, true, 1).with(IntakeKind.GROUP).intake())
        .isEqualTo(IntakeKind.GROUP);
  }

  @Test
  void shouldSayWhatToDoWhereADiskIsFullOrAFolderInUse(@TempDir Path folder) {
    StackFolder stack = new StackFolder(folder);

    assertThatThrownBy(() -> Room.require(folder, 12L << 20))
        .isInstanceOf(StackFailed.class)
        .hasMessageContaining("12 MiB left")
        .hasMessageContaining("--data");
    assertThatThrownBy(() -> Room.check(stack, true))
        .isInstanceOf(StackFailed.class)
        .hasMessageContaining("another process")
        .hasMessageContaining("--data");
    assertThat(StackFailed.of(folder, new IOException("No space left on device")))
        .hasMessageContaining("full");
  }

  @Test
  void shouldLeaveLongerToOpenAFlagThanInADemo() {
    StackPlan plain = StackPlan.of(StackPlan.WORKERS_FOR_TWO_ROUNDS, true, 1);

    assertThat(plain.parameters().flagTicks()).isZero();
    assertThat(plain.withFlags(StackPlan.DUTY_TICKS).parameters().flagTicks()).isEqualTo(64);
    assertThat(plain.withFlags(StackPlan.DEMO_DUTY_TICKS).parameters().flagTicks()).isEqualTo(16);
  }
}
