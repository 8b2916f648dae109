package io.verillm.protocol.shard;

import io.verillm.events.FlagKind;
import io.verillm.events.FlagOpening;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Signers;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.FlagSeal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Flags that are opened between the last verdicts of a request and its settlement. */
final class Flags {
  private final ShardState state;
  private final Duties duties;

  Flags(ShardState state, Duties duties) {
    this.state = state;
    this.duties = duties;
  }

  @Nullable Refusal apply(SignedRecord record, FlagOpening opening) {
    RequestState request = state.open.get(opening.getRequestId());
    if (request == null) {
      return state.closed.contains(opening.getRequestId())
          ? StateTable.refusal(Stage.CLOSED, Input.FLAG)
          : Refusal.UNKNOWN_REQUEST;
    }
    Refusal refusal = StateTable.refusal(request, Input.FLAG);
    if (refusal != null) {
      return refusal;
    }
    if (request.flag != FlagKind.NONE) {
      return Refusal.DUPLICATE_FLAG;
    }
    Optional<FlagKind> kind =
        FlagSeal.open(Wire.hash(request.accepted().getFlagSeal()), opening)
            .filter(opened -> opened != FlagKind.NONE && isBySentinel(record, request));
    if (kind.isEmpty()) {
      return Refusal.NO_FLAG;
    }
    if (!duties.meets(sentinel(request), opening)) {
      return Refusal.NOT_OWED;
    }
    request.flag = kind.get();
    return null;
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
