package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.protocol.crypto.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaAccessTest {
  private static final SigningKey COORDINATOR = SigningKey.fromSeed(new byte[32]);

  @TempDir Path folder;

  @Test
  void shouldReadWhoseLogItMustBeFromTheFileAndTellKafkaNothingOfIt() throws IOException {
    Path file = folder.resolve("requester.properties");
    Files.writeString(
        file,
        "security.protocol=PLAINTEXT\nverillm.coordinator.key=" + COORDINATOR.publicKey().hex());

    KafkaAccess access = KafkaAccess.ofFile("localhost:9092", file);

    assertThat(access).isEqualTo(plain().trusting(COORDINATOR.publicKey()));
    assertThat(access.settings()).containsOnlyKeys("bootstrap.servers", "security.protocol");
  }

  @Test
  void shouldRefuseAKeyThatIsNone() {
    assertThatThrownBy(
            () -> new KafkaAccess("localhost:9092", Map.of("verillm.coordinator.key", "ab")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not 'ab'");
  }

  private static KafkaAccess plain() {
    return new KafkaAccess("localhost:9092", Map.of("security.protocol", "PLAINTEXT"));
  }
}
