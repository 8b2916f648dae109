package io.verillm.deploy;

import io.verillm.events.ParametersSet;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import io.verillm.topics.SignedProducer;

/** Other parameters for a log that is founded, by the coordinator's word. */
public final class NewParameters {
  private NewParameters() {}

  /**
   * Sets them, behind those in force; they are when this returns.
   *
   * @param key the coordinator's
   * @return those in force
   * @throws IllegalStateException if the log is another coordinator's, or somebody else set others
   *     meanwhile
   * @throws IllegalArgumentException if the registry would not take them
   * @throws org.apache.kafka.common.KafkaException if they were not written
   */
  public static Parameters set(
      FoundedLog log, KafkaAccess coordinator, Signer key, Parameters wanted) {
    Catalogue catalogue = log.signedBy(key).catalogue();
    EventSigner signer = new EventSigner(Signers.COORDINATOR, key);
    ParametersSet event =
        ParametersSet.newBuilder(wanted.toEvent())
            .setVersion(log.parameters().version() + 1)
            .build();
    log.registry()
        .apply(
            signer.sign(
                catalogue.registry().name(),
                0,
                RegistrySubject.parameters(),
                EventCodec.encode(event)))
        .refused()
        .ifPresent(refused -> {
          throw new IllegalArgumentException(refused.detail());
        });
    try (SignedProducer producer = SignedProducer.idempotent(coordinator, signer)) {
      producer.send(catalogue.registry(), RegistrySubject.parameters(), event);
      producer.flush();
    }
    Parameters now = FoundedLog.find(coordinator).orElseThrow().parameters();
    if (!now.toEvent().equals(event)) {
      throw new IllegalStateException(
          "somebody set other parameters at the same time: version %d is in force, none of these"
              .formatted(now.version()));
    }
    return now;
  }
}
