package io.verillm.deploy;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * Whether the loops of a process turn. Each of them polls a Kafka consumer, and Kafka's own metrics
 * know when it did last: a loop that hangs, in its work or in a lock, polls no more, while the
 * client's background thread still holds its place in the group.
 *
 * @param beans where the consumers of the process register
 * @param silence longest time between two polls
 */
public record TurningLoops(MBeanServer beans, Duration silence) {
  private static final ObjectName CONSUMERS =
      named("kafka.consumer:type=consumer*-metrics,client-id=*");
  private static final String LAST_POLL = "last-poll-seconds-ago";

  /** Consumers of Streams that are polled only while a state is restored, or global. */
  private static final String SELDOM = ".*-(restore|global)-consumer\"?";

  /** Those of this process. */
  public static TurningLoops ofThisProcess(Duration silence) {
    return new TurningLoops(ManagementFactory.getPlatformMBeanServer(), silence);
  }

  /** Which loop stands still, if one does. One that did not begin yet is none. */
  public Optional<String> fault() {
    for (ObjectName consumer : beans.queryNames(CONSUMERS, null)) {
      String client = consumer.getKeyProperty("client-id");
      double seconds = client.matches(SELDOM) ? -1 : lastPoll(consumer);
      if (seconds > silence.toMillis() / 1_000.0) {
        return Optional.of("consumer %s was not polled for %.0f s".formatted(client, seconds));
      }
    }
    return Optional.empty();
  }

  private double lastPoll(ObjectName consumer) {
    try {
      return beans.getAttribute(consumer, LAST_POLL) instanceof Double seconds ? seconds : -1;
    } catch (JMException e) {
      // Closed meanwhile, or metrics of another kind.
      return -1;
    }
  }

  private static ObjectName named(String pattern) {
    try {
      return ObjectName.getInstance(pattern);
    } catch (MalformedObjectNameException e) {
      throw new IllegalStateException(e);
    }
  }
}
