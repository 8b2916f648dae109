package io.verillm.protocol.sim;

import io.verillm.events.SettleCase;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.schemas.EventCodec;
import java.util.SortedMap;

/** A digest of every settlement of a run, in their order, and of all balances behind the last. */
final class DecisionDigest {
  private static final String TAG = "decisions";

  private HashInput input = HashInput.of(TAG);

  void add(SettleCase settle) {
    Hash soFar = input.add(EventCodec.encode(settle)).hash();
    input = HashInput.of(TAG).add(soFar);
  }

  /** The digest in hex; nothing may be added behind it. */
  String end(SortedMap<String, Long> balances) {
    return input.add(balances.toString()).hash().hex();
  }
}
