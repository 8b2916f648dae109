package io.verillm.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * Makes clients that all time out and retry alike. Region and credentials come from the SDK's own
 * chains (environment, container, instance) unless they are given.
 *
 * @param region where, if not by the chain
 * @param credentials as whom, if not by the chain
 * @param endpoint another address than AWS', for tests and stand-ins
 * @param attempt longest time for one try of a call
 * @param attempts most tries of a call; throttling and failures of the service count, refusals do
 *     not
 */
public record AwsClients(
    Optional<Region> region,
    Optional<AwsCredentialsProvider> credentials,
    Optional<URI> endpoint,
    Duration attempt,
    int attempts) {
  private static final Duration ATTEMPT = Duration.ofSeconds(20);
  private static final int ATTEMPTS = 6;

  /** Refuses times that could not end. */
  public AwsClients {
    if (attempts < 1 || !attempt.isPositive()) {
      throw new IllegalArgumentException(attempts + " attempts of " + attempt);
    }
  }

  /** Everything by the SDK's chains; six tries of at most 20 s each. */
  public static AwsClients standard() {
    return new AwsClients(Optional.empty(), Optional.empty(), Optional.empty(), ATTEMPT, ATTEMPTS);
  }

  /** A client of S3. */
  public S3Client s3() {
    return built(S3Client.builder().forcePathStyle(endpoint.isPresent()));
  }

  /** A client of KMS. */
  public KmsClient kms() {
    return built(KmsClient.builder());
  }

  /** A client of Secrets Manager. */
  public SecretsManagerClient secrets() {
    return built(SecretsManagerClient.builder());
  }

  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C built(B builder) {
    region.ifPresent(builder::region);
    credentials.ifPresent(builder::credentialsProvider);
    endpoint.ifPresent(builder::endpointOverride);
    return builder
        .httpClientBuilder(
            UrlConnectionHttpClient.builder()
                .connectionTimeout(Duration.ofSeconds(5))
                .socketTimeout(attempt))
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .apiCallAttemptTimeout(attempt)
                .apiCallTimeout(attempt.multipliedBy(attempts))
                .retryStrategy(
                    AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(attempts)
                        .build())
                .build())
        .build();
  }
}
