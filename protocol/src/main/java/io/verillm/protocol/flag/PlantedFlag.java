package io.verillm.protocol.flag;

import io.verillm.events.ClaimIgnored;
import io.verillm.events.FlagClaim;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.Request;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfProof;
import io.verillm.protocol.draw.Digests;
import io.verillm.protocol.event.EventSigner;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.schemas.EventCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * One flag that a worker owes, with everything about the request that will hold it.
 *
 * @param duty the duty epoch that it is owed in
 * @param slot the slot that owes it
 * @param kind BAD or GOOD
 * @param proof the worker's proof of it
 * @param requestId id of the request
 * @param atMillis when it is to be posted
 * @param requester signs the request and pays for it
 * @param salt in the flag seal
 * @param nonce fixes the sampling seed
 * @param draws seeds what else is drawn for it: which cheat a BAD one runs
 * @param prompt what it asks for, as much as its slot says
 */
public record PlantedFlag(
    DutyEpoch duty,
    int slot,
    FlagKind kind,
    VrfProof proof,
    UUID requestId,
    long atMillis,
    SigningKey requester,
    Hash salt,
    Hash nonce,
    Hash draws,
    FlagPrompt prompt) {

  /** The most that may be reserved; only the coordinator reads it. */
  private static final long BUDGET = 1_000_000_000L;

  /** The request, which nobody but the coordinator can tell from another. */
  public Request request(String sentinel) {
    return Request.newBuilder()
        .setRequestId(requestId.toString())
        .setRequesterKey(Wire.buffer(requester.publicKey().bytes()))
        .setNonce(Wire.buffer(nonce))
        .setModelId(Wire.buffer(prompt.modelId()))
        .setPrompt(prompt.prompt())
        .setMaxTokens(prompt.maxTokens())
        .setTemperature(prompt.temperature())
        .setTopK(prompt.topK())
        .setTopP(prompt.topP())
        .setCheckers(prompt.checkers())
        .setHandovers(prompt.handovers())
        .setBudget(BUDGET)
        .setFlagSeal(Wire.buffer(FlagSeal.of(requestId, kind, salt.bytes())))
        .setFlagClaims(
            List.of(new FlagClaim(sentinel, duty.number(), slot, Wire.buffer(proof.bytes()))))
        .build();
  }

  /**
   * The request as it is posted; the same bytes whenever it is made.
   *
   * @param topic full name of the topic of requests
   */
  public SignedRecord signed(String sentinel, String topic) {
    return new EventSigner(Signers.REQUESTER, requester)
        .sign(
            topic,
            -1,
            requestId.toString().getBytes(StandardCharsets.UTF_8),
            EventCodec.encode(request(sentinel)));
  }

  /** What shows that the request, which was given to somebody else, was this flag's. */
  public ClaimIgnored ignored(String sentinel, String topic) {
    SignedRecord signed = signed(sentinel, topic);
    return new ClaimIgnored(
        requestId.toString(),
        Wire.buffer(signed.key()),
        Wire.buffer(signed.value()),
        Wire.buffer(signed.signature()));
  }

  /** By which the worker knows the task of this request. */
  public Hash seed() {
    return Digests.seed(requestId, requester.publicKey(), nonce.bytes());
  }

  /**
   * What opens the flag behind the last verdict.
   *
   * @param cheat what a BAD flag ran; empty otherwise
   */
  public FlagOpening opening(String cheat) {
    return new FlagOpening(
        requestId.toString(),
        kind,
        kind == FlagKind.BAD ? cheat : "",
        Wire.buffer(salt),
        duty.number(),
        slot,
        Wire.buffer(proof.bytes()));
  }
}
