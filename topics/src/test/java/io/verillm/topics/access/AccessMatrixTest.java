package io.verillm.topics.access;

import static io.verillm.topics.access.GuardedCluster.CATALOGUE;
import static io.verillm.topics.access.GuardedCluster.PRINCIPALS;
import static io.verillm.topics.access.GuardedCluster.WORKERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.topics.Answers;
import io.verillm.topics.Groups;
import io.verillm.topics.Role;
import io.verillm.topics.Topic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every cell of the catalogue's matrix on a real broker: denied is denied, allowed is allowed. */
class AccessMatrixTest {
  private static final List<Topic> TOPICS = CATALOGUE.needed(WORKERS);

  @TempDir static Path directory;
  private static GuardedCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = GuardedCluster.start(directory, false).prepared();
    try (Admin root = cluster.root().admin();
        Attempts anything = new Attempts(cluster.root())) {
      cluster.applyRules(root);
      TOPICS.forEach(anything::write);
    }
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  static List<Principal> principals() {
    return PRINCIPALS;
  }

  /**
   * Who may write and read what, in words of its own, so that the rules are not their own proof.
   */
  private static boolean mayWrite(Principal principal, Topic topic) {
    return principal.equals(Principal.OPERATOR) || topic.writers().contains(principal.role());
  }

  private static boolean mayRead(Principal principal, Topic topic) {
    if (principal.equals(Principal.OPERATOR)) {
      return true;
    }
    boolean workers = topic.name().contains(".tasks.") || topic.name().contains(".controls.");
    return workers
        ? principal.role() == Role.WORKER && topic.name().contains("." + principal.id() + ".")
        : topic.readers().contains(principal.role());
  }

  @ParameterizedTest
  @MethodSource("principals")
  void shouldLetEachPartyWriteAndReadWhatTheCatalogueSaysAndNothingElse(Principal principal) {
    List<String> wrong = new ArrayList<>();
    try (Attempts attempts = new Attempts(cluster.as(principal))) {
      for (Topic topic : TOPICS) {
        if (attempts.write(topic) != mayWrite(principal, topic)) {
          wrong.add("write " + topic + " must be " + mayWrite(principal, topic));
        }
        if (attempts.read(topic) != mayRead(principal, topic)) {
          wrong.add("read " + topic + " must be " + mayRead(principal, topic));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("principals")
  void shouldLetEachPartyUseItsOwnGroupsOnly(Principal principal) {
    Map<String, Principal> groups =
        Map.ofEntries(
            Map.entry(Groups.COORDINATOR, Principal.COORDINATOR),
            Map.entry(Groups.LEDGER, Principal.LEDGER),
            Map.entry(Groups.SINK, Principal.SINK),
            Map.entry(Groups.SINK + "-coord", Principal.SINK),
            Map.entry(Groups.worker("w-01"), Principal.worker("w-01")),
            Map.entry(Groups.worker("w-02"), Principal.worker("w-02")),
            Map.entry("requester.mine", Principal.REQUESTER),
            Map.entry("requester:alice.mine", Principal.requester("alice")),
            Map.entry("analyst:tables.mine", Principal.analyst("tables")),
            Map.entry("nobodys", Principal.OPERATOR));
    try (Attempts attempts = new Attempts(cluster.as(principal))) {
      groups.forEach((group, owner) ->
          assertThat(attempts.commit(group, CATALOGUE.verdicts()))
              .as("%s in %s", principal.name(), group)
              .isEqualTo(owner.equals(principal) || principal.equals(Principal.OPERATOR)));
    }
  }

  @ParameterizedTest
  @MethodSource("principals")
  void shouldLetOnlyThoseWhoCommitOpenTransactionsOfTheirOwn(Principal principal) {
    Map<String, Principal> transactions =
        Map.of(
            Groups.COORDINATOR + "-1-0",
            Principal.COORDINATOR,
            Groups.LEDGER + "-1-0",
            Principal.LEDGER,
            Groups.SEALER,
            Principal.SEALER,
            Groups.SINK + "-worker",
            Principal.SINK,
            "any",
            Principal.OPERATOR,
            principal.name(),
            Principal.OPERATOR);
    try (Attempts attempts = new Attempts(cluster.as(principal))) {
      transactions.forEach((id, owner) ->
          assertThat(attempts.transaction(id))
              .as("%s as %s", principal.name(), id)
              .isEqualTo(owner.equals(principal) || principal.equals(Principal.OPERATOR)));
    }
  }

  @ParameterizedTest
  @MethodSource("principals")
  void shouldLetOnlyTheOperatorChangeTheCluster(Principal principal) {
    boolean operator = principal.equals(Principal.OPERATOR);
    ConfigResource topic =
        new ConfigResource(ConfigResource.Type.TOPIC, CATALOGUE.verdicts().name());
    ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, Groups.worker("w-01"));
    AlterConfigOp keep =
        new AlterConfigOp(
            new ConfigEntry("retention.ms", CATALOGUE.verdicts().configs().get("retention.ms")),
            AlterConfigOp.OpType.SET);
    AlterConfigOp committed =
        new AlterConfigOp(
            new ConfigEntry("share.isolation.level", "read_committed"), AlterConfigOp.OpType.SET);
    try (Attempts attempts = new Attempts(cluster.as(principal))) {
      assertThat(
              attempts.administer(admin ->
                  Answers.await(
                      admin
                          .createTopics(
                              List.of(
                                  new NewTopic(
                                      "by-" + principal.name().replace(':', '-'),
                                      Optional.of(1),
                                      Optional.empty())))
                          .all())))
          .as("create a topic")
          .isEqualTo(operator);
      assertThat(
              attempts.administer(admin ->
                  Answers.await(admin.incrementalAlterConfigs(Map.of(topic, List.of(keep))).all())))
          .as("alter a topic")
          .isEqualTo(operator);
      assertThat(
              attempts.administer(admin ->
                  Answers.await(
                      admin.incrementalAlterConfigs(Map.of(group, List.of(committed))).all())))
          .as("alter w-01's share group")
          .isEqualTo(operator || principal.equals(Principal.worker("w-01")));
      assertThat(
              attempts.administer(
                  admin -> Answers.await(admin.describeAcls(AclBindingFilter.ANY).values())))
          .as("look at the rules")
          .isEqualTo(operator);
      assertThat(
              attempts.administer(admin ->
                  Answers.await(
                      admin
                          .createAcls(
                              List.of(
                                  AccessRule.topic(
                                      principal.kafka(),
                                      CATALOGUE.verdicts().name(),
                                      AclOperation.READ)))
                          .all())))
          .as("make a rule")
          .isEqualTo(operator);
    }
  }

  @Test
  void shouldLetAWorkerTakeItsTasksThroughItsShareGroupOnly() {
    try (Admin operator = cluster.as(Principal.OPERATOR).admin();
        Attempts own = new Attempts(cluster.as(Principal.worker("w-01")));
        Attempts other = new Attempts(cluster.as(Principal.worker("w-02")))) {
      // A group with its own name, because those of the workers are consumer groups by now.
      Answers.await(
          operator
              .createAcls(
                  List.of(
                      AccessRule.group(
                          Principal.worker("w-01").kafka(),
                          "share-of-w-01",
                          org.apache.kafka.common.resource.PatternType.LITERAL)))
              .all());
      Answers.await(
          operator
              .alterShareGroupOffsets(
                  "share-of-w-01",
                  Map.of(
                      new org.apache.kafka.common.TopicPartition(CATALOGUE.tasks("w-01").name(), 0),
                      0L))
              .all());

      assertThat(other.share("share-of-w-01", CATALOGUE.tasks("w-01"))).isFalse();
      assertThat(own.share("share-of-w-01", CATALOGUE.tasks("w-01"))).isTrue();
    }
  }

  @Test
  void shouldKnowNobodyWithoutANameOrWithAWrongPassword() {
    assertThatThrownBy(
            () -> {
              try (Attempts wrong = new Attempts(cluster.as(Principal.COORDINATOR, "guessed"))) {
                wrong.read(CATALOGUE.verdicts());
              }
            })
        .isInstanceOf(SaslAuthenticationException.class);
    Map<String, Object> settings = cluster.nameless().settings();
    settings.put("default.api.timeout.ms", "2000");
    settings.put("request.timeout.ms", "1000");
    try (Admin nameless = Admin.create(settings)) {
      assertThatThrownBy(() -> Answers.await(nameless.listTopics().names()))
          .isInstanceOf(org.apache.kafka.common.errors.TimeoutException.class);
    }
  }

  @Test
  void shouldGiveEveryRoleACell() {
    assertThat(PRINCIPALS.stream().map(Principal::role).distinct())
        .containsExactlyInAnyOrder(Role.values());
    assertThat(Stream.of(Role.values()).filter(role -> role != Role.OPERATOR))
        .allSatisfy(role -> assertThat(TOPICS).anyMatch(topic -> !topic.writers().contains(role)));
  }
}
