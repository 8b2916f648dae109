package io.verillm.streams.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.topics.Catalogue;
import io.verillm.topics.Counters;
import io.verillm.topics.SignedRecords;
import io.verillm.topics.Topic;
import java.util.List;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorTopologyTest {
  private static final Catalogue CATALOGUE = Catalogue.of(1);
  private static final byte[] SEED = HashInput.of("seed").hash().bytes();
  private static final SigningKey COORDINATOR = SigningKey.fromSeed(SEED);

  private final Counters counters = new Counters();
  private final CoordinatorKeys keys =
      new CoordinatorKeys(COORDINATOR, VrfKey.fromSeed(SEED), SEED);
  private final TopologyTestDriver driver =
      new TopologyTestDriver(
          new CoordinatorApp(
                  CATALOGUE,
                  keys,
                  new FakeTexts(),
                  CoordinatorTopologyTest::hasTopics,
                  counters,
                  new Backlog())
              .topology(),
          new Properties());

  /** As on a cluster, where a worker's topics are looked up by their names. */
  private static boolean hasTopics(String worker) {
    return CATALOGUE.ofWorker(worker).equals(CATALOGUE.ofWorker("w-01"));
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private void send(Topic topic, String signer, byte[] key, SpecificRecord event) {
    SigningKey signing =
        signer.equals(Signers.COORDINATOR) ? COORDINATOR : CoordinatorBed.signing(signer);
    ProducerRecord<byte[], byte[]> record =
        SignedRecords.signed(topic, null, key, event, new EventSigner(signer, signing));
    driver
        .createInputTopic(topic.name(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>(record.key(), record.value(), record.headers(), 0L));
  }

  private int sent(Topic topic) {
    TestOutputTopic<byte[], byte[]> output =
        driver.createOutputTopic(
            topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    return output.isEmpty() ? 0 : output.readRecordsToList().size();
  }

  private void worker(String id) {
    String signer = Signers.worker(id);
    byte[] key = CoordinatorBed.signing(signer).publicKey().bytes();
    send(
        CATALOGUE.registry(),
        signer,
        RegistrySubject.worker(id),
        new WorkerRegistered(id, "op", Wire.buffer(key), Wire.buffer(new byte[0])));
    send(
        CATALOGUE.registry(),
        signer,
        RegistrySubject.workerReady(id),
        new WorkerReady(id, List.of(), "cpu", true, 1L));
  }

  @Test
  void shouldCopyTheRegistryToTheSpineAndJournalIt() {
    send(
        CATALOGUE.registry(),
        Signers.COORDINATOR,
        RegistrySubject.coordinator("coordinator-1"),
        new RegisteredCoordinator(
                "coordinator-1",
                COORDINATOR.publicKey(),
                keys.vrf().publicKey(),
                1,
                List.of(
                    new RegisteredWitness(
                        "witness-1", COORDINATOR.publicKey(), keys.vrf().publicKey())))
            .toEvent());
    worker("w-01");

    assertThat(sent(CATALOGUE.shardInputs())).isEqualTo(3);
    assertThat(sent(CATALOGUE.journal())).isEqualTo(3);
    assertThat(sent(CATALOGUE.deadLetters())).isZero();
  }

  @Test
  void shouldNotCopyAReadyWorkerWhoseTopicsAreMissing() {
    worker("w-02");

    assertThat(sent(CATALOGUE.shardInputs())).isEqualTo(1);
    assertThat(counters.snapshot()).containsEntry("topic-missing", 1L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "W-01", "w/01", "a23456789012345678901234567890123"})
  void shouldGoOnBehindAReadyWorkerWhoseIdIsNoPartOfATopicName(String id) {
    worker(id);
    worker("w-01");

    assertThat(sent(CATALOGUE.shardInputs())).as("all but the readiness of '%s'", id).isEqualTo(3);
    assertThat(counters.snapshot()).containsEntry("topic-missing", 1L);
  }
}
