package io.verillm.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.SigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final SigningKey LOG = key("log");
  private static final SigningKey WITNESS = key("witness");
  private static final NoteKey LOG_KEY = NoteKey.ofLog(LOG.publicKey());
  private static final NoteKey WITNESS_KEY = NoteKey.ofWitness("w-1", WITNESS.publicKey());
  private static final long SECONDS = 1_760_000_000;

  private static SigningKey key(String seed) {
    return SigningKey.fromSeed(Hashing.sha256(seed.getBytes(StandardCharsets.UTF_8)).bytes());
  }

  private static String golden() {
    try (InputStream note = CheckpointTest.class.getResourceAsStream("/vectors/checkpoint.txt")) {
      return new String(note.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SignedCheckpoint parsed() {
    return SignedCheckpoint.parse(golden()).orElseThrow();
  }

  @Test
  void shouldWriteTheNoteOfTheSecondImplementation() {
    Checkpoint checkpoint = parsed().checkpoint();

    SignedCheckpoint signed =
        new SignedCheckpoint(
            checkpoint,
            List.of(
                NoteKey.sign(LOG, checkpoint),
                NoteKey.cosign("w-1", WITNESS, checkpoint, SECONDS)));

    assertThat(signed.text()).isEqualTo(golden());
    assertThat(checkpoint.origin()).isEqualTo(Checkpoint.originOf(LOG.publicKey()));
    assertThat(checkpoint.size()).isEqualTo(13);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/checkpoint_keys.csv", numLinesToSkip = 1)
  void shouldNameKeysAsTheSecondImplementationDoes(String key, String line) {
    assertThat(Map.of("log", LOG_KEY, "witness", WITNESS_KEY).get(key).line()).isEqualTo(line);
  }

  @Test
  void shouldHoldForTheKeysThatSignedAlone() {
    SignedCheckpoint signed = parsed();

    assertThat(signed.isSignedBy(LOG_KEY)).isTrue();
    assertThat(signed.isSignedBy(WITNESS_KEY)).isTrue();
    assertThat(signed.isSignedBy(NoteKey.ofLog(WITNESS.publicKey()))).isFalse();
    assertThat(signed.isSignedBy(NoteKey.ofWitness("w-2", WITNESS.publicKey()))).isFalse();
    assertThat(signed.isSignedBy(NoteKey.ofWitness("w-1", LOG.publicKey()))).isFalse();
  }

  @Test
  void shouldNotHoldForAnotherHead() {
    SignedCheckpoint signed = parsed();
    Checkpoint head = signed.checkpoint();

    for (Checkpoint other :
        List.of(
            new Checkpoint(head.origin(), 14, head.root()),
            new Checkpoint(head.origin(), 13, new Hash(new byte[32])),
            new Checkpoint("verillm/log/other", 13, head.root()))) {
      SignedCheckpoint moved = new SignedCheckpoint(other, signed.signatures());
      assertThat(moved.isSignedBy(LOG_KEY)).isFalse();
      assertThat(moved.isSignedBy(WITNESS_KEY)).isFalse();
    }
  }

  @Test
  void shouldCoverTheTimeOfACosignature() {
    NoteSignature signature = parsed().signatures().get(1);
    byte[] later = signature.signature().clone();
    later[7]++;

    assertThat(
            WITNESS_KEY.verifies(
                parsed().checkpoint(),
                new NoteSignature(signature.name(), signature.keyId(), later)))
        .isFalse();
  }

  @Test
  void shouldNotHoldWithAnyByteOfTheNoteChanged() {
    String note = golden();
    for (int i = 0; i < note.length(); i++) {
      String changed = note.substring(0, i) + (char) (note.charAt(i) ^ 1) + note.substring(i + 1);
      boolean both =
          SignedCheckpoint.parse(changed)
              .filter(c -> c.isSignedBy(LOG_KEY) && c.isSignedBy(WITNESS_KEY))
              .isPresent();
      assertThat(both).as("byte %d", i).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "a\n1\n",
        "a\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n+1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        "a\n1\nAAAA\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "a\r\n1\r\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n",
        "a b\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nmore\n"
      })
  void shouldReadNoOtherSpelling(String text) {
    assertThat(Checkpoint.parse(text)).isEmpty();
    assertThat(SignedCheckpoint.parse(text)).isEmpty();
    assertThat(SignedCheckpoint.parse(text + "\n\u2014 a AAAAAAAA\n")).isEmpty();
  }

  @Test
  void shouldReadTheSpellingThatTheOthersMiss() {
    assertThat(Checkpoint.parse("a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"))
        .contains(new Checkpoint("a", 1, new Hash(new byte[32])));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a+b", "a\u00a0b", "a\nb", "a\u2028b"})
  void shouldRefuseNamesThatWouldReadAsSomethingElse(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Checkpoint(name, 0, new Hash(new byte[32])));
  }
}
