package io.verillm.protocol.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.Hashing;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
  private static final byte[] SECRET = HashInput.of("secret").hash().bytes();
  private static final Hash CONTEXT = HashInput.of("context").hash();
  private static final byte[] TEXT = {1, 2, 3, 4, 5};
  private static final DecryptionKey ANN = key("ann");
  private static final DecryptionKey BEN = key("ben");

  @Test
  void shouldBeReadByEveryReaderAndNobodyElse() {
    Envelope envelope = Envelope.seal(SECRET, CONTEXT, TEXT, readers());

    assertThat(envelope.open(ANN, "ann", CONTEXT, readers())).contains(TEXT);
    assertThat(envelope.open(BEN, "ben", CONTEXT, readers())).contains(TEXT);
    assertThat(envelope.open(key("eve"), "ann", CONTEXT, readers())).isEmpty();
    assertThat(envelope.open(key("eve"), "eve", CONTEXT, readers())).isEmpty();
    assertThat(Arrays.copyOf(envelope.ciphertext(), TEXT.length)).isNotEqualTo(TEXT);
  }

  @ParameterizedTest
  @CsvFileSource(
      resources = "/vectors/envelopes.csv",
      numLinesToSkip = 1,
      maxCharsPerColumn = 4_096)
  void shouldGiveTheGoldenValues(@Nullable String text, String name, String value) {
    SortedMap<String, EncryptionKey> readers = new TreeMap<>();
    for (String reader : List.of("coordinator", "requester", "worker:w-1")) {
      readers.put(reader, golden(reader).publicKey());
    }
    byte[] plain = HexFormat.of().parseHex(text == null ? "" : text);
    Envelope envelope =
        Envelope.seal(
            Hashing.sha256(HashInput.utf8("sender")).bytes(),
            Hashing.sha256(HashInput.utf8("context")),
            plain,
            readers);
    String[] what = name.split(" ");
    byte[] made =
        switch (what[0]) {
          case "key" -> readers.get(what[1]).bytes();
          case "wrap" -> envelope.wraps().get(what[1]);
          case "digest" -> envelope.digest().bytes();
          default -> envelope.ciphertext();
        };

    assertThat(HexFormat.of().formatHex(made)).isEqualTo(value);
  }

  private static DecryptionKey golden(String name) {
    return DecryptionKey.fromSeed(Hashing.sha256(HashInput.utf8(name)).bytes());
  }

  @Test
  void shouldNotBeReadUnderAnotherContext() {
    Envelope envelope = Envelope.seal(SECRET, CONTEXT, TEXT, readers());

    assertThat(envelope.open(ANN, "ann", HashInput.of("other").hash(), readers())).isEmpty();
  }

  @Test
  void shouldBeRefusedByAllWhereOneReaderCouldNotOpenIt() {
    Envelope good = Envelope.seal(SECRET, CONTEXT, TEXT, readers());
    TreeMap<String, byte[]> wraps = new TreeMap<>(good.wraps());
    byte[] broken = wraps.get("ben").clone();
    broken[60] ^= 1;
    wraps.put("ben", broken);
    Envelope bad = new Envelope(good.digest(), wraps, good.ciphertext());

    assertThat(bad.open(ANN, "ann", CONTEXT, readers())).isEmpty();
  }

  @Test
  void shouldBeRefusedWhereAReaderIsMissing() {
    TreeMap<String, EncryptionKey> fewer = new TreeMap<>(readers());
    fewer.remove("ben");
    Envelope envelope = Envelope.seal(SECRET, CONTEXT, TEXT, fewer);

    assertThat(envelope.open(ANN, "ann", CONTEXT, readers())).isEmpty();
    assertThat(envelope.open(ANN, "ann", CONTEXT, fewer)).contains(TEXT);
  }

  @Test
  void shouldBeTheSameForTheSameTextAndNeverShareAKeyWithAnother() {
    Envelope once = Envelope.seal(SECRET, CONTEXT, TEXT, readers());
    Envelope again = Envelope.seal(SECRET, CONTEXT, TEXT, readers());
    Envelope other = Envelope.seal(SECRET, CONTEXT, new byte[] {1, 2, 3, 4, 6}, readers());

    assertThat(again).isEqualTo(once).hasSameHashCodeAs(once);
    // A stream cipher's key used twice would show where texts agree.
    assertThat(Arrays.copyOf(other.ciphertext(), 4))
        .isNotEqualTo(Arrays.copyOf(once.ciphertext(), 4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "09"
      })
  void shouldRefuseKeysThatAreNone(String hex) {
    assertThat(EncryptionKey.parse(HexFormat.of().parseHex(hex))).isEmpty();
  }

  private static SortedMap<String, EncryptionKey> readers() {
    TreeMap<String, EncryptionKey> readers = new TreeMap<>();
    readers.put("ann", ANN.publicKey());
    readers.put("ben", BEN.publicKey());
    return readers;
  }

  private static DecryptionKey key(String name) {
    return DecryptionKey.fromSeed(HashInput.of("key").add(name).hash().bytes());
  }
}
