package io.verillm.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.aws.FakeAws.Answer;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

class PartySecretTest {
  private static final String SEED = "01".repeat(32);
  private static final String SALT = "02".repeat(32);
  private static FakeAws aws;
  private static SecretsManagerClient client;

  @BeforeAll
  static void start() throws Exception {
    aws = new FakeAws();
    client = aws.clients().secrets();
  }

  @AfterAll
  static void stop() {
    client.close();
    aws.close();
  }

  private static void holds(String text) {
    aws.on(
        "GetSecretValue",
        request ->
            request.path("SecretId").asText().equals("verillm/w-01")
                ? Answer.ok(Map.of("Name", "verillm/w-01", "SecretString", text))
                : Answer.error("ResourceNotFoundException"));
  }

  @Test
  void shouldReadKeysAndSalt() {
    holds("{\"ed25519\":\"%s\",\"vrf\":\"%s\",\"salt\":\"%s\"}".formatted(SEED, SEED, SALT));

    PartySecret secret = PartySecret.of(client, "verillm/w-01");

    byte[] seed = new byte[32];
    java.util.Arrays.fill(seed, (byte) 1);
    assertThat(secret.signing().publicKey()).isEqualTo(SigningKey.fromSeed(seed).publicKey());
    assertThat(secret.vrf().publicKey()).isEqualTo(VrfKey.fromSeed(seed).publicKey());
    assertThat(secret.salt()).containsOnly(2).hasSize(32);
    assertThat(secret.toString()).doesNotContain(SALT).doesNotContain(SEED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter2",
        "{}",
        "{\"ed25519\":\"hunter2\",\"salt\":\"hunter2\"}",
        "{\"ed25519\":\"0101\",\"salt\":\"0202\"}"
      })
  void shouldSayWhatIsMissingAndNeverWhatIsThere(String text) {
    holds(text);
    assertThatThrownBy(() -> PartySecret.of(client, "verillm/w-01").signing())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("verillm/w-01")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void shouldAskForAVrfKeyOnlyWhereOneIsNeeded() {
    holds("{\"ed25519\":\"%s\",\"salt\":\"%s\"}".formatted(SEED, SALT));

    PartySecret secret = PartySecret.of(client, "verillm/w-01");

    assertThat(secret.signing()).isNotNull();
    assertThatThrownBy(secret::vrf).hasMessageContaining("'vrf'");
  }

  @Test
  void shouldPassOnThatThereIsNoSuchSecret() {
    holds("{}");
    assertThatThrownBy(() -> PartySecret.of(client, "other"))
        .isInstanceOf(ResourceNotFoundException.class);
  }
}
