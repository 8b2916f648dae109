package io.verillm.protocol.shard;

import io.verillm.events.ClaimIgnored;
import io.verillm.events.FlagClaim;
import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.events.Request;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.FlagSeal;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is said of flags between the last verdicts of a request and its settlement. */
final class Flags {
  private final ShardState state;
  private final Duties duties;

  Flags(ShardState state, Duties duties) {
    this.state = state;
    this.duties = duties;
  }

  @Nullable Refusal apply(SignedRecord record, FlagOpening opening) {
    Refusal refusal = early(opening.getRequestId());
    if (refusal != null) {
      return refusal;
    }
    RequestState request = state.open.get(opening.getRequestId());
    if (request.flag != FlagKind.NONE) {
      return Refusal.DUPLICATE_FLAG;
    }
    Optional<FlagKind> kind =
        FlagSeal.open(Wire.hash(request.accepted().getFlagSeal()), opening)
            .filter(opened -> opened != FlagKind.NONE && isBySentinel(record, request));
    if (kind.isEmpty()) {
      return Refusal.NO_FLAG;
    }
    if (!duties.meets(sentinel(request), opening, request.accepted())) {
      return Refusal.NOT_OWED;
    }
    request.flag = kind.get();
    return null;
  }

  /** Why nothing is said about the flag of this request now. */
  private @Nullable Refusal early(String requestId) {
    RequestState request = state.open.get(requestId);
    if (request == null) {
      return state.closed.contains(requestId)
          ? StateTable.refusal(Stage.CLOSED, Input.FLAG)
          : Refusal.UNKNOWN_REQUEST;
    }
    return StateTable.refusal(request, Input.FLAG);
  }

  /**
   * The coordinator has given a planted request to others: its sentinel shows that the request held
   * a claim, and has met its duty. What the request seals counts for nobody.
   */
  @Nullable Refusal apply(SignedRecord record, ClaimIgnored shown) throws UndecodableEvent {
    Refusal refusal = early(shown.getRequestId());
    if (refusal != null) {
      return refusal;
    }
    RequestState request = state.open.get(shown.getRequestId());
    byte[] value = Wire.bytes(shown.getValue());
    Hash digest =
        Hashing.hash(
            "request", Wire.bytes(shown.getKey()), value, Wire.bytes(shown.getSignature()));
    if (!request.accepted().getRequestDigest().equals(Wire.buffer(digest))) {
      return Refusal.NO_FLAG;
    }
    Request planted = EventCodec.decode(value, Request.class);
    Optional<FlagClaim> claim =
        planted.getFlagClaims().stream()
            .filter(c -> record.signer().equals(Signers.worker(c.getSentinel())))
            .findFirst();
    if (claim.isEmpty() || isHonoured(request, claim.get())) {
      return Refusal.NO_FLAG;
    }
    return duties.excuse(claim.get(), planted) ? null : Refusal.NOT_OWED;
  }

  /** Whether the sentinel was given the request, and the answer was not handed over. */
  private static boolean isHonoured(RequestState request, FlagClaim claim) {
    String first = request.tasks.stream().filter(t -> t.author).findFirst().orElseThrow().worker;
    return first.equals(claim.getSentinel()) && request.cases.size() == 1;
  }

  private static String sentinel(RequestState request) {
    return request.author(0).orElseThrow().worker;
  }

  /**
   * Whether the only author that a request ever had speaks. Nobody else may: a requester could seal
   * a BAD flag and leave the bond to an honest author. A flag is not handed over.
   */
  private static boolean isBySentinel(SignedRecord record, RequestState request) {
    List<TaskState> authors = request.tasks.stream().filter(t -> t.author).toList();
    return authors.size() == 1 && record.signer().equals(Signers.worker(authors.getFirst().worker));
  }
}
