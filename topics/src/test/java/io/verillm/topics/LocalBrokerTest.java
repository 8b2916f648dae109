package io.verillm.topics;

import io.verillm.broker.LocalBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerTest extends BrokerContract {
  @TempDir static Path dataDir;

  private LocalBroker broker;

  @Override
  KafkaAccess start() {
    broker = LocalBroker.start(dataDir, 0);
    return KafkaAccess.open(broker.bootstrapServers());
  }

  @Override
  void stop() {
    broker.close();
  }
}
