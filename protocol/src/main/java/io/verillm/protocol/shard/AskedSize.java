package io.verillm.protocol.shard;

import io.verillm.events.RequestSize;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.flag.FlagSize;
import io.verillm.protocol.money.Parameters;
import java.util.Comparator;

/** What a request asks for of a model; ordered as a duty epoch announces it. */
record AskedSize(Hash modelId, FlagSize size) implements Comparable<AskedSize> {
  private static final Comparator<AskedSize> ORDER =
      Comparator.comparing((AskedSize asked) -> asked.modelId.hex())
          .thenComparingInt(asked -> asked.size.checkers())
          .thenComparingInt(asked -> asked.size.handovers())
          .thenComparingInt(asked -> asked.size.tokens());

  @Override
  public int compareTo(AskedSize other) {
    return ORDER.compare(this, other);
  }

  /** Whether such a request can be accepted: a flag of another size would cost its sentinel. */
  boolean isCoveredBy(Parameters parameters) {
    return parameters.slashLeft(size.checkers(), size.handovers()) >= 0;
  }

  RequestSize of(int requests) {
    return new RequestSize(
        Wire.buffer(modelId), size.checkers(), size.handovers(), size.tokens(), requests);
  }
}
