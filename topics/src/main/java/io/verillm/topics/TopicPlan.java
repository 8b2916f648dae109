package io.verillm.topics;

import java.util.List;

/**
 * What it takes to make a cluster agree with the catalogue.
 *
 * @param changes differences, by topic name
 * @param agreeing topics without any difference
 */
public record TopicPlan(List<TopicChange> changes, int agreeing) {
  /** Copies the changes. */
  public TopicPlan {
    changes = List.copyOf(changes);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /** Topics to create. */
  public List<TopicChange.Missing> missing() {
    return of(TopicChange.Missing.class);
  }

  /** Configs to alter. */
  public List<TopicChange.ConfigDiffers> configs() {
    return of(TopicChange.ConfigDiffers.class);
  }

  /** What cannot be applied. */
  public List<TopicChange.PartitionsDiffer> conflicts() {
    return of(TopicChange.PartitionsDiffer.class);
  }

  private <T extends TopicChange> List<T> of(Class<T> kind) {
    return changes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The plan for people, a line for each change and one that counts. */
  public String text() {
    StringBuilder text = new StringBuilder();
    changes.forEach(change -> text.append(change.text()).append('\n'));
    return text.append(
            "%d to create, %d to alter, %d in conflict, %d as in the catalogue%n"
                .formatted(missing().size(), configs().size(), conflicts().size(), agreeing))
        .toString();
  }
}
