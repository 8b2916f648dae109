package io.verillm.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RegistryReader;
import io.verillm.topics.RequestIds;
import io.verillm.topics.RequestOutcome;
import io.verillm.topics.ResultFeed;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * What the function is told by its environment.
 *
 * @param access {@code VERILLM_BOOTSTRAP}, as the function's IAM role or with the settings of the
 *     file that {@code VERILLM_ACCESS} names
 * @param secret the gateway's key, from the secret that {@code VERILLM_SIGNING_SECRET} names; empty
 *     where callers must sign for themselves
 */
record IntakeSettings(KafkaAccess access, Optional<Secret> secret) {
  private static final Logger LOG = LoggerFactory.getLogger(IntakeSettings.class);
  private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(5);

  /** IAM of MSK by the SDK's credential chain. */
  private static final Map<String, String> IAM =
      Map.of(
          "security.protocol", "SASL_SSL",
          "sasl.mechanism", "AWS_MSK_IAM",
          "sasl.jaas.config", "software.amazon.msk.auth.iam.IAMLoginModule required;",
          "sasl.client.callback.handler.class",
              "software.amazon.msk.auth.iam.IAMClientCallbackHandler");

  /** {@code {"ed25519": HEX, "salt": HEX}}: what signs, and what nonces come from. */
  record Secret(SigningKey key, byte[] salt) {
    static Secret parse(String json) {
      try {
        JsonNode fields = new ObjectMapper().readTree(json);
        return new Secret(
            SigningKey.fromSeed(HexFormat.of().parseHex(fields.path("ed25519").asText())),
            HexFormat.of().parseHex(fields.path("salt").asText()));
      } catch (JsonProcessingException | IllegalArgumentException e) {
        // The cause would show the text.
        throw new IllegalStateException(
            "the signing secret must be {\"ed25519\": 64 hexadecimal digits, \"salt\": 64 of them}");
      }
    }

    @Override
    public String toString() {
      return "Secret[" + key.publicKey() + "]";
    }
  }

  static IntakeSettings of(Map<String, String> environment) {
    String bootstrap = environment.getOrDefault("VERILLM_BOOTSTRAP", "");
    if (bootstrap.isBlank()) {
      throw new IllegalStateException("VERILLM_BOOTSTRAP names no brokers");
    }
    KafkaAccess access = access(bootstrap, Optional.ofNullable(environment.get("VERILLM_ACCESS")));
    Optional<VerifyKey> pinned =
        Optional.ofNullable(environment.get("VERILLM_COORDINATOR_KEY"))
            .map(hex -> VerifyKey.of(HexFormat.of().parseHex(hex)));
    return new IntakeSettings(
        pinned.map(access::trusting).orElse(access),
        Optional.ofNullable(environment.get("VERILLM_SIGNING_SECRET")).map(IntakeSettings::fetch));
  }

  private static KafkaAccess access(String bootstrap, Optional<String> file) {
    try {
      return file.isPresent()
          ? KafkaAccess.ofFile(bootstrap, Path.of(file.get()))
          : new KafkaAccess(bootstrap, IAM);
    } catch (IOException e) {
      throw new IllegalStateException("VERILLM_ACCESS cannot be read: " + e.getMessage(), e);
    }
  }

  private static Secret fetch(String secretId) {
    try (SecretsManagerClient client =
        SecretsManagerClient.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build()) {
      return Secret.parse(client.getSecretValue(get -> get.secretId(secretId)).secretString());
    }
  }

  Intake intake() {
    Topic requests = Catalogue.local().requests();
    EventSigner signer =
        new EventSigner(
            Signers.REQUESTER,
            // Passes client-signed records only; never asked to sign then.
            secret.map(Secret::key).orElseGet(() -> SigningKey.fromSeed(random())));
    return new Intake(
        requests,
        () -> new SignedProducer(producer(), signer),
        secret.map(s -> gateway(s, requests)));
  }

  private Intake.Gateway gateway(Secret secret, Topic requests) {
    RegistryReader registry = RegistryReader.open(access);
    readAhead(registry);
    CallerIds callers = new CallerIds(secret.salt());
    return new Intake.Gateway(
        new GatewayRequests(
            requests,
            new EventSigner(Signers.REQUESTER, secret.key()),
            new GatewaySeeds(secret.salt()),
            new RequestIds(Clock.systemUTC(), new SecureRandom()),
            callers,
            () -> registry.refresh(REGISTRY_TIMEOUT)),
        new GatewayResults(callers, id -> outcome(registry, secret.key(), id)));
  }

  private RequestOutcome outcome(RegistryReader registry, SigningKey key, String requestId) {
    try (ResultFeed feed = ResultFeed.open(access, registry, key, requestId)) {
      return feed.outcome();
    }
  }

  /**
   * The registry only grows. What is read while the function starts is in the picture that
   * SnapStart takes of it, and a cold start reads what came since.
   */
  private static void readAhead(RegistryReader registry) {
    try {
      registry.refresh(REGISTRY_TIMEOUT);
    } catch (KafkaException e) {
      LOG.atWarn().log("registry not read ahead: {}", e.toString());
    }
  }

  private static byte[] random() {
    byte[] bytes = new byte[SigningKey.SEED_LENGTH];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** Gives up within the time that a caller of HTTP waits. */
  private KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> settings = SignedProducer.settings(access);
    settings.put("max.block.ms", "8000");
    settings.put("request.timeout.ms", "4000");
    settings.put("delivery.timeout.ms", "8000");
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
