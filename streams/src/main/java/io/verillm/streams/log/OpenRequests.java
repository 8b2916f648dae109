package io.verillm.streams.log;

import io.verillm.events.Accepted;
import io.verillm.events.EscrowDecided;
import io.verillm.events.ReserveEscrow;
import io.verillm.events.SettleCase;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * Which requests are being admitted or not settled yet. While there is one, epochs are short. The
 * partitions of the log are read in no common order, so an end may be met before its beginning.
 */
final class OpenRequests {
  private static final int ENDED_MAX = 100_000;

  private final Set<String> open = new HashSet<>();
  private final Map<String, Boolean> ended =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > ENDED_MAX;
        }
      };

  /** Whether an event says when a request begins or ends. */
  static boolean concerns(SpecificRecord event) {
    return event instanceof ReserveEscrow
        || event instanceof Accepted
        || event instanceof EscrowDecided
        || event instanceof SettleCase;
  }

  /** Notes what an event of the public topics says about a request. */
  void note(SpecificRecord event) {
    switch (event) {
      case ReserveEscrow reserve -> begin(reserve.getRequestId());
      case Accepted accepted -> begin(accepted.getRequestId());
      case EscrowDecided decided -> {
        if (!decided.getGranted()) {
          end(decided.getRequestId());
        }
      }
      case SettleCase settle -> {
        if (settle.getRefund()) {
          end(settle.getRequestId());
        }
      }
      default -> {
        // Says nothing about a request's begin or end.
      }
    }
  }

  boolean any() {
    return !open.isEmpty();
  }

  private void begin(String requestId) {
    if (!ended.containsKey(requestId)) {
      open.add(requestId);
    }
  }

  private void end(String requestId) {
    open.remove(requestId);
    ended.put(requestId, true);
  }
}
