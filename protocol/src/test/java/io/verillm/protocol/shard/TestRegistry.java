package io.verillm.protocol.shard;

import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** A registry without a log. */
final class TestRegistry {
  private TestRegistry() {}

  /** With a coordinator, and what it registers. */
  static RegistrySnapshot of(SpecificRecord... events) {
    RegisteredCoordinator coordinator =
        new RegisteredCoordinator(
            "coordinator-1",
            TestKeys.signing("coordinator").publicKey(),
            TestKeys.vrf("coordinator").publicKey(),
            1,
            List.of(ShardBed.witness("wit-1")));
    return Stream.concat(Stream.of(coordinator.toEvent()), Stream.of(events))
        .reduce(
            RegistrySnapshot.empty(),
            (registry, event) -> registry.apply(signed(event)).snapshot(),
            (first, second) -> second);
  }

  private static SignedRecord signed(SpecificRecord event) {
    return TestKeys.signer(Signers.COORDINATOR)
        .sign(ShardBed.TOPICS.registry(), 0, RegistrySubject.of(event), EventCodec.encode(event));
  }
}
