package io.verillm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.profiles.ProfileFile;

class AwsReasonTest {
  private static final String BROWSER =
      """
      [default]
      sso_start_url = https://example.awsapps.com/start
      sso_region = eu-central-1
      sso_account_id = 111122223333
      sso_role_name = ops
      """;

  @Test
  void shouldSayTheWayOutFirstWhereAProfileLogsInByABrowser() {
    ProfileFile profiles =
        ProfileFile.builder().content(BROWSER).type(ProfileFile.Type.CONFIGURATION).build();
    AwsCredentialsProviderChain chain =
        AwsCredentialsProviderChain.of(
            ProfileCredentialsProvider.builder().profileFile(profiles).build());

    SdkClientException failure =
        catchThrowableOfType(SdkClientException.class, chain::resolveCredentials);

    assertThat(AwsReason.of(failure))
        .startsWith("no credentials: ")
        .contains("aws configure export-credentials --format env", "'sso' service module");
    assertThat(AwsReason.of(new IOException("cannot read a model: " + failure.getMessage())))
        .startsWith("no credentials: ");
    assertThat(CommandFailure.aws(failure)).hasMessageStartingWith("AWS: no credentials: ");
  }

  @Test
  void shouldLeaveOtherRefusalsAsTheyAre() {
    assertThat(AwsReason.of(SdkClientException.create("Unable to execute HTTP request")))
        .isEqualTo("Unable to execute HTTP request");
  }
}
