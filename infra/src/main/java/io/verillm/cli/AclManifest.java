package io.verillm.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.verillm.topics.Catalogue;
import io.verillm.topics.access.AccessRules;
import io.verillm.topics.access.Principal;
import java.util.List;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.resource.PatternType;

/**
 * The access rules of some parties for tools that are not Java, such as another keeper of a
 * cluster's ACLs. Terraform's tests hold their IAM policies against it.
 *
 * @param rules what {@code topics apply --acls} would allow, by resource and principal
 */
record AclManifest(List<Rule> rules) {
  private static final ObjectWriter WRITER =
      new ObjectMapper()
          .writer(
              new DefaultPrettyPrinter()
                  .withArrayIndenter(new DefaultIndenter("", "\n"))
                  .withObjectIndenter(DefaultPrettyPrinter.FixedSpaceIndenter.instance));

  /**
   * One right, from any host.
   *
   * @param principal who, as Kafka writes it; {@code User:*} is everybody
   * @param operation READ, WRITE, ALTER_CONFIGS or ALL
   * @param resource TOPIC, GROUP, TRANSACTIONAL_ID or CLUSTER
   * @param name of the resource, or where prefixed what its name begins with; {@code *} is any
   * @param prefixed whether the name is a beginning
   */
  record Rule(String principal, String operation, String resource, String name, boolean prefixed) {}

  static AclManifest of(Catalogue catalogue, List<Principal> principals) {
    return new AclManifest(
        new AccessRules(catalogue).of(principals).stream().map(AclManifest::rule).toList());
  }

  /** As a JSON array with a line for each rule, and a line's end. */
  String json() {
    try {
      return WRITER.writeValueAsString(rules) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of names has a JSON form", e);
    }
  }

  private static Rule rule(AclBinding rule) {
    return new Rule(
        rule.entry().principal(),
        rule.entry().operation().name(),
        rule.pattern().resourceType().name(),
        rule.pattern().name(),
        rule.pattern().patternType() == PatternType.PREFIXED);
  }
}
