package io.verillm.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.models.BuiltInModel;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.topics.Catalogue;
import io.verillm.topics.SignedProducer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetupTest {
  private static final List<String> WORKERS = List.of("w-01");

  @TempDir Path directory;

  @Test
  void shouldWriteTheParametersOnlyWhenTheFundsAreDurable() throws Exception {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    StackFolder folder = new StackFolder(directory.resolve("s"));
    StackKeys keys = new StackKeys(folder, new Random(1), StackWitnesses.LOCAL, WORKERS);
    StackAccess access = new StackAccess(folder, StackWitnesses.LOCAL.allIds(), WORKERS);
    Setup setup = new Setup(access, "nowhere:1", Catalogue.of(1), keys);
    try (BuiltInModel model = BuiltInModel.load();
        SignedProducer signed = new SignedProducer(producer, keys.coordinatorSigner())) {
      producer.flushException = new KafkaException("down");
      assertThatThrownBy(() -> setup.write(signed, model, List.of(), Parameters.demo(), WORKERS))
          .hasMessage("down");
      assertThat(producer.history()).isNotEmpty();
      assertThat(parameters(producer)).isZero();

      producer.flushException = null;
      setup.write(signed, model, List.of(), Parameters.demo(), WORKERS);
      assertThat(parameters(producer)).isEqualTo(1);
    }
  }

  private static long parameters(MockProducer<byte[], byte[]> producer) {
    return producer.history().stream()
        .filter(record -> Arrays.equals(record.key(), RegistrySubject.parameters()))
        .count();
  }
}
