package io.verillm.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.registry.RegisteredWitness;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackWitnessesTest {
  private static final RegisteredWitness ALICE =
      new RegisteredWitness(
          "alice",
          SigningKey.fromSeed(Hashing.hash("key").bytes()).publicKey(),
          VrfKey.fromSeed(Hashing.hash("vrf").bytes()).publicKey());

  @Test
  void shouldReadBackANameAndNothingElse() {
    assertThat(RegisteredWitness.parse(ALICE.name())).contains(ALICE);

    for (String other :
        List.of(
            "",
            "alice",
            "alice:00:00",
            "A:" + ALICE.name().substring(6),
            ALICE.name() + ":",
            ALICE.name().substring(0, ALICE.name().length() - 2))) {
      assertThat(RegisteredWitness.parse(other)).as(other).isEmpty();
    }
  }

  @Test
  void shouldNeedAWitnessAndEachOnce() {
    assertThatIllegalArgumentException().isThrownBy(() -> new StackWitnesses(0, List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new StackWitnesses(-1, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StackWitnesses(1, List.of("nobody")))
        .withMessageContaining("nobody");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StackWitnesses(0, List.of(ALICE.name(), ALICE.name())))
        .withMessageContaining("twice");
  }

  @Test
  void shouldKeepItsWitnessesWithThePlan(@TempDir Path directory) {
    StackFolder folder = new StackFolder(directory);
    StackPlan plan = StackPlan.of(4, true, 7).with(new StackWitnesses(1, List.of(ALICE.name())));

    plan.keptIn(folder);

    assertThat(StackPlan.of(folder)).isEqualTo(plan);
    assertThat(StackPlan.of(folder).witnesses().allIds()).containsExactly("witness-1", "alice");
  }

  @Test
  void shouldGiveAPlanOfTheFirstKindTwoWitnesses(@TempDir Path directory) {
    StackFolder folder = new StackFolder(directory);
    StackFolder.write(folder.plan(), "{\"seed\":1,\"behaviours\":{\"w-01\":\"honest\"}}");

    assertThat(StackPlan.of(folder).witnesses()).isEqualTo(StackWitnesses.LOCAL);
  }
}
