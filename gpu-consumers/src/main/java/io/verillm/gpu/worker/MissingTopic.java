package io.verillm.gpu.worker;

import io.verillm.topics.Topic;

/** A worker cannot start because a topic does not exist, or not as the catalogue has it. */
public final class MissingTopic extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MissingTopic(Topic topic) {
    super("topic %s with %d partitions is missing".formatted(topic, topic.partitions()));
  }
}
