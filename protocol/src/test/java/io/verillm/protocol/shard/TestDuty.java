package io.verillm.protocol.shard;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.verillm.events.Accepted;
import io.verillm.events.DutyBegun;
import io.verillm.events.FlagClaim;
import io.verillm.events.FlagDuty;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.Request;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.ClaimFault;
import io.verillm.protocol.flag.DutyEpoch;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.schemas.EventCodec;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;

/** A duty epoch as a worker sees it: it knows its own proofs. */
record TestDuty(DutyEpoch epoch) {
  /** So long that no test ends it without wanting to, and every slot owes something. */
  static final DutyTerms TERMS = new DutyTerms(10_000, 8, 5_000, 5_000);

  /** The one that a shard announced last. */
  static Optional<TestDuty> last(ShardBed bed) {
    List<DutyBegun> begun = bed.published(DutyBegun.class);
    return begun.isEmpty()
        ? Optional.empty()
        : Optional.of(new TestDuty(DutyEpoch.of(begun.getLast())));
  }

  private static VrfKey key(String worker) {
    return TestKeys.vrf(Signers.worker(worker));
  }

  VrfProof proof(String worker, int slot) {
    return TestKeys.prove(Signers.worker(worker), epoch.alpha(worker, slot));
  }

  FlagKind owed(String worker, int slot) {
    return epoch.owed(key(worker).output(epoch.alpha(worker, slot)));
  }

  List<Integer> slots(String worker, FlagKind kind) {
    return IntStream.range(0, epoch.terms().slots())
        .filter(slot -> owed(worker, slot) == kind)
        .boxed()
        .toList();
  }

  /** Puts the proof of a slot that owes this kind into an opening, if there is one. */
  void owe(FlagOpening opening, String worker) {
    slots(worker, opening.getKind()).stream()
        .findFirst()
        .ifPresent(slot -> owe(opening, worker, slot));
  }

  void owe(FlagOpening opening, String worker, int slot) {
    set(opening, "dutyEpoch", epoch.number());
    set(opening, "slot", slot);
    set(opening, "proof", Wire.buffer(proof(worker, slot).bytes()));
  }

  /** Changes a field of an event. */
  static void set(SpecificRecord event, String field, Object value) {
    event.put(event.getSchema().getField(field).pos(), value);
  }

  FlagClaim claim(String worker, int slot) {
    return new FlagClaim(worker, epoch.number(), slot, Wire.buffer(proof(worker, slot).bytes()));
  }

  /** Why a claim gives no request of the usual size. */
  static Optional<ClaimFault> fault(ShardBed bed, FlagClaim claim) {
    return bed.shard.fault(claim, asking(3, TestRequest.MAX_TOKENS));
  }

  /** The request that plants a flag in the first slot of a sentinel, as its requester signs it. */
  SignedRecord planted(TestRequest request, String sentinel) {
    Request event =
        Request.newBuilder(asking(request.checkers(), TestRequest.MAX_TOKENS))
            .setRequestId(request.id())
            .setRequesterKey(Wire.buffer(TestKeys.signing("requester").publicKey().bytes()))
            .setFlagSeal(request.accepted().getFlagSeal())
            .setFlagClaims(List.of(claim(sentinel, 0)))
            .build();
    return TestKeys.signer(Signers.REQUESTER)
        .sign("requests", 0, request.id().getBytes(UTF_8), EventCodec.encode(event));
  }

  /** The acceptance of a request that was signed so. */
  static Accepted acceptedAs(TestRequest request, SignedRecord signed) {
    return Accepted.newBuilder(request.accepted())
        .setRequestDigest(
            Wire.buffer(Hashing.hash("request", signed.key(), signed.value(), signed.signature())))
        .build();
  }

  /** A request of this size. */
  static Request asking(int checkers, int maxTokens) {
    return Request.newBuilder()
        .setRequestId(TestRequest.standard().id())
        .setRequesterKey(Wire.buffer(new byte[32]))
        .setNonce(Wire.buffer(new byte[32]))
        .setModelId(Wire.buffer(TestModel.ID))
        .setPrompt("any")
        .setMaxTokens(maxTokens)
        .setTemperature(0)
        .setTopK(1)
        .setTopP(1)
        .setCheckers(checkers)
        .setBudget(1)
        .setFlagSeal(Wire.buffer(new byte[32]))
        .build();
  }

  /** Proofs of all slots, with the number of flags that they owe. */
  FlagDuty event(String worker) {
    ByteArrayOutputStream proofs = new ByteArrayOutputStream();
    int slots = epoch.terms().slots();
    IntStream.range(0, slots).forEach(slot -> proofs.writeBytes(proof(worker, slot).bytes()));
    int owed = slots - slots(worker, FlagKind.NONE).size();
    return new FlagDuty(
        epoch.number(), worker, Wire.buffer(proofs.toByteArray()), owed, List.of(), epoch.shard());
  }
}
