package io.verillm.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.broker.Guard;
import io.verillm.broker.LocalBroker;
import io.verillm.topics.Answers;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.access.Principal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScramUsersTest {
  private static final Principal WORKER = Principal.worker("w-11");
  private static final String PASSWORD = "operator-of-the-test";

  @TempDir private Path directory;

  @Test
  void shouldMakeUsersThatTheClusterDoesNotKnowAndLeaveTheOthersTheirPasswords() throws Exception {
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    Guard guard = Guard.closed(Map.of("operator", PASSWORD));
    try (LocalBroker broker = LocalBroker.start(directory.resolve("broker"), 0, guard)) {
      KafkaAccess operator = operator(broker.bootstrapServers());
      try (Admin admin = operator.admin()) {
        ScramUsers users = new ScramUsers(first, operator);

        List<Principal> made = users.add(admin, List.of(Principal.OPERATOR, WORKER));
        List<Principal> again =
            new ScramUsers(second, operator).add(admin, List.of(WORKER, Principal.SINK));

        assertThat(made).containsExactly(WORKER);
        assertThat(again).containsExactly(Principal.SINK);
        assertThat(second).isDirectoryNotContaining("glob:**worker*");
      }
      Path file = first.resolve("worker.w-11.properties");
      assertThat(logsIn(KafkaAccess.ofFile(broker.bootstrapServers(), file))).isTrue();
      Files.writeString(file, Files.readString(file).replaceAll("password=\"", "password=\"x"));
      assertThatThrownBy(() -> logsIn(KafkaAccess.ofFile(broker.bootstrapServers(), file)))
          .isInstanceOf(SaslAuthenticationException.class);
    }
  }

  @Test
  void shouldGoTheOperatorsWayWithoutWhatSaysWhoHeIs() throws Exception {
    KafkaAccess operator =
        new KafkaAccess(
            "elsewhere:9094",
            Map.of(
                "security.protocol", "SSL",
                "ssl.truststore.location", "/etc/authority.pem",
                "ssl.keystore.location", "/etc/verillm/operator.pem",
                "ssl.key.password", "secret"));
    Guard guard = Guard.closed(Map.of("operator", PASSWORD));
    try (LocalBroker broker = LocalBroker.start(directory.resolve("broker"), 0, guard);
        Admin admin = operator(broker.bootstrapServers()).admin()) {
      new ScramUsers(directory, operator).add(admin, List.of(WORKER));
    }

    Map<String, String> written =
        KafkaAccess.ofFile("elsewhere:9094", directory.resolve("worker.w-11.properties"))
            .security();
    assertThat(written)
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("ssl.truststore.location", "/etc/authority.pem")
        .containsOnlyKeys(
            "security.protocol", "ssl.truststore.location", "sasl.mechanism", "sasl.jaas.config");
  }

  /** Asks for what every user may ask. */
  private static boolean logsIn(KafkaAccess access) {
    try (Admin admin = access.admin()) {
      return Answers.await(admin.listTopics().names()) != null;
    }
  }

  private static KafkaAccess operator(String bootstrapServers) {
    return new KafkaAccess(
        bootstrapServers,
        Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "PLAIN",
            "sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " username=\"operator\" password=\"%s\";".formatted(PASSWORD)));
  }
}
