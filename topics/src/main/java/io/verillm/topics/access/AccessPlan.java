package io.verillm.topics.access;

import java.util.List;
import org.apache.kafka.common.acl.AclBinding;

/**
 * What it takes to make a cluster's access rules agree with the catalogue.
 *
 * @param missing rules that are not there
 * @param surplus rules on what is ours that the catalogue grants to nobody
 * @param agreeing rules that are there and wanted
 */
public record AccessPlan(List<AclBinding> missing, List<AclBinding> surplus, int agreeing) {
  /** Copies the rules. */
  public AccessPlan {
    missing = List.copyOf(missing);
    surplus = List.copyOf(surplus);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return missing.isEmpty() && surplus.isEmpty();
  }

  /** The plan for people, a line for each rule and one that counts. */
  public String text() {
    StringBuilder text = new StringBuilder();
    missing.forEach(rule -> text.append("+ ").append(AccessRule.text(rule)).append('\n'));
    surplus.forEach(rule ->
        text.append("- ").append(AccessRule.text(rule)).append("  (not in the catalogue)\n"));
    return text.append(
            "access: %d to allow, %d not in the catalogue, %d as in the catalogue%n"
                .formatted(missing.size(), surplus.size(), agreeing))
        .toString();
  }
}
