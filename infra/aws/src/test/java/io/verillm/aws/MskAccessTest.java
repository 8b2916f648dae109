package io.verillm.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.topics.KafkaAccess;
import java.util.List;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;

class MskAccessTest {
  /** Kafka loads login module and callback handler when a client is made. */
  @Test
  void shouldMakeAClientThatLogsInByIam() {
    KafkaAccess access = MskAccess.iam("b-1.msk.invalid:9098");

    assertThat(access.security())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "AWS_MSK_IAM");
    // The address resolves nowhere; what is asked is whether the classes are there and fit.
    assertThatThrownBy(() -> access.admin().close())
        .rootCause()
        .hasMessageContaining("No resolvable bootstrap urls");
    try (Admin admin = new KafkaAccess("127.0.0.1:1", access.security()).admin()) {
      assertThat(admin).isNotNull();
    }
  }

  @Test
  void shouldAssumeARole() {
    String role = "arn:aws:iam::111122223333:role/verillm/worker-w-01";
    System.setProperty("aws.region", "eu-south-1");
    String jaas;
    try {
      jaas = MskAccess.assumed("b:9098", role).security().get("sasl.jaas.config");
    } finally {
      System.clearProperty("aws.region");
    }

    List<AppConfigurationEntry> entries =
        JaasContext.loadClientContext(Map.of("sasl.jaas.config", new Password(jaas)))
            .configurationEntries();

    assertThat(entries).hasSize(1);
    Map<String, String> expected =
        Map.of(
            "awsRoleArn", role,
            "awsRoleSessionName", "verillm",
            "awsStsRegion", "eu-south-1");
    assertThat(entries.getFirst().getOptions()).isEqualTo(expected);
  }

  @Test
  void shouldRefuseARoleThatWouldEndTheLine() {
    assertThatThrownBy(() -> MskAccess.assumed("b:9098", "x\"; other required"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
