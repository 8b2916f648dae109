package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.WorkerRegistered;
import io.verillm.gpu.Keys;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.money.Parameters;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegisteredWitness;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import io.verillm.topics.Catalogue;
import io.verillm.topics.KafkaAccess;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Nobody is charged for flags that it was not set up to plant. */
class CannotPlantFlagsTest {
  private static final String WORKER = "w-11";
  private static final VrfKey VRF = VrfKey.fromSeed(Hashing.hash("vrf").bytes());
  private static final Parameters DUTIES =
      Parameters.demo()
          .withFlagTicks(DutyTerms.FLAG_TICKS_MIN)
          .withDuties(new DutyTerms(2_400, 1, 600, 300));

  private final Catalogue catalogue = Catalogue.local();
  private final KafkaAccess access = KafkaAccess.open("localhost:1");
  private final WorkerSettings plantsNone =
      WorkerSettings.of(
          WORKER,
          Keys.signing(WORKER),
          Hashing.hash("secret").bytes(),
          access,
          catalogue,
          settings -> {
            throw new AssertionError("nothing is to be connected");
          });
  private final WorkerSettings plants =
      plantsNone.withFlags(new FlagSettings(access, List.of(), List.of()));

  private RegistrySnapshot founded(Parameters parameters) {
    return with(
        with(
            RegistrySnapshot.empty(),
            Signers.COORDINATOR,
            new RegisteredCoordinator(
                    "c-1",
                    Keys.signing(Signers.COORDINATOR).publicKey(),
                    VRF.publicKey(),
                    catalogue.shards(),
                    List.of(
                        new RegisteredWitness(
                            "witness-1", Keys.signing("witness").publicKey(), VRF.publicKey())))
                .toEvent()),
        Signers.COORDINATOR,
        parameters.toEvent());
  }

  private RegistrySnapshot with(RegistrySnapshot before, String signer, SpecificRecord event) {
    String key = signer.equals(Signers.COORDINATOR) ? signer : WORKER;
    RegistrySnapshot.Applied applied =
        before.apply(
            new EventSigner(signer, Keys.signing(key))
                .sign(
                    catalogue.registry().name(),
                    0,
                    RegistrySubject.of(event),
                    EventCodec.encode(event)));
    assertThat(applied.snapshot()).isNotEqualTo(before);
    return applied.snapshot();
  }

  private RegistrySnapshot registered(RegistrySnapshot before, byte[] vrfKey) {
    return with(
        before,
        Signers.worker(WORKER),
        new WorkerRegistered(
            WORKER,
            WORKER,
            Wire.buffer(Keys.signing(WORKER).publicKey().bytes()),
            Wire.buffer(vrfKey)));
  }

  @Test
  void shouldNotStartWhereItWouldBeGivenNoTask() {
    RegistrySnapshot duties = founded(DUTIES);

    assertThatThrownBy(() -> CannotPlantFlags.check(plantsNone, duties))
        .isInstanceOf(CannotPlantFlags.class)
        .hasMessageContainingAll(WORKER, "no task");
    assertThatCode(() -> CannotPlantFlags.check(plants, duties)).doesNotThrowAnyException();
  }

  @Test
  void shouldNotStartWhereItOwesFlagsAlready() {
    RegistrySnapshot owing = registered(founded(Parameters.demo()), VRF.publicKey().bytes());

    assertThatThrownBy(() -> CannotPlantFlags.check(plantsNone, owing))
        .isInstanceOf(CannotPlantFlags.class)
        .hasMessageContainingAll(WORKER, "bond");
    assertThatCode(() -> CannotPlantFlags.check(plants, owing)).doesNotThrowAnyException();
  }

  @Test
  void shouldStartWhereNobodyOwesAnything() {
    RegistrySnapshot founded = founded(Parameters.demo());

    assertThatCode(() -> CannotPlantFlags.check(plantsNone, RegistrySnapshot.empty()))
        .doesNotThrowAnyException();
    assertThatCode(() -> CannotPlantFlags.check(plantsNone, founded)).doesNotThrowAnyException();
    assertThatCode(() -> CannotPlantFlags.check(plantsNone, registered(founded, new byte[0])))
        .doesNotThrowAnyException();
  }
}
