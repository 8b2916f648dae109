package io.verillm.topics.access;

import static io.verillm.topics.access.GuardedCluster.CATALOGUE;
import static io.verillm.topics.access.GuardedCluster.PRINCIPALS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.verillm.broker.LocalBroker;
import io.verillm.topics.Answers;
import io.verillm.topics.Groups;
import io.verillm.topics.KafkaAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.resource.PatternType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterAccessTest {
  @TempDir Path directory;

  /** The order on a cluster that is in use: rules first, the open default off afterwards. */
  @Test
  void shouldSetRulesBeforeTheOpenDefaultIsSwitchedOff() throws Exception {
    try (GuardedCluster open = GuardedCluster.start(directory, true).prepared();
        Attempts worker = new Attempts(open.as(Principal.worker("w-01")));
        Admin operator = open.as(Principal.OPERATOR).admin()) {
      assertThat(worker.write(CATALOGUE.verdicts())).as("open by default").isTrue();
      assertThat(worker.transaction("mine")).as("open by default").isTrue();

      AccessPlan applied = open.applyRules(operator);

      assertThat(applied.missing()).isNotEmpty();
      assertThat(new ClusterAccess(operator, CATALOGUE).plan(PRINCIPALS).isEmpty()).isTrue();
      assertThat(worker.write(CATALOGUE.verdicts())).as("a rule names others").isFalse();
    }
    try (GuardedCluster closed = GuardedCluster.start(directory, false);
        Attempts worker = new Attempts(closed.as(Principal.worker("w-01")));
        Admin operator = closed.as(Principal.OPERATOR).admin()) {
      assertThat(new ClusterAccess(operator, CATALOGUE).plan(PRINCIPALS).isEmpty())
          .as("the operator has not locked himself out")
          .isTrue();
      assertThat(worker.write(CATALOGUE.verdicts())).isFalse();
      assertThat(worker.transaction("mine")).isFalse();
      assertThat(worker.write(CATALOGUE.votes())).isTrue();
    }
  }

  @Test
  void shouldShowWhatIsGrantedTooWidelyAndRemoveItWhenTold() throws Exception {
    List<AclBinding> tooWide =
        List.of(
            AccessRule.topic(
                Principal.worker("w-01").kafka(),
                CATALOGUE.tasks("w-02").name(),
                AclOperation.READ),
            AccessRule.topic(AccessRule.EVERYBODY, "*", AclOperation.READ),
            AccessRule.transactions(Principal.REQUESTER.kafka(), "requester", PatternType.LITERAL)
                .findFirst()
                .orElseThrow());
    AclBinding foreign = AccessRule.topic("User:shop", "orders", AclOperation.READ);
    AclBinding ofAnother =
        AccessRule.group(
            Principal.worker("w-77").kafka(), Groups.worker("w-77"), PatternType.LITERAL);
    try (GuardedCluster cluster = GuardedCluster.start(directory, false).prepared();
        Admin root = cluster.root().admin()) {
      ClusterAccess access = new ClusterAccess(root, CATALOGUE);
      cluster.applyRules(root);
      Answers.await(root.createAcls(tooWide).all());
      Answers.await(root.createAcls(List.of(foreign, ofAnother)).all());

      AccessPlan plan = access.plan(PRINCIPALS);

      assertThat(plan.missing()).isEmpty();
      assertThat(plan.surplus()).containsExactlyInAnyOrderElementsOf(tooWide);
      assertThat(plan.text())
          .contains(
              "- User:worker:w-01 may READ TOPIC verillm.tasks.w-02.v1  (not in the catalogue)\n")
          .endsWith(
              "access: 0 to allow, 3 not in the catalogue, %d as in the catalogue\n"
                  .formatted(plan.agreeing()));
      assertThat(access.apply(PRINCIPALS, false)).isEqualTo(plan);
      assertThat(access.plan(PRINCIPALS)).as("shown, not removed").isEqualTo(plan);

      access.apply(PRINCIPALS, true);

      assertThat(access.plan(PRINCIPALS).isEmpty()).isTrue();
      assertThat(access.list())
          .contains("User:worker:w-77 may READ GROUP worker-w-77")
          .noneMatch(line -> line.contains("orders"));
    }
  }

  @Test
  void shouldHoldThePosterToARateWhereNobodyDoesAndSayThatAClusterKeepsNoRules() {
    try (LocalBroker broker = LocalBroker.start(directory, 0);
        Admin admin = KafkaAccess.open(broker.bootstrapServers()).admin()) {
      PosterQuota quota = new PosterQuota(admin, Principal.poster("w-11"));
      assertThat(quota.isSet()).isFalse();
      assertThat(quota.apply()).isTrue();
      await().until(quota::isSet);
      assertThat(quota.apply()).isFalse();
      assertThat(new PosterQuota(admin, Principal.poster("w-12")).isSet())
          .as("each has its own")
          .isFalse();

      ClusterAccess access = new ClusterAccess(admin, CATALOGUE);

      assertThatThrownBy(() -> access.plan(PRINCIPALS))
          .isInstanceOf(SecurityDisabledException.class);
    }
  }

  @Test
  void shouldSeedEachWorkersGroupOnceAndNeverMoveIt() throws Exception {
    try (GuardedCluster cluster = GuardedCluster.start(directory, false).prepared();
        Admin root = cluster.root().admin();
        Attempts coordinator = new Attempts(cluster.as(Principal.COORDINATOR))) {
      cluster.applyRules(root);
      coordinator.write(CATALOGUE.tasks("w-01"));
      GroupSeeds seeds = new GroupSeeds(root, CATALOGUE);

      SeedPlan planned = seeds.plan(List.of("w-01", "w-02"), Optional.empty());
      SeedPlan applied = seeds.apply(List.of("w-01"), Optional.empty());

      assertThat(planned.missing()).containsOnlyKeys("worker-w-01", "worker-w-02");
      assertThat(planned.share()).isTrue();
      assertThat(applied.text())
          .isEqualTo(
              "+ worker-w-01 begins at 0 of verillm.tasks.w-01.v1-0\n"
                  + "groups: 1 to seed, as share groups\n");
      assertThat(seeds.apply(List.of("w-01"), Optional.empty()).isEmpty()).isTrue();
      assertThat(lag(root, "worker-w-01")).as("lag of a group that never ran").isEqualTo(1);

      try (Attempts worker = new Attempts(cluster.as(Principal.worker("w-01")))) {
        assertThat(worker.share("worker-w-01", CATALOGUE.tasks("w-01"))).isTrue();
      }
      assertThat(seeds.plan(List.of("w-01"), Optional.empty()).isEmpty()).isTrue();
      assertThat(seeds.apply(List.of("w-02"), Optional.of(false)).text())
          .endsWith("groups: 1 to seed, as consumer groups\n");
    }
  }

  private static long lag(Admin admin, String group) {
    return Answers.await(
            admin
                .listShareGroupOffsets(
                    Map.of(group, new org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(group))
        .values()
        .iterator()
        .next()
        .lag()
        .orElseThrow();
  }
}
