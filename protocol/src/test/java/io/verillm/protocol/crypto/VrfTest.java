package io.verillm.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.HexFormat;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

class VrfTest {

  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/vrf_keys.csv", numLinesToSkip = 1)
  void shouldDeriveTheSecretOfASeed(String seed, String secret) {
    assertThat(VrfKey.fromSeed(HEX.parseHex(seed)).publicKey())
        .isEqualTo(VrfKey.fromScalar(HEX.parseHex(secret)).publicKey());
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/rfc9381_p256.csv", numLinesToSkip = 1)
  void shouldEqualRfc9381(
      String secret,
      String publicKey,
      String alphaHex,
      String h,
      String k,
      String u,
      String v,
      String proof,
      String output) {
    VrfKey key = VrfKey.fromScalar(HEX.parseHex(secret));
    byte[] alpha = HEX.parseHex(alphaHex);

    ECPoint curvePoint = P256.encodeToCurve(key.publicKey().bytes(), alpha);
    BigInteger nonce = P256.nonce(new BigInteger(secret, 16), P256.encode(curvePoint));
    assertThat(key.publicKey()).hasToString(publicKey);
    assertThat(HEX.formatHex(P256.encode(curvePoint))).isEqualTo(h);
    assertThat(HEX.formatHex(P256.encode(nonce))).isEqualTo(k);
    assertThat(HEX.formatHex(P256.encode(P256.G.multiply(nonce)))).isEqualTo(u);
    assertThat(HEX.formatHex(P256.encode(curvePoint.multiply(nonce)))).isEqualTo(v);
    assertThat(key.prove(alpha)).hasToString(proof);
    assertThat(key.output(alpha)).hasToString(output);
    assertThat(
            VrfPublicKey.of(HEX.parseHex(publicKey))
                .verify(alpha, new VrfProof(HEX.parseHex(proof))))
        .contains(Hash.fromHex(output));
  }

  @Test
  void shouldRejectProofWithEveryFlippedBit() {
    VrfKey key = VrfKey.fromSeed(new byte[32]);
    byte[] alpha = {7};
    byte[] proof = key.prove(alpha).bytes();
    for (int bit = 0; bit < proof.length * 8; bit++) {
      byte[] flipped = proof.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(key.publicKey().verify(alpha, new VrfProof(flipped))).as("bit %d", bit).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "000000000000000000000000000000000000000000000000000000000000000000",
        // uncompressed prefix
        "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
        // no curve point has this x
        "020000000000000000000000000000000000000000000000000000000000000001",
        // x = p + 5: not reduced, though x = 5 lies on the curve
        "02ffffffff00000001000000000000000000000001000000000000000000000004",
      })
  void shouldRejectInvalidKeys(String encoded) {
    assertThat(VrfPublicKey.parse(HEX.parseHex(encoded))).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VrfPublicKey.of(HEX.parseHex(encoded)))
        .withMessageContaining(encoded);
  }

  @Test
  void shouldRejectSecretsOutOfRange() {
    assertThatIllegalArgumentException().isThrownBy(() -> VrfKey.fromScalar(new byte[32]));
    assertThatIllegalArgumentException().isThrownBy(() -> VrfKey.fromScalar(new byte[31]));
    assertThatIllegalArgumentException().isThrownBy(() -> VrfKey.fromScalar(P256.encode(P256.Q)));
    assertThatIllegalArgumentException().isThrownBy(() -> VrfKey.fromSeed(new byte[33]));
    assertThatIllegalArgumentException().isThrownBy(() -> new VrfProof(new byte[80]));
  }
}
