package io.verillm.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.protocol.crypto.SigningKey;
import java.util.HexFormat;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * What one worker must keep secret, from Secrets Manager: {@code {"ed25519": HEX, "salt": HEX}}, 64
 * hexadecimal digits each, as the files of a key folder have them.
 *
 * @param key signs what the worker says
 * @param salt key of its seals' salts, 32 bytes
 */
public record WorkerSecret(SigningKey key, byte[] salt) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int BYTES = 32;

  /** Copies the salt. */
  public WorkerSecret {
    salt = salt.clone();
  }

  /**
   * Fetches a secret's current version.
   *
   * @param secretId name or ARN
   * @throws IllegalArgumentException if it holds something else; the message does not repeat it
   * @throws software.amazon.awssdk.core.exception.SdkException if it cannot be fetched
   */
  public static WorkerSecret of(SecretsManagerClient client, String secretId) {
    String text = client.getSecretValue(get -> get.secretId(secretId)).secretString();
    JsonNode json = text == null ? MAPPER.missingNode() : parsed(secretId, text);
    return new WorkerSecret(
        SigningKey.fromSeed(bytes(secretId, json, "ed25519")), bytes(secretId, json, "salt"));
  }

  private static JsonNode parsed(String secretId, String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      // Its message would show the text.
      throw new IllegalArgumentException("secret " + secretId + " is no JSON");
    }
  }

  private static byte[] bytes(String secretId, JsonNode json, String field) {
    try {
      byte[] bytes = HexFormat.of().parseHex(json.path(field).asText());
      if (bytes.length == BYTES) {
        return bytes;
      }
    } catch (IllegalArgumentException notHex) {
      // Said below, without the text.
    }
    throw new IllegalArgumentException(
        "secret %s has no '%s' of %d hexadecimal digits".formatted(secretId, field, 2 * BYTES));
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "WorkerSecret[" + key.publicKey() + "]";
  }
}
