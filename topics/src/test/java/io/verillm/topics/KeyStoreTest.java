package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyStoreTest {
  @TempDir Path parent;
  private Path directory;

  @BeforeEach
  void nameDirectory() {
    directory = parent.resolve("keys");
  }

  @Test
  void shouldLoadWhatItMadeBefore() {
    KeyStore first = new KeyStore(directory, new Random(1));
    KeyStore second = new KeyStore(directory, new Random(2));

    assertThat(second.signing("w-01").publicKey()).isEqualTo(first.signing("w-01").publicKey());
    assertThat(first.vrf("w-01").publicKey()).isEqualTo(second.vrf("w-01").publicKey());
    assertThat(first.salt("w-01")).isEqualTo(second.salt("w-01")).hasSize(32);
    assertThat(first.signing("w-02").publicKey()).isNotEqualTo(first.signing("w-01").publicKey());
  }

  @Test
  void shouldLetNobodyElseReadAKey() throws IOException {
    new KeyStore(directory, new Random(1)).signing("coordinator");

    assertThat(Files.getPosixFilePermissions(directory.resolve("coordinator.ed25519")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void shouldRefuseAKeyThatOthersMayRead() throws IOException {
    KeyStore keys = new KeyStore(directory, new Random(1));
    keys.signing("coordinator");
    Files.setPosixFilePermissions(
        directory.resolve("coordinator.ed25519"), PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> keys.signing("coordinator"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("coordinator.ed25519")
        .hasMessageContaining("others may read it");
  }

  @Test
  void shouldRefuseAFileThatIsNoKeyWithoutShowingIt() throws IOException {
    KeyStore keys = new KeyStore(directory, new Random(1));
    keys.signing("coordinator");
    Files.writeString(directory.resolve("coordinator.ed25519"), "secret?");

    assertThatThrownBy(() -> keys.signing("coordinator"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("64 hexadecimal digits")
        .hasMessageNotContaining("secret?");
  }

  @Test
  void shouldRefuseANameThatLeavesTheDirectory() {
    assertThatThrownBy(() -> new KeyStore(directory, new Random(1)).signing("../x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("../x");
  }
}
