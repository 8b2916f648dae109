package io.verillm.protocol.receipt;

import io.verillm.events.Accepted;
import io.verillm.events.Challenge;
import io.verillm.events.Commitment;
import io.verillm.events.EpochClosed;
import io.verillm.events.Opening;
import io.verillm.events.PrivateOpening;
import io.verillm.events.RegistryUpdate;
import io.verillm.events.StakeChanged;
import io.verillm.events.Transfer;
import io.verillm.events.Verdict;
import io.verillm.events.Vote;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.event.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.avro.specific.SpecificRecord;

/**
 * One record of a receipt.
 *
 * @param name how findings call it
 * @param record the record; its partition is the shard or 0, its offset the leaf
 * @param event the event in it
 * @param path inclusion path; empty for what is not proved by the tree
 */
record Entry(String name, SignedRecord record, SpecificRecord event, List<Hash> path) {

  Entry {
    path = List.copyOf(path);
  }

  /** Index of its leaf. */
  long leaf() {
    return record.offset();
  }

  boolean lies(String topic) {
    return record.topic().equals(topic);
  }

  /** What an event is, for people. */
  static String describe(SpecificRecord event) {
    return switch (event) {
      case Accepted a -> "acceptance";
      case Challenge c ->
          "challenge of segment %d round %d part %d"
              .formatted(c.getSegment(), c.getRound(), c.getPart());
      case Commitment c ->
          "%s commitment of %s"
              .formatted(c.getStep().name().toLowerCase(Locale.ROOT), c.getWorker());
      case EpochClosed c -> "epoch " + c.getEpoch();
      case Opening o ->
          "opening of %s in segment %d round %d part %d"
              .formatted(o.getWorker(), o.getSegment(), o.getRound(), o.getPart());
      case PrivateOpening o ->
          "opening of %s in segment %d round %d part %d"
              .formatted(o.getWorker(), o.getSegment(), o.getRound(), o.getPart());
      case RegistryUpdate u ->
          "registration of " + new String(Wire.bytes(u.getKey()), StandardCharsets.UTF_8);
      case StakeChanged s -> "stake of " + s.getWorker();
      case Transfer t -> "transfer " + t.getTransferId();
      case Verdict v ->
          "%s verdict of segment %d"
              .formatted(v.getLast() ? "last" : "provisional", v.getSegment());
      case Vote v -> "vote of %s in segment %d".formatted(v.getWorker(), v.getSegment());
      default -> event.getSchema().getName();
    };
  }
}
