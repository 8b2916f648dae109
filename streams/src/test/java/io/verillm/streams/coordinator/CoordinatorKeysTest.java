package io.verillm.streams.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.draw.Draws;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CoordinatorKeysTest {
  private static final String REQUEST = "019abc00-0000-7000-8000-000000000001";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldDeriveWhatTheGoldenFileSays() throws IOException {
    byte[] seed = new byte[Hash.LENGTH];
    CoordinatorKeys keys =
        new CoordinatorKeys(SigningKey.fromSeed(seed), VrfKey.fromSeed(seed), bytes("secret"));

    assertThat(
            Files.readAllLines(
                Path.of("..", "protocol/src/test/resources/vectors/coordinator_macs.csv")))
        .containsExactly(
            "name,value",
            "prompt-salt," + keys.promptSalt(REQUEST).hex(),
            "nonce," + keys.nonce(Draws.taskId(Hashing.sha256(bytes("vrf")))).hex(),
            "handovers," + keys.handovers(REQUEST).hex(),
            "author," + keys.author(REQUEST, 1, 2).hex());
  }
}
