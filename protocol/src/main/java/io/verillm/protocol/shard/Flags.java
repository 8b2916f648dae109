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

  Flags(ShardState state) {
    this.state = state;
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
    kind.ifPresent(opened -> request.flag = opened);
    return kind.isPresent() ? null : Refusal.NO_FLAG;
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
