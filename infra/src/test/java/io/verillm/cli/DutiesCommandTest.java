package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DutiesCommandTest {
  private static final VerifyKey KEY = SigningKey.fromSeed(new byte[32]).publicKey();
  private static final Hash MANY = Hashing.hash("test", new byte[] {1});
  private static final Hash FEW = Hashing.hash("test", new byte[] {2});
  private static final DutyTerms TERMS = new DutyTerms(2_400, 4, 200, 700);

  private final TreeMap<String, RegisteredWorker> workers = new TreeMap<>();

  @Test
  void shouldCountTheOperatorsOfEachModelByThemselves() {
    for (int n = 0; n < 7; n++) {
      add("m-" + n, "operator-" + n, MANY);
      add("f-" + n, "operator-" + n % 4, FEW);
    }

    assertThat(DutiesCommand.notes(registry(), TERMS))
        .singleElement()
        .asString()
        .contains("4 operators", FEW.hex(), "fewer than 7");
  }

  @Test
  void shouldSayNothingWhereEachModelHasEnough() {
    for (int n = 0; n < 7; n++) {
      add("m-" + n, "operator-" + n, MANY);
    }

    assertThat(DutiesCommand.notes(registry(), TERMS)).isEmpty();
  }

  @Test
  void shouldSayThatNobodyIsReady() {
    assertThat(DutiesCommand.notes(registry(), TERMS)).singleElement().asString().contains("ready");
  }

  private void add(String id, String operator, Hash model) {
    workers.put(
        id,
        new RegisteredWorker(
            id,
            operator,
            KEY,
            Optional.of(VrfKey.fromSeed(new byte[32]).publicKey()),
            true,
            Set.of(model),
            "cpu",
            1));
  }

  private RegistrySnapshot registry() {
    RegistrySnapshot empty = RegistrySnapshot.empty();
    return new RegistrySnapshot(
        9,
        empty.coordinator(),
        workers,
        empty.witnesses(),
        empty.models(),
        empty.calibrations(),
        empty.parameters(),
        empty.encryptionKeys(),
        empty.pinned());
  }
}
