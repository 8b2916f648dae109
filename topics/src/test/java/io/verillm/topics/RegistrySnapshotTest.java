package io.verillm.topics;

import static io.verillm.topics.Cluster.CATALOGUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.CalibrationPublished;
import io.verillm.events.CoordinatorRegistered;
import io.verillm.events.NamedWitness;
import io.verillm.events.ParametersSet;
import io.verillm.events.RowLimits;
import io.verillm.events.Vote;
import io.verillm.events.VoteDecision;
import io.verillm.events.VoteReason;
import io.verillm.events.WitnessRegistered;
import io.verillm.events.WorkerReady;
import io.verillm.events.WorkerRegistered;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.registry.RegisteredCoordinator;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.protocol.registry.RegistrySubject;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.EventSchemas;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class RegistrySnapshotTest {
  private static final SigningKey WORKER = Cluster.key("w-01");
  private static final SigningKey OTHER = Cluster.key("other");
  private static final SigningKey WITNESS = Cluster.key("witness");

  private RegistrySnapshot registry = RegistrySnapshot.empty();

  @Test
  void shouldTakeTheFirstRegistrationOfAnIdAndRefuseAnotherKey() {
    assertCounts("worker:w-01", WORKER, worker("w-01", "a", WORKER));
    assertRefused("wrong-signature", "worker:w-01", OTHER, worker("w-01", "b", OTHER));
    assertRefused("key-changed", "worker:w-01", WORKER, worker("w-01", "b", OTHER));
    assertRefused("key-changed", "worker:w-01", WORKER, worker("w-01", "b", WORKER));
    assertCounts("worker:w-01", WORKER, worker("w-01", "a", WORKER));

    assertThat(registry.workers().get("w-01").operator()).isEqualTo("a");
    assertThat(registry.keyOf("worker:w-01")).contains(WORKER.publicKey());
    assertThat(registry.keyOf("worker:w-02")).isEmpty();
    assertThat(registry.nextOffset()).isEqualTo(5);
  }

  @Test
  void shouldRefuseARegistrationForSomebodyElse() {
    assertRefused("signer-not-allowed", "worker:w-02", WORKER, worker("w-01", "a", WORKER));
    assertRefused("signer-not-allowed", "coordinator", WORKER, worker("w-01", "a", WORKER));
    assertRefused("bad-id", "worker:W", WORKER, worker("W", "a", WORKER));
    assertRefused("no-signature", "", WORKER, worker("w-01", "a", WORKER));
    assertRefused("signer-not-allowed", "requester", WORKER, worker("w-01", "a", WORKER));

    assertThat(registry.workers()).isEmpty();
  }

  @Test
  void shouldKnowWhichModelsAReadyWorkerServes() {
    assertRefused("unknown-signer", "worker:w-01", WORKER, ready(true, 1));
    assertCounts("worker:w-01", WORKER, worker("w-01", "a", WORKER));
    assertThat(registry.workers().get("w-01").serves(Cluster.MODEL)).isFalse();

    assertCounts("worker:w-01", WORKER, ready(true, 1));
    assertThat(registry.workers().get("w-01").serves(Cluster.MODEL)).isTrue();

    assertCounts("worker:w-01", WORKER, ready(false, 2));
    assertThat(registry.workers().get("w-01").serves(Cluster.MODEL)).isFalse();
  }

  @Test
  void shouldRefuseAReadinessThatSomebodyPostsAgain() {
    assertCounts("worker:w-01", WORKER, worker("w-01", "a", WORKER));
    assertCounts("worker:w-01", WORKER, ready(false, 7));
    assertCounts("worker:w-01", WORKER, ready(true, 9));

    assertRefused("stale-ready", "worker:w-01", WORKER, ready(false, 7));
    assertRefused("stale-ready", "worker:w-01", WORKER, ready(true, 9));
    assertThat(registry.workers().get("w-01").serves(Cluster.MODEL)).isTrue();
  }

  @Test
  void shouldTakeAReadinessWithoutASequenceOnceAndNeverBehindANumberedOne() throws Exception {
    byte[] unnumbered = withoutSequence(ready(true, 0));
    assertCounts("worker:w-01", WORKER, worker("w-01", "a", WORKER));

    assertThat(applyReady(unnumbered).refused()).isEmpty();
    registry = applyReady(unnumbered).snapshot();
    assertThat(reason(applyReady(unnumbered))).isEqualTo("stale-ready");
  }

  private RegistrySnapshot.Applied applyReady(byte[] value) {
    return registry.apply(
        signed("worker:w-01", WORKER, RegistrySubject.workerReady("w-01"), value));
  }

  /** As builds wrote it before the sequence came. */
  private static byte[] withoutSequence(WorkerReady event) throws Exception {
    Schema first = EventSchemas.history("WorkerReady").getFirst();
    GenericRecord old = new GenericData.Record(first);
    first.getFields().forEach(field -> old.put(field.name(), event.get(field.name())));
    ByteBuffer encoded =
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), first).encode(old);
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  @Test
  void shouldHaveOneCoordinatorAlone() {
    assertRefused("unknown-signer", "coordinator", Cluster.COORDINATOR, Cluster.model());
    assertCounts("coordinator", Cluster.COORDINATOR, Cluster.coordinator());
    assertRefused("wrong-signature", "coordinator", OTHER, coordinator("main", OTHER));
    assertRefused("key-changed", "coordinator", Cluster.COORDINATOR, coordinator("main", OTHER));
    assertRefused(
        "other-coordinator",
        "coordinator",
        Cluster.COORDINATOR,
        coordinator("second", Cluster.COORDINATOR));

    assertThat(List.of("coordinator", "sealer", "ledger"))
        .allSatisfy(
            signer -> assertThat(registry.keyOf(signer)).contains(Cluster.COORDINATOR.publicKey()));
    assertThat(registry.keyOf("requester")).isEmpty();
    assertThat(registry.keyOf("somebody")).isEmpty();
  }

  @Test
  void shouldTakeNoCoordinatorButTheOneWhoseKeyWasGiven() {
    registry = RegistrySnapshot.trusting(Cluster.COORDINATOR.publicKey());
    assertRefused("other-coordinator", "coordinator", OTHER, coordinator("main", OTHER));
    assertCounts("coordinator", Cluster.COORDINATOR, Cluster.coordinator());

    assertThat(registry.keyOf("ledger")).contains(Cluster.COORDINATOR.publicKey());
  }

  @Test
  void shouldTakeModelsCalibrationsAndParametersFromTheCoordinatorAlone() {
    assertCounts("coordinator", Cluster.COORDINATOR, Cluster.coordinator());
    assertCounts("worker:w-01", WORKER, worker("w-01", "a", WORKER));
    assertRefused("signer-not-allowed", "worker:w-01", WORKER, Cluster.model());
    assertRefused("wrong-signature", "coordinator", WORKER, Cluster.parameters());

    assertCounts("coordinator", Cluster.COORDINATOR, Cluster.model());
    assertCounts("coordinator", Cluster.COORDINATOR, calibration(100));
    assertCounts("coordinator", Cluster.COORDINATOR, calibration(100));
    assertRefused("calibration-changed", "coordinator", Cluster.COORDINATOR, calibration(101));
    assertCounts("coordinator", Cluster.COORDINATOR, parameters(2, 8));
    assertRefused("stale-parameters", "coordinator", Cluster.COORDINATOR, parameters(1, 8));
    assertRefused("stale-parameters", "coordinator", Cluster.COORDINATOR, parameters(2, 9));

    assertThat(registry.model("tiny")).contains(Cluster.model());
    assertThat(registry.calibrations()).containsOnlyKeys("c-1");
    assertThat(registry.parameters()).contains(parameters(2, 8));
  }

  @Test
  void shouldRefuseDutiesThatNobodyCouldMeetOrPay() {
    assertCounts("coordinator", Cluster.COORDINATOR, Cluster.coordinator());
    ParametersSet sound = duties(16, 300L);
    assertRefused("invalid-value", "coordinator", Cluster.COORDINATOR, duties(0, 300L));
    assertRefused("invalid-value", "coordinator", Cluster.COORDINATOR, duties(15, 300L));
    assertRefused("invalid-value", "coordinator", Cluster.COORDINATOR, duties(16, 12_000_000_000L));

    assertCounts("coordinator", Cluster.COORDINATOR, sound);
    assertThat(registry.parameters()).contains(sound);
  }

  private static ParametersSet duties(int flagTicks, long flatFee) {
    return ParametersSet.newBuilder(Cluster.parameters())
        .setFlagTicks(flagTicks)
        .setFlatFee(flatFee)
        .setDutyTicks(2_400)
        .setFlagSlots(4_096)
        .setBadFlags(600)
        .build();
  }

  @Test
  void shouldFixAWitnessWithItsDrawKey() {
    VrfKey vrf = VrfKey.fromSeed(Cluster.seed("v"));
    VrfKey otherVrf = VrfKey.fromSeed(Cluster.seed("o"));
    assertRefused(
        "invalid-key",
        "witness:x",
        WITNESS,
        new WitnessRegistered("x", bytes(WITNESS), ByteBuffer.allocate(33)));
    assertCounts("witness:x", WITNESS, witness(vrf));
    assertRefused("key-changed", "witness:x", WITNESS, witness(otherVrf));
    assertCounts("witness:x", WITNESS, witness(vrf));

    assertThat(registry.witnesses().get("x").vrfKey()).isEqualTo(vrf.publicKey());
    assertThat(registry.keyOf("witness:x")).contains(WITNESS.publicKey());
  }

  @Test
  void shouldRefuseAWitnessWithOtherKeysThanTheCoordinatorNames() {
    VrfKey vrf = VrfKey.fromSeed(Cluster.seed("v"));
    VrfKey otherVrf = VrfKey.fromSeed(Cluster.seed("o"));
    assertCounts("coordinator", Cluster.COORDINATOR, Cluster.coordinator());
    assertRefused("wrong-signature", "witness:witness", OTHER, witness("witness", OTHER, otherVrf));
    assertRefused("key-changed", "witness:witness", WITNESS, witness("witness", WITNESS, otherVrf));
    assertCounts("witness:witness", WITNESS, witness("witness", WITNESS, vrf));

    assertThat(registry.sealWitnesses()).containsEntry("witness", Cluster.namedWitness());
    assertThat(registry.keyOf("witness:witness")).contains(WITNESS.publicKey());
  }

  @Test
  void shouldGiveANamedIdToWhomTheCoordinatorNamesThoughAStrangerTookItFirst() {
    VrfKey otherVrf = VrfKey.fromSeed(Cluster.seed("o"));
    assertCounts("witness:witness", OTHER, witness("witness", OTHER, otherVrf));
    assertThat(registry.sealWitnesses()).isEmpty();

    assertCounts("coordinator", Cluster.COORDINATOR, Cluster.coordinator());

    assertThat(registry.witnesses()).containsEntry("witness", Cluster.namedWitness());
    assertRefused("wrong-signature", "witness:witness", OTHER, witness("witness", OTHER, otherVrf));
  }

  @Test
  void shouldRefuseACoordinatorThatNamesNoKeys() {
    CoordinatorRegistered sound = Cluster.coordinator();
    NamedWitness one = sound.getWitnessKeys().getFirst();
    NamedWitness same = new NamedWitness("other", one.getKey(), one.getVrfKey());
    NamedWitness broken = new NamedWitness("witness", one.getKey(), ByteBuffer.allocate(33));
    for (CoordinatorRegistered unsound :
        List.of(
            named(List.of("witness"), List.of()),
            named(List.of(), List.of()),
            named(List.of("other"), List.of(one)),
            named(List.of("witness"), List.of(broken)),
            named(List.of("witness", "witness"), List.of(one, one)),
            named(List.of("other", "witness"), List.of(same, one)))) {
      assertRefused("invalid-value", "coordinator", Cluster.COORDINATOR, unsound);
    }

    assertThat(registry.coordinator()).isEmpty();
  }

  private static CoordinatorRegistered named(List<String> ids, List<NamedWitness> keys) {
    return CoordinatorRegistered.newBuilder(Cluster.coordinator())
        .setWitnesses(ids)
        .setWitnessKeys(keys)
        .build();
  }

  @Test
  void shouldRefuseAnEventUnderAnotherSubject() {
    WorkerRegistered event = worker("w-01", "a", WORKER);
    SignedRecord record =
        signed("worker:w-01", WORKER, RegistrySubject.worker("w-02"), EventCodec.encode(event));

    assertThat(reason(registry.apply(record))).isEqualTo("wrong-subject");
  }

  @Test
  void shouldRefuseEventsOfOtherTopicsAndUnknownSchemas() {
    Vote vote =
        new Vote("r", 0, 1, ByteBuffer.allocate(32), "w-01", VoteDecision.ACCEPT, VoteReason.NONE);
    byte[] unknown = EventCodec.encode(vote);
    unknown[2] ^= 1;

    assertThat(outcome(EventCodec.encode(vote))).isEqualTo("wrong-event");
    assertThat(outcome(unknown)).isEqualTo("undecodable");
    assertThat(outcome(new byte[0])).isEqualTo("undecodable");
  }

  private static String reason(RegistrySnapshot.Applied applied) {
    return DeadLetterReason.named(applied.refused().orElseThrow().fault()).name();
  }

  private String outcome(byte[] value) {
    SignedRecord record = signed("worker:w-01", WORKER, new byte[0], value);
    return reason(registry.apply(record));
  }

  private void assertCounts(String signer, SigningKey key, SpecificRecord event) {
    RegistrySnapshot.Applied applied = apply(signer, key, event);
    assertThat(applied.refused()).isEmpty();
    registry = applied.snapshot();
  }

  private void assertRefused(String reason, String signer, SigningKey key, SpecificRecord event) {
    RegistrySnapshot.Applied applied = apply(signer, key, event);
    assertThat(reason(applied)).isEqualTo(reason);
    assertThat(applied.snapshot().nextOffset()).isEqualTo(registry.nextOffset() + 1);
    registry = applied.snapshot();
  }

  private RegistrySnapshot.Applied apply(String signer, SigningKey key, SpecificRecord event) {
    return registry.apply(signed(signer, key, RegistrySubject.of(event), EventCodec.encode(event)));
  }

  private SignedRecord signed(String signer, SigningKey key, byte[] subject, byte[] value) {
    SignedRecord record =
        new EventSigner(signer, key).sign(CATALOGUE.registry().name(), 0, subject, value);
    return new SignedRecord(
        record.topic(),
        0,
        registry.nextOffset(),
        record.key(),
        record.value(),
        record.signer(),
        record.signature());
  }

  private static WorkerRegistered worker(String id, String operator, SigningKey key) {
    return new WorkerRegistered(id, operator, bytes(key), ByteBuffer.allocate(0));
  }

  private static WorkerReady ready(boolean ready, long sequence) {
    return new WorkerReady(
        "w-01", List.of(ByteBuffer.wrap(Cluster.MODEL.bytes())), "cpu-fp32", ready, sequence);
  }

  private static WitnessRegistered witness(VrfKey vrf) {
    return witness("x", WITNESS, vrf);
  }

  private static WitnessRegistered witness(String id, SigningKey key, VrfKey vrf) {
    return new WitnessRegistered(id, bytes(key), ByteBuffer.wrap(vrf.publicKey().bytes()));
  }

  private static CoordinatorRegistered coordinator(String id, SigningKey key) {
    return new RegisteredCoordinator(
            id,
            key.publicKey(),
            Cluster.COORDINATOR_VRF.publicKey(),
            3,
            List.of(Cluster.namedWitness()))
        .toEvent();
  }

  private static CalibrationPublished calibration(int clip) {
    return new CalibrationPublished(
        "c-1",
        ByteBuffer.wrap(Cluster.MODEL.bytes()),
        "cpu-fp32",
        "cpu-fp32",
        List.of(new RowLimits("block2", 1L, 2L), new RowLimits("norm", 1L, 2L)),
        1,
        2,
        3,
        4,
        clip,
        5,
        200);
  }

  private static ParametersSet parameters(int version, int disputeTicks) {
    return ParametersSet.newBuilder(Cluster.parameters())
        .setVersion(version)
        .setDisputeTicks(disputeTicks)
        .build();
  }

  private static ByteBuffer bytes(SigningKey key) {
    return ByteBuffer.wrap(key.publicKey().bytes());
  }
}
