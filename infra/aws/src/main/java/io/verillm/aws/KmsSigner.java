package io.verillm.aws;

import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.VerifyKey;
import java.util.Arrays;
import java.util.HexFormat;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/**
 * An Ed25519 key that never leaves KMS. A signature costs a call, so it is for who signs seldom: a
 * sealer, who publishes checkpoints. VRF keys stay local: KMS has no such function.
 */
public final class KmsSigner implements Signer {
  /** Most bytes that KMS signs as they are. */
  public static final int MESSAGE_BYTES_MAX = 4096;

  /** DER of an Ed25519 SubjectPublicKeyInfo up to the key itself (RFC 8410). */
  private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

  private final KmsClient client;
  private final String keyId;
  private final VerifyKey publicKey;

  private KmsSigner(KmsClient client, String keyId, VerifyKey publicKey) {
    this.client = client;
    this.keyId = keyId;
    this.publicKey = publicKey;
  }

  /**
   * The signer of a key; its public part is fetched once.
   *
   * @param client stays the caller's
   * @param keyId id, ARN or alias
   * @throws IllegalArgumentException if it is no Ed25519 key for signing
   * @throws software.amazon.awssdk.core.exception.SdkException if KMS refuses or does not answer
   */
  public static KmsSigner of(KmsClient client, String keyId) {
    GetPublicKeyResponse answer = client.getPublicKey(get -> get.keyId(keyId));
    if (answer.keySpec() != KeySpec.ECC_NIST_EDWARDS25519
        || !answer.signingAlgorithms().contains(SigningAlgorithmSpec.ED25519_SHA_512)) {
      throw new IllegalArgumentException(
          "KMS key %s is %s and signs %s; an event takes ECC_NIST_EDWARDS25519 and ED25519_SHA_512"
              .formatted(keyId, answer.keySpecAsString(), answer.signingAlgorithmsAsStrings()));
    }
    return new KmsSigner(client, keyId, parsed(keyId, answer.publicKey().asByteArray()));
  }

  private static VerifyKey parsed(String keyId, byte[] der) {
    if (der.length != SPKI.length + VerifyKey.LENGTH
        || !Arrays.equals(SPKI, Arrays.copyOf(der, SPKI.length))) {
      throw new IllegalArgumentException(
          "KMS key %s has no Ed25519 public key: %s"
              .formatted(keyId, HexFormat.of().formatHex(der)));
    }
    return VerifyKey.of(Arrays.copyOfRange(der, SPKI.length, der.length));
  }

  @Override
  public VerifyKey publicKey() {
    return publicKey;
  }

  /**
   * Signs, and checks what comes back: KMS may have been told to use another key behind an alias.
   *
   * @throws IllegalArgumentException if the message is longer than {@link #MESSAGE_BYTES_MAX}
   * @throws IllegalStateException if the answer is no signature of this key
   */
  @Override
  public byte[] sign(byte[] message) {
    if (message.length > MESSAGE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "KMS signs at most %d bytes, not %d".formatted(MESSAGE_BYTES_MAX, message.length));
    }
    byte[] signature =
        client
            .sign(sign ->
                sign.keyId(keyId)
                    .messageType(MessageType.RAW)
                    .signingAlgorithm(SigningAlgorithmSpec.ED25519_SHA_512)
                    .message(SdkBytes.fromByteArray(message)))
            .signature()
            .asByteArray();
    if (!publicKey.verify(message, signature)) {
      throw new IllegalStateException(
          "KMS key %s gave %d bytes that are no signature of %s"
              .formatted(keyId, signature.length, publicKey));
    }
    return signature;
  }

  @Override
  public String toString() {
    return "KmsSigner[" + keyId + ", " + publicKey + "]";
  }
}
