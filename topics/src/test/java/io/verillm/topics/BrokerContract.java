package io.verillm.topics;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** What must hold on every broker; subclasses say which. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrokerContract
    implements TopicPlanContract, SignedProducerContract, RegistryContract, RequesterContract {
  private Cluster cluster;

  /** Starts the broker, or aborts the suite where it cannot run here. */
  abstract KafkaAccess start();

  abstract void stop();

  @BeforeAll
  void prepare() throws TopicsDisagree {
    cluster = Cluster.prepared(start());
  }

  @AfterAll
  void tearDown() {
    stop();
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }
}
