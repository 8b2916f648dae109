package io.verillm.topics;

/** One difference between the catalogue and a cluster. */
public sealed interface TopicChange {
  /** The topic's full name. */
  String topic();

  /** One line for people. */
  String text();

  /**
   * The topic does not exist.
   *
   * @param topic its name
   * @param partitions partitions that it will have
   */
  record Missing(String topic, int partitions) implements TopicChange {
    @Override
    public String text() {
      return "+ %s  (%d %s)"
          .formatted(topic, partitions, partitions == 1 ? "partition" : "partitions");
    }
  }

  /**
   * A config has another value than the catalogue's.
   *
   * @param topic the topic's name
   * @param config Kafka's name of the config
   * @param actual value in the cluster
   * @param wanted value of the catalogue
   */
  record ConfigDiffers(String topic, String config, String actual, String wanted)
      implements TopicChange {
    @Override
    public String text() {
      return "~ %s  %s: %s -> %s".formatted(topic, config, actual, wanted);
    }
  }

  /**
   * The number of partitions is another: nothing can repair that without moving keys to other
   * shards.
   *
   * @param topic the topic's name
   * @param actual partitions in the cluster
   * @param wanted partitions in the catalogue
   */
  record PartitionsDiffer(String topic, int actual, int wanted) implements TopicChange {
    @Override
    public String text() {
      return "! %s  has %d partitions, the catalogue says %d".formatted(topic, actual, wanted);
    }
  }
}
