package io.verillm.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import java.util.HexFormat;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * What one party must keep secret, from Secrets Manager: {@code {"ed25519": HEX, "vrf": HEX,
 * "salt": HEX}}, 64 hexadecimal digits each, as the files of a key folder have them; a worker needs
 * no VRF key, a witness no salt.
 */
public final class PartySecret {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int BYTES = 32;

  private final String id;
  private final JsonNode fields;

  private PartySecret(String id, JsonNode fields) {
    this.id = id;
    this.fields = fields;
  }

  /**
   * Fetches a secret's current version.
   *
   * @param id name or ARN
   * @throws IllegalArgumentException if it is no JSON; the message does not repeat it
   * @throws software.amazon.awssdk.core.exception.SdkException if it cannot be fetched
   */
  public static PartySecret of(SecretsManagerClient client, String id) {
    String text = client.getSecretValue(get -> get.secretId(id)).secretString();
    try {
      return new PartySecret(id, text == null ? MAPPER.missingNode() : MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      // Its message would show the text.
      throw new IllegalArgumentException("secret " + id + " is no JSON");
    }
  }

  /**
   * Signs what the party says.
   *
   * @throws IllegalArgumentException if the secret has no such key
   */
  public SigningKey signing() {
    return SigningKey.fromSeed(bytes("ed25519"));
  }

  /** Draws; fails as {@link #signing} does. */
  public VrfKey vrf() {
    return VrfKey.fromSeed(bytes("vrf"));
  }

  /** What salts are derived from, 32 bytes; fails as {@link #signing} does. */
  public byte[] salt() {
    return bytes("salt");
  }

  private byte[] bytes(String field) {
    try {
      byte[] bytes = HexFormat.of().parseHex(fields.path(field).asText());
      if (bytes.length == BYTES) {
        return bytes;
      }
    } catch (IllegalArgumentException notHex) {
      // Said below, without the text.
    }
    throw new IllegalArgumentException(
        "secret %s has no '%s' of %d hexadecimal digits".formatted(id, field, 2 * BYTES));
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "PartySecret[" + id + "]";
  }
}
