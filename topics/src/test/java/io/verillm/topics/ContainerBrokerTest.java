package io.verillm.topics;

import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The same suite against Kafka in a container. The image can be another one that behaves as
 * apache/kafka does: {@code -Dverillm.kafka.image=name:tag}.
 */
class ContainerBrokerTest extends BrokerContract {
  private static final String NO_ENGINE = "skipped: no Docker engine";
  private static final String IMAGE =
      System.getProperty("verillm.kafka.image", "apache/kafka:4.3.1");

  private KafkaContainer container;

  @Override
  KafkaAccess start() {
    boolean engine = DockerClientFactory.instance().isDockerAvailable();
    if (!engine) {
      System.out.println("ContainerBrokerTest " + NO_ENGINE);
    }
    Assumptions.assumeTrue(engine, NO_ENGINE);
    container =
        new KafkaContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("apache/kafka"))
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    container.start();
    return KafkaAccess.open(container.getBootstrapServers());
  }

  @Override
  void stop() {
    if (container != null) {
      container.stop();
    }
  }
}
