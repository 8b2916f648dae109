package io.verillm.topics.access;

import io.verillm.broker.Guard;
import io.verillm.broker.LocalBroker;
import io.verillm.topics.Answers;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.TopicsDisagree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * A real broker that asks who its clients are, with a super user {@code root} of its own, so that
 * the operator has no more than its rules.
 */
final class GuardedCluster implements AutoCloseable {
  static final Catalogue CATALOGUE = Catalogue.local();
  static final List<String> WORKERS = List.of("w-01", "w-02");
  static final List<Principal> PRINCIPALS =
      List.of(
          Principal.OPERATOR,
          Principal.COORDINATOR,
          Principal.SEALER,
          Principal.LEDGER,
          Principal.SINK,
          Principal.witness("one"),
          Principal.worker("w-01"),
          Principal.worker("w-02"),
          Principal.REQUESTER,
          Principal.requester("alice"),
          Principal.POSTER,
          Principal.poster("w-11"),
          Principal.analyst("tables"),
          Principal.analyst("auditor"));

  private static final String ROOT_PASSWORD = "root-of-the-test-cluster";

  private final LocalBroker broker;

  private GuardedCluster(LocalBroker broker) {
    this.broker = broker;
  }

  static GuardedCluster start(Path directory, boolean openByDefault) {
    return new GuardedCluster(
        LocalBroker.start(directory, 0, new Guard(Map.of("root", ROOT_PASSWORD), openByDefault)));
  }

  /** Users and topics, no rules yet. */
  GuardedCluster prepared() throws TopicsDisagree {
    try (Admin root = root().admin()) {
      Answers.await(
          root.alterUserScramCredentials(
                  PRINCIPALS.stream()
                      .<org.apache.kafka.clients.admin.UserScramCredentialAlteration>map(
                          principal ->
                              new UserScramCredentialUpsertion(
                                  principal.name(),
                                  new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                                  password(principal)))
                      .toList())
              .all());
      new ClusterTopics(root, CATALOGUE).apply(CATALOGUE.needed(WORKERS));
    }
    return this;
  }

  AccessPlan applyRules(Admin admin) {
    return new ClusterAccess(admin, CATALOGUE).apply(PRINCIPALS, false);
  }

  KafkaAccess root() {
    return login("PLAIN", "plain.PlainLoginModule", "root", ROOT_PASSWORD);
  }

  KafkaAccess as(Principal principal) {
    return as(principal, password(principal));
  }

  KafkaAccess as(Principal principal, String password) {
    return login("SCRAM-SHA-256", "scram.ScramLoginModule", principal.name(), password);
  }

  /** Without a name, on the port of those who have one. */
  KafkaAccess nameless() {
    return KafkaAccess.open(broker.bootstrapServers());
  }

  private static String password(Principal principal) {
    return "password of " + principal.name();
  }

  private KafkaAccess login(String mechanism, String module, String user, String password) {
    return new KafkaAccess(
        broker.bootstrapServers(),
        Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            mechanism,
            "sasl.jaas.config",
            "org.apache.kafka.common.security.%s required username=\"%s\" password=\"%s\";"
                .formatted(module, user, password)));
  }

  @Override
  public void close() {
    broker.close();
  }
}
