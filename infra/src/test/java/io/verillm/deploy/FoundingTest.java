package io.verillm.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.broker.LocalBroker;
import io.verillm.models.BuiltInModel;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.money.Accounts;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.streams.coordinator.CoordinatorKeys;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.SignedProducer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoundingTest {
  private static final Catalogue CATALOGUE = Catalogue.of(1);
  private final BuiltInModel model = BuiltInModel.load();

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void shouldWriteTheParametersOnlyWhenTheRestIsDurable() {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    Founding founding = founding(1);
    try (SignedProducer signed =
        new SignedProducer(
            producer, new EventSigner(Signers.COORDINATOR, founding.keys().signer()))) {
      producer.flushException = new KafkaException("down");
      assertThatThrownBy(() -> founding.write(signed)).hasMessage("down");
      assertThat(producer.history()).isNotEmpty();
      assertThat(parameters(producer)).isZero();

      producer.flushException = null;
      founding.write(signed);
      assertThat(parameters(producer)).isEqualTo(1);
    }
  }

  @Test
  void shouldFoundALogOnceAndForOneCoordinator(@TempDir Path dir) throws Exception {
    try (LocalBroker broker = LocalBroker.start(dir, 0)) {
      KafkaAccess access = KafkaAccess.open(broker.bootstrapServers());
      try (Admin admin = access.admin()) {
        new ClusterTopics(admin, CATALOGUE).apply(CATALOGUE.needed(List.of()));
      }
      assertThat(FoundedLog.find(access)).isEmpty();

      assertThat(founding(1).complete(access)).isTrue();
      assertThat(founding(1).complete(access)).isFalse();

      FoundedLog log = FoundedLog.find(access).orElseThrow();
      assertThat(log.of(keys(1)).catalogue().shards()).isEqualTo(1);
      assertThat(log.parameters()).isEqualTo(Parameters.standard());
      assertThatThrownBy(() -> founding(2).complete(access))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(keys(2).signer().publicKey().hex());
      assertThatThrownBy(() -> log.signedBy(keys(2).signer()))
          .isInstanceOf(IllegalStateException.class);

      Parameters wanted =
          Parameters.standard().withFlagTicks(64).withDuties(new DutyTerms(2_400, 1, 600, 300));
      Parameters set = NewParameters.set(log, access, keys(1).signer(), wanted);
      assertThat(set.duties()).isEqualTo(wanted.duties());
      assertThat(set.version()).isEqualTo(wanted.version() + 1);
      assertThat(FoundedLog.find(access).orElseThrow().parameters()).isEqualTo(set);
      // By who has not seen that others were set.
      assertThatThrownBy(
              () -> NewParameters.set(log, access, keys(1).signer(), Parameters.standard()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("version " + set.version());
      assertThat(FoundedLog.find(access).orElseThrow().parameters()).isEqualTo(set);
    }
  }

  private Founding founding(int coordinator) {
    CoordinatorKeys witness = keys(9);
    return new Founding(
        CATALOGUE,
        keys(coordinator),
        List.of(
            new RegisteredWitness("one", witness.signer().publicKey(), witness.vrf().publicKey())),
        List.of(ServedModel.of(model)),
        List.of(Funds.first(Accounts.TREASURY, 1)),
        Parameters.standard());
  }

  private static CoordinatorKeys keys(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return new CoordinatorKeys(SigningKey.fromSeed(seed), VrfKey.fromSeed(seed), seed);
  }

  private static long parameters(MockProducer<byte[], byte[]> producer) {
    return producer.history().stream()
        .filter(record -> Arrays.equals(record.key(), RegistrySubject.parameters()))
        .count();
  }
}
