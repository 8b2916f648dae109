package io.verillm.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.FundAccount;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.registry.RegisteredWorker;
import io.verillm.protocol.registry.RegistrySnapshot;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FirstFundsTest {
  private static final VerifyKey OWN = key(1);
  private static final VerifyKey ANOTHERS = key(2);
  private static final String STAKE = "stake:w-11@" + OWN.hex();

  @Test
  void shouldPayAStakeOnceWhenItsWorkerHasRegistered() {
    FirstFunds funds = new FirstFunds(Map.of(Payee.parse(STAKE), 30L));

    assertThat(funds.due(registry("w-12", OWN))).isEmpty();
    assertThat(funds.due(registry("w-11", OWN)))
        .containsExactly(new FundAccount("fund/stake:w-11", "stake:w-11", 30L));
    assertThat(funds.due(registry("w-11", OWN))).isEmpty();
  }

  @Test
  void shouldPayNothingToAnotherKeyThatCameFirst() {
    FirstFunds funds = new FirstFunds(Map.of(Payee.parse(STAKE), 30L));

    assertThat(funds.due(registry("w-11", ANOTHERS))).isEmpty();
    assertThat(funds.due(registry("w-11", OWN))).isEmpty();
    assertThat(Payee.parse(STAKE).fault(registry("w-11", ANOTHERS)))
        .contains("stake:w-11", OWN.hex(), ANOTHERS.hex());
  }

  @Test
  void shouldWaitForNobodyWithWhatIsNoStake() {
    FirstFunds funds = new FirstFunds(Map.of(Payee.parse("treasury"), 7L));

    assertThat(funds.due(RegistrySnapshot.empty()))
        .containsExactly(new FundAccount("fund/treasury", "treasury", 7L));
  }

  @Test
  void shouldRefuseAStakeThatNamesNoKey() {
    for (String text :
        new String[] {"stake:w-11", "stake:w-11@", "stake:w-11@0x12", "treasury@1"}) {
      assertThatThrownBy(() -> Payee.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(text.replaceFirst("@.*", ""));
    }
  }

  private static RegistrySnapshot registry(String id, VerifyKey key) {
    RegistrySnapshot empty = RegistrySnapshot.empty();
    TreeMap<String, RegisteredWorker> workers = new TreeMap<>();
    workers.put(id, new RegisteredWorker(id, id, key, Optional.empty(), false, Set.of(), "", -1));
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

  private static VerifyKey key(int seed) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) seed;
    return SigningKey.fromSeed(bytes).publicKey();
  }
}
