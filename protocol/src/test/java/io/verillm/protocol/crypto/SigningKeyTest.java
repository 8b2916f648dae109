package io.verillm.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
  private static final byte[] MESSAGE = {1, 2, 3};

  private final SigningKey key = SigningKey.fromSeed(new byte[32]);

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/rfc8032_ed25519.csv", numLinesToSkip = 1, emptyValue = "")
  void shouldEqualRfc8032(String seed, String publicKey, String message, String signature) {
    byte[] signed = message == null ? new byte[0] : HEX.parseHex(message);
    SigningKey vector = SigningKey.fromSeed(HEX.parseHex(seed));
    assertThat(vector.publicKey().hex()).isEqualTo(publicKey);
    assertThat(HEX.formatHex(vector.sign(signed))).isEqualTo(signature);
    assertThat(VerifyKey.of(HEX.parseHex(publicKey)).verify(signed, HEX.parseHex(signature)))
        .isTrue();
  }

  @Test
  void shouldRejectEveryFlippedBit() {
    byte[] signature = key.sign(MESSAGE);
    assertThat(key.publicKey().verify(MESSAGE, signature)).isTrue();
    for (int bit = 0; bit < signature.length * 8; bit++) {
      byte[] flipped = signature.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(key.publicKey().verify(MESSAGE, flipped)).as("bit %d", bit).isFalse();
    }
    assertThat(key.publicKey().verify(new byte[] {1, 2, 2}, signature)).isFalse();
  }

  @Test
  void shouldRejectSecondEncodingOfASignature() {
    byte[] signature = key.sign(MESSAGE);
    byte[] bigEndian = reversed(Arrays.copyOfRange(signature, 32, 64));
    byte[] shifted = reversed(to32(new BigInteger(1, bigEndian).add(ORDER)));
    byte[] malleable = signature.clone();
    System.arraycopy(shifted, 0, malleable, 32, 32);
    assertThat(key.publicKey().verify(MESSAGE, malleable)).isFalse();
  }

  @Test
  void shouldRejectOtherLengths() {
    byte[] signature = key.sign(MESSAGE);
    assertThat(key.publicKey().verify(MESSAGE, Arrays.copyOf(signature, 63))).isFalse();
    assertThat(key.publicKey().verify(MESSAGE, Arrays.copyOf(signature, 65))).isFalse();
    assertThat(VerifyKey.parse(new byte[31])).isEmpty();
    assertThat(VerifyKey.parse(new byte[33])).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.fromSeed(new byte[31]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // neutral element
        "0100000000000000000000000000000000000000000000000000000000000000",
        // order 2
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        // order 4
        "0000000000000000000000000000000000000000000000000000000000000000",
        // y = p + 1, a second encoding of the neutral element
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        // not on the curve
        "0200000000000000000000000000000000000000000000000000000000000000",
      })
  void shouldRejectKeysOfSmallOrderAndBadEncodings(String encoded) {
    assertThat(VerifyKey.parse(HEX.parseHex(encoded))).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VerifyKey.of(HEX.parseHex(encoded)))
        .withMessageContaining(encoded);
  }

  @Test
  void shouldNotPrintItsSeed() {
    assertThat(key).hasToString("SigningKey[" + key.publicKey().hex() + "]");
  }

  private static byte[] to32(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] padded = new byte[32];
    int copied = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - copied, padded, 32 - copied, copied);
    return padded;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] out = new byte[bytes.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = bytes[bytes.length - 1 - i];
    }
    return out;
  }
}
