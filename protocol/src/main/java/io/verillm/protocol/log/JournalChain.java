package io.verillm.protocol.log;

import io.verillm.events.JournalEntry;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.schemas.EventCodec;
import io.verillm.schemas.UndecodableEvent;
import java.nio.ByteBuffer;

/**
 * The head of one shard's journal: builds the next entry, or follows an entry that somebody else
 * built. Each entry names the hash of the one before it, {@code H("journal", value bytes)}, so no
 * entry can be dropped, moved or changed without breaking the chain behind it.
 *
 * @param shard the shard
 * @param nextSequence number of the next entry
 * @param previousHash hash of the last entry, zeros before the first
 */
public record JournalChain(int shard, long nextSequence, Hash previousHash) {

  /** Before the shard's first entry. */
  public static JournalChain start(int shard) {
    return new JournalChain(shard, 0, new Hash(new byte[Hash.LENGTH]));
  }

  /** The hash of an entry by its value bytes. */
  public static Hash entryHash(byte[] entryValue) {
    return Hashing.hash("journal", entryValue);
  }

  /**
   * The next entry.
   *
   * @param epoch epoch in which the record was decided
   * @param record the record, as it lies on the log
   * @param reason why it does not count; empty exactly if it counts
   */
  public JournalEntry entry(long epoch, SignedRecord record, String reason) {
    return new JournalEntry(
        shard,
        nextSequence,
        epoch,
        record.topic(),
        record.partition(),
        record.offset(),
        ByteBuffer.wrap(record.recordHash().bytes()),
        reason.isEmpty(),
        reason,
        ByteBuffer.wrap(previousHash.bytes()));
  }

  /** The chain behind an entry of this chain, by its value bytes. */
  public JournalChain after(byte[] entryValue) {
    return new JournalChain(shard, nextSequence + 1, entryHash(entryValue));
  }

  /** Checks that these value bytes are this chain's next entry; {@link #after} follows it. */
  public Checked<JournalEntry> check(byte[] entryValue) {
    JournalEntry entry;
    try {
      entry = EventCodec.decode(entryValue, JournalEntry.class);
    } catch (UndecodableEvent e) {
      return new Checked.Refused<>(LogFault.UNDECODABLE, String.valueOf(e.getMessage()));
    }
    if (entry.getShard() != shard) {
      return refused(LogFault.WRONG_SHARD, "shard %d in journal %d", entry.getShard(), shard);
    }
    if (entry.getSequence() != nextSequence) {
      return refused(
          LogFault.WRONG_SEQUENCE, "%d where %d follows", entry.getSequence(), nextSequence);
    }
    if (!Bytes.hold(entry.getPreviousHash(), previousHash)) {
      return refused(LogFault.WRONG_PREVIOUS_HASH, "entry %d", entry.getSequence());
    }
    return new Checked.Sound<>(entry);
  }

  /** Checks that an entry describes this record: its place and its hash. */
  public static Checked<JournalEntry> describes(JournalEntry entry, SignedRecord record) {
    boolean same =
        entry.getTopic().equals(record.topic())
            && entry.getPartition() == record.partition()
            && entry.getOffset() == record.offset()
            && Bytes.hold(entry.getRecordHash(), record.recordHash());
    return same
        ? new Checked.Sound<>(entry)
        : refused(
            LogFault.WRONG_RECORD,
            "entry %d names %s-%d@%d, which does not hold that record",
            entry.getSequence(),
            entry.getTopic(),
            entry.getPartition(),
            entry.getOffset());
  }

  private static Checked<JournalEntry> refused(LogFault fault, String detail, Object... values) {
    return new Checked.Refused<>(fault, detail.formatted(values));
  }
}
