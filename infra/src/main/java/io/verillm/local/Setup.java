package io.verillm.local;

import io.verillm.events.CalibrationPublished;
import io.verillm.models.BuiltInModel;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.topics.Catalogue;
import io.verillm.topics.ClusterTopics;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.RegistryReader;
import io.verillm.topics.SchemaPublisher;
import io.verillm.topics.SignedProducer;
import io.verillm.topics.TopicsDisagree;
import io.verillm.topics.access.ClusterAccess;
import io.verillm.topics.access.Principal;
import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * Brings a cluster to the state in which the apps can start: users, topics, access rules, schemas,
 * funds, and the coordinator's part of the registry. Done again it changes nothing.
 */
final class Setup {
  private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(20);

  private final StackAccess access;
  private final String bootstrap;
  private final Catalogue catalogue;
  private final StackKeys keys;

  Setup(StackAccess access, String bootstrap, Catalogue catalogue, StackKeys keys) {
    this.access = access;
    this.bootstrap = bootstrap;
    this.catalogue = catalogue;
    this.keys = keys;
  }

  /**
   * Does what is not done yet.
   *
   * @throws TopicsDisagree if the cluster has topics of other partition counts
   */
  void complete(
      BuiltInModel model,
      Collection<CalibrationPublished> calibrations,
      Parameters parameters,
      Collection<String> workers)
      throws TopicsDisagree {
    try (Admin admin = access.as(Principal.OPERATOR, bootstrap).admin()) {
      access.setUsers(admin);
      new ClusterTopics(admin, catalogue).apply(catalogue.needed(workers));
      // Behind the users in the broker's log: who sees the rules sees the users too.
      new ClusterAccess(admin, catalogue).apply(access.principals(), false);
    }
    if (!done()) {
      try (SignedProducer producer =
          SignedProducer.idempotent(coordinator(), keys.coordinatorSigner())) {
        write(producer, model, calibrations, parameters, workers);
      }
    }
  }

  /**
   * Writes everything, and the parameters only when the rest is durable.
   *
   * @throws KafkaException if something was not written; done again it is all sent again
   */
  void write(
      SignedProducer producer,
      BuiltInModel model,
      Collection<CalibrationPublished> calibrations,
      Parameters parameters,
      Collection<String> workers) {
    new SchemaPublisher(catalogue, producer).publish();
    fund(producer, workers);
    register(producer, model, calibrations);
    producer.flush();
    producer.send(catalogue.registry(), RegistrySubject.parameters(), parameters.toEvent());
    producer.flush();
  }

  // Parameters are written last, so where they are everything is.
  private boolean done() {
    try (RegistryReader registry = RegistryReader.open(coordinator())) {
      return registry.refresh(REGISTRY_TIMEOUT).parameters().isPresent();
    }
  }

  private KafkaAccess coordinator() {
    return access.as(Principal.COORDINATOR, bootstrap);
  }

  private void fund(SignedProducer producer, Collection<String> workers) {
    Endowment.commands(keys.requester().publicKey(), workers)
        .forEach(command ->
            producer.send(
                catalogue.ledgerCommands(), RecordKeys.text(command.getCommandId()), command));
  }

  private void register(
      SignedProducer producer, BuiltInModel model, Collection<CalibrationPublished> calibrations) {
    Hash modelId = Registrations.modelId(model);
    producer.send(
        catalogue.registry(),
        RegistrySubject.coordinator(Registrations.COORDINATOR),
        Registrations.coordinator(keys.coordinator(), catalogue.shards(), keys.witnesses()));
    producer.send(
        catalogue.registry(),
        RegistrySubject.encryptionKey(Signers.COORDINATOR),
        Registrations.encryptionKey(keys.coordinator()));
    producer.send(catalogue.registry(), RegistrySubject.model(modelId), Registrations.model(model));
    calibrations.forEach(calibration ->
        producer.send(
            catalogue.registry(),
            RegistrySubject.calibration(calibration.getCalibrationId()),
            calibration));
  }
}
