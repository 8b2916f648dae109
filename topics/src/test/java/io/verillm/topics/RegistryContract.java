package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.registry.RegistrySubject;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

interface RegistryContract {
  Cluster cluster();

  @Test
  default void shouldReadTheRegistryPastRecordsThatDoNotCount() {
    SigningKey honest = Cluster.key("w-77");
    SigningKey thief = Cluster.key("thief");
    Topic topic = Cluster.CATALOGUE.registry();
    try (SignedProducer worker = cluster().producer(Signers.worker("w-77"), honest);
        SignedProducer forger = cluster().producer(Signers.worker("w-77"), thief)) {
      worker.send(topic, RegistrySubject.worker("w-77"), registered(honest));
      worker.flush();
      forger.send(topic, RegistrySubject.worker("w-77"), registered(thief));
      forger.send(new ProducerRecord<>(topic.name(), null, null));
      forger.sendBytes(topic, null, new byte[0], new byte[] {1, 2, 3});
      forger.flush();
      worker.send(topic, RegistrySubject.workerReady("w-77"), ready());
      worker.flush();
    }

    try (RegistryReader reader = RegistryReader.open(cluster().access())) {
      RegistrySnapshot registry = reader.refresh(Cluster.TIMEOUT);

      assertThat(registry.keyOf("worker:w-77")).contains(honest.publicKey());
      assertThat(registry.workers().get("w-77").serves(Cluster.MODEL)).isTrue();
      assertThat(registry.keyOf("ledger")).contains(Cluster.COORDINATOR.publicKey());
      assertThat(registry.model("tiny")).contains(Cluster.model());
      assertThat(registry.parameters()).contains(Cluster.parameters());
      assertThat(reader.refused().snapshot())
          .containsEntry("wrong-signature", 1L)
          .containsEntry("no-signature", 1L)
          .containsEntry("undecodable", 1L);
    }
  }

  @Test
  default void shouldBelieveNoCoordinatorButTheOneThatTheAccessNames() {
    SigningKey other = Cluster.key("another coordinator");
    try (RegistryReader known =
            RegistryReader.open(cluster().access().trusting(Cluster.COORDINATOR.publicKey()));
        RegistryReader stranger =
            RegistryReader.open(cluster().access().trusting(other.publicKey()))) {
      assertThat(known.refresh(Cluster.TIMEOUT).keyOf("ledger"))
          .contains(Cluster.COORDINATOR.publicKey());
      assertThat(stranger.refresh(Cluster.TIMEOUT).coordinator()).isEmpty();
    }
  }

  private static WorkerRegistered registered(SigningKey key) {
    return new WorkerRegistered(
        "w-77", "op-1", ByteBuffer.wrap(key.publicKey().bytes()), ByteBuffer.allocate(0));
  }

  private static WorkerReady ready() {
    return new WorkerReady(
        "w-77", List.of(ByteBuffer.wrap(Cluster.MODEL.bytes())), "cpu-fp32", true, 1L);
  }
}
