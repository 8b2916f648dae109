package io.verillm.topics.access;

import io.verillm.topics.Catalogue;
import io.verillm.topics.Groups;
import io.verillm.topics.Role;
import io.verillm.topics.Topic;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The catalogue's rights as Kafka's access rules. They only allow: what no rule allows is denied,
 * so a cluster must not be open by default (see ADR 0044).
 *
 * <p>Transactions are for the coordinator, the sealer and the ledger. Anybody else could hold one
 * open on a public topic and so hold back everybody who reads what is committed; the Iceberg sink
 * has some too, and writes no topic but its own.
 */
public final class AccessRules {
  private final Catalogue catalogue;

  /** Rules of this catalogue. */
  public AccessRules(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** Whether the catalogue lets this party write there. */
  public static boolean mayWrite(Principal principal, Topic topic, Catalogue catalogue) {
    return topic.writers().contains(principal.role());
  }

  /** Whether the catalogue lets this party read there; a worker reads no other worker's topics. */
  public static boolean mayRead(Principal principal, Topic topic, Catalogue catalogue) {
    return topic.readers().contains(principal.role())
        && (principal.role() != Role.WORKER
            || isPublic(topic)
            || catalogue.ofWorker(principal.id()).contains(topic));
  }

  private static boolean isPublic(Topic topic) {
    return topic.readers().containsAll(List.of(Role.values()));
  }

  /** All rules for these parties; the topics are the shared ones and those of the workers here. */
  public Set<AclBinding> of(Collection<Principal> principals) {
    List<String> workers =
        principals.stream()
            .filter(principal -> principal.role() == Role.WORKER)
            .map(Principal::id)
            .toList();
    List<Topic> topics = catalogue.needed(workers);
    return Stream.of(
            topics.stream().flatMap(this::forEverybody),
            principals.stream().flatMap(p -> topics.stream().flatMap(topic -> on(topic, p))),
            principals.stream().flatMap(this::beside))
        .flatMap(rules -> rules)
        .collect(Collectors.toCollection(() -> new TreeSet<>(AccessRule.ORDER)));
  }

  /** Whether the catalogue grants exactly this, to somebody of whom it may not have heard yet. */
  public boolean grants(AclBinding rule) {
    Optional<Topic> topic =
        rule.pattern().resourceType() == ResourceType.TOPIC
            ? catalogue.byName(rule.pattern().name())
            : Optional.empty();
    Stream<AclBinding> open = topic.stream().flatMap(this::forEverybody);
    Stream<AclBinding> own =
        Principal.parse(rule.entry().principal()).stream()
            .flatMap(principal ->
                Stream.concat(
                    topic.stream().flatMap(known -> on(known, principal)), beside(principal)));
    return Stream.concat(open, own).anyMatch(rule::equals);
  }

  private Stream<AclBinding> forEverybody(Topic topic) {
    return isPublic(topic)
        ? Stream.of(AccessRule.topic(AccessRule.EVERYBODY, topic.name(), AclOperation.READ))
        : Stream.empty();
  }

  private Stream<AclBinding> on(Topic topic, Principal principal) {
    if (principal.role() == Role.OPERATOR) {
      return Stream.empty();
    }
    Stream<AclBinding> writing =
        mayWrite(principal, topic, catalogue)
            ? Stream.of(AccessRule.topic(principal.kafka(), topic.name(), AclOperation.WRITE))
            : Stream.empty();
    Stream<AclBinding> reading =
        mayRead(principal, topic, catalogue) && !isPublic(topic)
            ? Stream.of(AccessRule.topic(principal.kafka(), topic.name(), AclOperation.READ))
            : Stream.empty();
    return Stream.concat(writing, reading);
  }

  /** Groups, transactions, and the operator's everything. */
  private Stream<AclBinding> beside(Principal principal) {
    String who = principal.kafka();
    return switch (principal.role()) {
      case COORDINATOR -> AccessRule.app(who, Groups.COORDINATOR);
      case LEDGER -> AccessRule.app(who, Groups.LEDGER);
      case SEALER -> AccessRule.transactions(who, Groups.SEALER, PatternType.LITERAL);
      case WORKER -> AccessRule.ownGroup(who, Groups.worker(principal.id()));
      case REQUESTER, ANALYST ->
          Stream.of(AccessRule.group(who, principal.groupPrefix(), PatternType.PREFIXED));
      case SINK ->
          Stream.concat(
              Stream.of(AccessRule.group(who, Groups.SINK, PatternType.PREFIXED)),
              AccessRule.transactions(who, Groups.SINK + "-", PatternType.PREFIXED));
      case WITNESS, POSTER -> Stream.empty();
      case OPERATOR -> AccessRule.everything(who);
    };
  }
}
