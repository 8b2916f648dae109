package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.EventVerifier;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class SignedProducerTest {
  private final MockProducer<byte[], byte[]> broker =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final SignedProducer producer =
      new SignedProducer(broker, new EventSigner(Signers.COORDINATOR, Cluster.COORDINATOR));

  @Test
  void shouldTellOnFlushWhatWasNotWrittenThoughNobodyKeptTheFuture() {
    producer.send(Cluster.CATALOGUE.registry(), new byte[] {1}, Cluster.model());
    broker.errorNext(new NotLeaderOrFollowerException("moved"));

    assertThatThrownBy(producer::flush)
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("moved");

    producer.send(Cluster.CATALOGUE.registry(), new byte[] {1}, Cluster.model());
    producer.flush();
    assertThat(broker.history()).hasSize(2);
  }

  @Test
  void shouldSignWhatItSends() {
    producer.send(Cluster.CATALOGUE.registry(), 0, new byte[] {1}, Cluster.model());

    ProducerRecord<byte[], byte[]> sent = broker.history().getFirst();
    SignedRecord read =
        SignedRecords.from(
            sent.topic(), sent.partition(), 5, sent.key(), sent.value(), sent.headers());
    assertThat(EventVerifier.fault(read, Optional.of(Cluster.COORDINATOR.publicKey()))).isEmpty();
    assertThat(read.signer()).isEqualTo("coordinator");
  }

  @Test
  void shouldRefuseAnEventThatDoesNotBelongToTheTopic() {
    assertThatThrownBy(() -> producer.send(Cluster.CATALOGUE.votes(), new byte[0], Cluster.model()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ModelRegistered is no event of " + Cluster.CATALOGUE.votes());
    assertThat(broker.history()).isEmpty();
  }
}
