package io.verillm.protocol.log;

import io.verillm.events.Seal;
import io.verillm.events.SealedRange;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.MerkleFrontier;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.Wire;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.util.List;
import java.util.Optional;

/**
 * What a witness and an auditor check of a seal: that it continues the chain and seals exactly the
 * records that the reader itself found on the log. The signature of the seal record is checked
 * before, like any record's.
 */
public final class SealCheck {
  /** Most that a seal's time may differ from a witness' clock. */
  public static final long CLOCK_MILLIS_MAX = 2_000;

  /**
   * Longest that a record may lie on the log, as a witness sees it, before a seal covers it: 40
   * ticks. Deadlines of workers are at least three times as long; a sealer reads everything several
   * times a second while a request is open.
   */
  public static final long HELD_BACK_MILLIS_MAX = 10_000;

  /**
   * The same for a cosignature: half of the time after which an epoch may be closed without a
   * witness, so that whoever cosigns in the other half cannot be left out. More than two clocks may
   * differ, so that no cut which came before the cosignature is refused.
   */
  public static final long COSIGNATURE_HELD_BACK_MILLIS_MAX = 2_500;

  private SealCheck() {}

  /** Decodes the value bytes of a seal record. */
  public static Checked<Seal> decode(byte[] sealValue) {
    try {
      return new Checked.Sound<>(EventCodec.decode(sealValue, Seal.class));
    } catch (UndecodableEvent e) {
      return new Checked.Refused<>(LogFault.UNDECODABLE, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Checks one seal against the reader's own records.
   *
   * @param state the reader's state behind the last sound seal
   * @param sealValue value bytes of the seal record
   * @param own all records that the reader found from the last ends up to this seal's ends
   * @return the state behind this seal, or the first fault
   */
  public static Checked<SealState> check(SealState state, byte[] sealValue, EpochRecords own) {
    return decode(sealValue)
        .then(seal ->
            state
                .chain()
                .follow(seal, Beacon.sealHash(sealValue))
                .then(next -> records(state, next, seal, own)));
  }

  /** Checks the sealer's signature of the seal's checkpoint. */
  public static Checked<Seal> checkpoint(Seal seal, VerifyKey sealerKey) {
    if (seal.getTreeSize() < 0 || seal.getTreeRoot().remaining() != Hash.LENGTH) {
      return new Checked.Refused<>(
          LogFault.WRONG_TREE_ROOT, "epoch %d has no tree".formatted(seal.getEpoch()));
    }
    NoteKey key = NoteKey.ofLog(sealerKey);
    return key.verifies(
            Checkpoint.of(seal, sealerKey),
            key.signature(Wire.bytes(seal.getCheckpointSignature())))
        ? new Checked.Sound<>(seal)
        : new Checked.Refused<>(LogFault.WRONG_CHECKPOINT, "epoch " + seal.getEpoch());
  }

  private static Checked<SealState> records(
      SealState state, SealChain next, Seal seal, EpochRecords own) {
    for (SealedRange range : seal.getRanges()) {
      Optional<Checked<SealState>> fault = end(range, own);
      if (fault.isPresent()) {
        return fault.get();
      }
    }
    SealState after = state.with(next, own);
    MerkleFrontier tree = after.tree();
    if (seal.getTreeSize() != tree.size()) {
      return new Checked.Refused<>(
          LogFault.WRONG_TREE_SIZE,
          "%d records where the log holds %d".formatted(seal.getTreeSize(), tree.size()));
    }
    if (!Bytes.hold(seal.getTreeRoot(), tree.root())) {
      return new Checked.Refused<>(
          LogFault.WRONG_TREE_ROOT,
          "epoch %d: the log gives %s".formatted(seal.getEpoch(), tree.root()));
    }
    if (!seal.getTreeNodes().equals(Wire.buffers(tree.nodes()))) {
      return new Checked.Refused<>(
          LogFault.WRONG_TREE_NODES, "epoch %d: the log gives others".formatted(seal.getEpoch()));
    }
    return new Checked.Sound<>(after);
  }

  private static Optional<Checked<SealState>> end(SealedRange range, EpochRecords own) {
    LogPartition partition = new LogPartition(range.getTopic(), range.getPartition());
    List<LogLeaf> leaves = own.in(partition);
    long end = leaves.isEmpty() ? range.getStart() : leaves.getLast().offset() + 1;
    return end == range.getEnd()
        ? Optional.empty()
        : Optional.of(
            new Checked.Refused<>(
                LogFault.WRONG_RANGE_END,
                "%s ends at %d where the last record gives %d"
                    .formatted(partition, range.getEnd(), end)));
  }

  /**
   * Checks a seal's time against a witness' clock at the moment the seal reached it. {@code
   * TIME_BEHIND} may be the reader's own delay and is no proof against the sealer; {@code
   * TIME_AHEAD} is.
   *
   * @param nowMillis the witness' clock, milliseconds since the Unix epoch
   */
  public static Optional<LogFault> time(Seal seal, long nowMillis) {
    if (seal.getTimeMillis() - nowMillis > CLOCK_MILLIS_MAX) {
      return Optional.of(LogFault.TIME_AHEAD);
    }
    return nowMillis - seal.getTimeMillis() > CLOCK_MILLIS_MAX
        ? Optional.of(LogFault.TIME_BEHIND)
        : Optional.empty();
  }
}
