package io.verillm.deploy;

import io.verillm.events.FundAccount;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.streams.coordinator.CoordinatorKeys;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.RecordKeys;
import io.verillm.topics.RegistryReader;
import io.verillm.topics.SchemaPublisher;
import io.verillm.topics.SignedProducer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/**
 * What a log holds before its programs can work on it: schemas, first funds, the coordinator with
 * the witnesses that it names, models with their calibrations and, last, the parameters. Where they
 * are, all is; done again it changes nothing.
 *
 * @param catalogue with the shards that the log has for good
 * @param keys the coordinator's, for good
 * @param witnesses who closes its epochs, for good
 * @param models what is offered first
 * @param funds first funds
 * @param parameters of money and time
 */
public record Founding(
    Catalogue catalogue,
    CoordinatorKeys keys,
    List<RegisteredWitness> witnesses,
    List<ServedModel> models,
    List<FundAccount> funds,
    Parameters parameters) {
  private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(20);

  /** Copies the lists. */
  public Founding {
    witnesses = List.copyOf(witnesses);
    models = List.copyOf(models);
    funds = List.copyOf(funds);
  }

  /**
   * Writes it, as the coordinator, where it is not written yet.
   *
   * @return whether it was written now
   * @throws IllegalStateException if the log is another coordinator's
   * @throws KafkaException if something was not written; done again it is all sent again
   */
  public boolean complete(KafkaAccess coordinator) {
    if (isDone(coordinator)) {
      return false;
    }
    try (SignedProducer producer =
        SignedProducer.idempotent(
            coordinator, new EventSigner(Signers.COORDINATOR, keys.signer()))) {
      write(producer);
      return true;
    }
  }

  private boolean isDone(KafkaAccess coordinator) {
    try (RegistryReader registry = RegistryReader.open(coordinator)) {
      RegistrySnapshot found = registry.refresh(REGISTRY_TIMEOUT);
      found.coordinator().ifPresent(there -> FoundedLog.require(there, keys));
      return FoundedLog.of(found).isPresent();
    }
  }

  void write(SignedProducer producer) {
    new SchemaPublisher(catalogue, producer).publish();
    funds.forEach(command ->
        producer.send(
            catalogue.ledgerCommands(), RecordKeys.text(command.getCommandId()), command));
    producer.send(
        catalogue.registry(),
        RegistrySubject.coordinator(Registrations.COORDINATOR),
        Registrations.coordinator(keys, catalogue.shards(), witnesses));
    producer.send(
        catalogue.registry(),
        RegistrySubject.encryptionKey(Signers.COORDINATOR),
        Registrations.encryptionKey(keys));
    models.forEach(model -> register(producer, model));
    producer.flush();
    producer.send(catalogue.registry(), RegistrySubject.parameters(), parameters.toEvent());
    producer.flush();
  }

  private void register(SignedProducer producer, ServedModel model) {
    producer.send(catalogue.registry(), RegistrySubject.model(model.id()), model.registration());
    model
        .calibration()
        .ifPresent(calibration ->
            producer.send(
                catalogue.registry(),
                RegistrySubject.calibration(calibration.calibrationId()),
                calibration.toEvent()));
  }
}
