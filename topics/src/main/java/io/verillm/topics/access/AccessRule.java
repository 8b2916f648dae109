package io.verillm.topics.access;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Kafka's access rules, the kinds that we use, from any host. */
final class AccessRule {
  /** Who has shown a name, whatever it is. */
  static final String EVERYBODY = "User:*";

  /** By resource, then principal, so that a plan reads like a table. */
  static final Comparator<AclBinding> ORDER =
      Comparator.comparing((AclBinding rule) -> rule.pattern().resourceType())
          .thenComparing(rule -> rule.pattern().name())
          .thenComparing(rule -> rule.pattern().patternType())
          .thenComparing(rule -> rule.entry().principal())
          .thenComparing(rule -> rule.entry().operation())
          .thenComparing(rule -> rule.entry().permissionType())
          .thenComparing(rule -> rule.entry().host());

  private static final String ANY_HOST = "*";

  private AccessRule() {}

  /** READ and WRITE let DESCRIBE follow. */
  static AclBinding topic(String who, String name, AclOperation operation) {
    return rule(who, ResourceType.TOPIC, name, PatternType.LITERAL, operation);
  }

  /** To be a member, and to commit offsets. */
  static AclBinding group(String who, String name, PatternType pattern) {
    return rule(who, ResourceType.GROUP, name, pattern, AclOperation.READ);
  }

  /** A group whose configs the member sets itself: those of share groups lie at the broker. */
  static Stream<AclBinding> ownGroup(String who, String name) {
    return Stream.of(
        group(who, name, PatternType.LITERAL),
        rule(who, ResourceType.GROUP, name, PatternType.LITERAL, AclOperation.ALTER_CONFIGS));
  }

  static Stream<AclBinding> transactions(String who, String id, PatternType pattern) {
    return Stream.of(rule(who, ResourceType.TRANSACTIONAL_ID, id, pattern, AclOperation.WRITE));
  }

  /** A Streams app: its group, and transactions whose ids it makes from its own. */
  static Stream<AclBinding> app(String who, String id) {
    return Stream.concat(
        Stream.of(group(who, id, PatternType.LITERAL)),
        transactions(who, id + "-", PatternType.PREFIXED));
  }

  static Stream<AclBinding> everything(String who) {
    return Stream.concat(
        List.of(ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID).stream()
            .map(type ->
                rule(
                    who,
                    type,
                    ResourcePattern.WILDCARD_RESOURCE,
                    PatternType.LITERAL,
                    AclOperation.ALL)),
        Stream.of(
            rule(
                who,
                ResourceType.CLUSTER,
                Resource.CLUSTER_NAME,
                PatternType.LITERAL,
                AclOperation.ALL)));
  }

  /** One line for people. */
  static String text(AclBinding rule) {
    return "%s may%s %s %s %s%s%s"
        .formatted(
            rule.entry().principal(),
            rule.entry().permissionType() == AclPermissionType.DENY ? " not" : "",
            rule.entry().operation(),
            rule.pattern().resourceType(),
            rule.pattern().name(),
            rule.pattern().patternType() == PatternType.PREFIXED ? "..." : "",
            rule.entry().host().equals(ANY_HOST) ? "" : " from " + rule.entry().host());
  }

  private static AclBinding rule(
      String who, ResourceType type, String name, PatternType pattern, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry(who, ANY_HOST, operation, AclPermissionType.ALLOW));
  }
}
