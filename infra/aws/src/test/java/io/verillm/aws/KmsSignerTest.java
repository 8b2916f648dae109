package io.verillm.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.verillm.aws.FakeAws.Answer;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsException;

/** One contract for every signer, and what is KMS' own. The fake signs by the JDK's Ed25519. */
class KmsSignerTest {
  private static final String KEY = "alias/verillm-sealer";
  private static FakeAws aws;
  private static KmsClient client;
  private static KeyPair pair;

  @BeforeAll
  static void start() throws Exception {
    pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    aws = new FakeAws();
    reset();
    client = aws.clients().kms();
  }

  private static void reset() {
    aws.on("GetPublicKey", request -> publicKey("ECC_NIST_EDWARDS25519", "ED25519_SHA_512"))
        .on("Sign", request -> signature(pair, request));
  }

  @AfterAll
  static void stop() {
    client.close();
    aws.close();
  }

  private static Answer publicKey(String spec, String algorithm) {
    return Answer.ok(
        Map.of(
            "KeyId",
            "arn:aws:kms:eu-central-1:111122223333:key/1",
            "KeySpec",
            spec,
            "KeyUsage",
            "SIGN_VERIFY",
            "SigningAlgorithms",
            List.of(algorithm),
            "PublicKey",
            Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())));
  }

  private static Answer signature(KeyPair pair, JsonNode request) {
    if (!request.path("SigningAlgorithm").asText().equals("ED25519_SHA_512")
        || !request.path("MessageType").asText().equals("RAW")
        || !request.path("KeyId").asText().equals(KEY)) {
      return Answer.error("InvalidKeyUsageException");
    }
    try {
      Signature jca = Signature.getInstance("Ed25519");
      jca.initSign(pair.getPrivate());
      jca.update(Base64.getDecoder().decode(request.path("Message").asText()));
      return Answer.ok(
          Map.of(
              "KeyId",
              KEY,
              "SigningAlgorithm",
              "ED25519_SHA_512",
              "Signature",
              Base64.getEncoder().encodeToString(jca.sign())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The JDK's own implementation as a signer. */
  private record JcaSigner(KeyPair pair) implements Signer {
    @Override
    public VerifyKey publicKey() {
      byte[] der = pair.getPublic().getEncoded();
      return VerifyKey.of(Arrays.copyOfRange(der, der.length - VerifyKey.LENGTH, der.length));
    }

    @Override
    public byte[] sign(byte[] message) {
      try {
        Signature jca = Signature.getInstance("Ed25519");
        jca.initSign(pair.getPrivate());
        jca.update(message);
        return jca.sign();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static Stream<Signer> signers() {
    reset();
    return Stream.of(
        SigningKey.fromSeed(new byte[32]), new JcaSigner(pair), KmsSigner.of(client, KEY));
  }

  @ParameterizedTest
  @MethodSource("signers")
  void shouldSignSoThatItsKeyVerifies(Signer signer) {
    byte[] message = {1, 2, 3};
    byte[] signature = signer.sign(message);

    assertThat(signature).hasSize(VerifyKey.SIGNATURE_LENGTH);
    assertThat(signer.publicKey().verify(message, signature)).isTrue();
    assertThat(signer.publicKey().verify(new byte[] {1, 2, 4}, signature)).isFalse();
    assertThat(signer.sign(message)).as("Ed25519 has no randomness").isEqualTo(signature);
    assertThat(signer.publicKey().verify(new byte[0], signer.sign(new byte[0]))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("signers")
  void shouldSignEvents(Signer signer) {
    SignedRecord record =
        new EventSigner(Signers.SEALER, signer).sign("seals", 0, new byte[8], new byte[100]);

    assertThat(
            signer
                .publicKey()
                .verify(
                    SignedRecord.signedHash("seals", new byte[8], new byte[100]).bytes(),
                    record.signature()))
        .isTrue();
  }

  @Test
  void shouldGiveTheSameSignatureAsTheSameKeyInMemory() {
    assertThat(KmsSigner.of(client, KEY).sign(new byte[] {7}))
        .isEqualTo(new JcaSigner(pair).sign(new byte[] {7}));
  }

  @Test
  void shouldRefuseAKeyOfAnotherCurve() {
    aws.on("GetPublicKey", request -> publicKey("ECC_NIST_P256", "ECDSA_SHA_256"));
    assertThatThrownBy(() -> KmsSigner.of(client, KEY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ECC_NIST_P256")
        .hasMessageContaining("ECDSA_SHA_256");
    reset();
  }

  @Test
  void shouldRefuseAPublicKeyThatIsNotWhatItsSpecSays() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    byte[] p256 = generator.generateKeyPair().getPublic().getEncoded();
    aws.on(
        "GetPublicKey",
        request ->
            Answer.ok(
                Map.of(
                    "KeySpec", "ECC_NIST_EDWARDS25519",
                    "SigningAlgorithms", List.of("ED25519_SHA_512"),
                    "PublicKey", Base64.getEncoder().encodeToString(p256))));
    assertThatThrownBy(() -> KmsSigner.of(client, KEY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no Ed25519 public key");
    reset();
  }

  @Test
  void shouldRefuseASignatureOfAnotherKey() throws Exception {
    KmsSigner signer = KmsSigner.of(client, KEY);
    KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    aws.on("Sign", request -> signature(other, request));
    assertThatThrownBy(() -> signer.sign(new byte[] {1}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no signature of " + signer.publicKey());

    KeyPairGenerator p256 = KeyPairGenerator.getInstance("EC");
    p256.initialize(256);
    KeyPair ecdsa = p256.generateKeyPair();
    aws.on(
        "Sign",
        request -> {
          try {
            Signature jca = Signature.getInstance("SHA256withECDSA");
            jca.initSign(ecdsa.getPrivate());
            jca.update(new byte[] {1});
            return Answer.ok(Map.of("Signature", Base64.getEncoder().encodeToString(jca.sign())));
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThatThrownBy(() -> signer.sign(new byte[] {1})).isInstanceOf(IllegalStateException.class);
    reset();
  }

  @Test
  void shouldTryAgainWhereKmsFailsAndGiveUpWhereItRefuses() {
    KmsSigner signer = KmsSigner.of(client, KEY);
    AtomicInteger tries = new AtomicInteger();
    aws.on(
        "Sign",
        request -> tries.incrementAndGet() < 3 ? Answer.failed() : signature(pair, request));
    assertThat(signer.sign(new byte[] {1})).hasSize(VerifyKey.SIGNATURE_LENGTH);
    assertThat(tries).hasValue(3);

    tries.set(0);
    aws.on(
        "Sign",
        request -> {
          tries.incrementAndGet();
          return Answer.error("DisabledException");
        });
    assertThatThrownBy(() -> signer.sign(new byte[] {1})).isInstanceOf(KmsException.class);
    assertThat(tries).hasValue(1);
    reset();
  }

  @Test
  void shouldRefuseALongMessageWithoutAskingKms() {
    KmsSigner signer = KmsSigner.of(client, KEY);
    int calls = aws.calls();
    assertThatThrownBy(() -> signer.sign(new byte[KmsSigner.MESSAGE_BYTES_MAX + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4097");
    assertThat(aws.calls()).isEqualTo(calls);
  }
}
