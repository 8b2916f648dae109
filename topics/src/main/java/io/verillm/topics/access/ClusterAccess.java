package io.verillm.topics.access;

import io.verillm.topics.Answers;
import io.verillm.topics.Catalogue;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;

/**
 * Compares a cluster's access rules with the catalogue and makes them agree. Broker errors are
 * thrown as Kafka's own exceptions, {@link
 * org.apache.kafka.common.errors.SecurityDisabledException} where the cluster has no authorizer.
 */
public final class ClusterAccess {
  private static final long VISIBLE_TIMEOUT_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long VISIBLE_PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private final Admin admin;
  private final AccessRules rules;

  /** Does not close the admin client. */
  public ClusterAccess(Admin admin, Catalogue catalogue) {
    this.admin = admin;
    this.rules = new AccessRules(catalogue);
  }

  /** Lines for people: all rules on what is ours, sorted by resource. */
  public List<String> list() {
    return ours().stream()
        .map(rule -> AccessRule.text(rule) + (rules.grants(rule) ? "" : "  (not in the catalogue)"))
        .toList();
  }

  /**
   * What the cluster lacks of the rights of these parties, and what it has too much of anybody's.
   * Rights of parties that are not named here are neither.
   */
  public AccessPlan plan(Collection<Principal> principals) {
    Set<AclBinding> wanted = rules.of(principals);
    List<AclBinding> actual = ours();
    return new AccessPlan(
        wanted.stream().filter(rule -> !actual.contains(rule)).toList(),
        actual.stream().filter(rule -> !rules.grants(rule)).toList(),
        (int) wanted.stream().filter(actual::contains).count());
  }

  /**
   * Adds what is missing; returns when the broker sees it.
   *
   * @param prune whether rules that the catalogue grants to nobody are removed too
   * @return the plan, of which surplus rules were removed only with {@code prune}
   */
  public AccessPlan apply(Collection<Principal> principals, boolean prune) {
    AccessPlan plan = plan(principals);
    if (!plan.missing().isEmpty()) {
      Answers.await(admin.createAcls(plan.missing()).all());
    }
    if (prune && !plan.surplus().isEmpty()) {
      Answers.await(
          admin.deleteAcls(plan.surplus().stream().map(AclBinding::toFilter).toList()).all());
    }
    awaitVisible(principals, prune);
    return plan;
  }

  // The controller answers before the broker has replayed what it decided.
  private void awaitVisible(Collection<Principal> principals, boolean prune) {
    long deadline = System.nanoTime() + VISIBLE_TIMEOUT_NANOS;
    AccessPlan left = plan(principals);
    while (!left.missing().isEmpty() || prune && !left.surplus().isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException(
            "applied, but not seen yet: " + String.join("; ", left.text().lines().toList()));
      }
      LockSupport.parkNanos(VISIBLE_PAUSE_NANOS);
      left = plan(principals);
    }
  }

  private List<AclBinding> ours() {
    return Answers.await(admin.describeAcls(AclBindingFilter.ANY).values()).stream()
        .filter(rule ->
            touchesUs(rule.pattern()) || Principal.parse(rule.entry().principal()).isPresent())
        .sorted(AccessRule.ORDER)
        .toList();
  }

  /** Whether a rule on this could concern a resource of ours, by name, prefix or wildcard. */
  private static boolean touchesUs(ResourcePattern pattern) {
    return switch (pattern.resourceType()) {
      case TOPIC -> reaches(pattern, "verillm");
      case GROUP ->
          Stream.of("verillm", "worker-", "requester", "analyst")
              .anyMatch(ours -> reaches(pattern, ours));
      case TRANSACTIONAL_ID, CLUSTER -> true;
      case UNKNOWN, ANY, DELEGATION_TOKEN, USER -> false;
    };
  }

  private static boolean reaches(ResourcePattern pattern, String ours) {
    return pattern.name().startsWith(ours)
        || pattern.name().equals(ResourcePattern.WILDCARD_RESOURCE)
        || pattern.patternType() == PatternType.PREFIXED && ours.startsWith(pattern.name());
  }
}
