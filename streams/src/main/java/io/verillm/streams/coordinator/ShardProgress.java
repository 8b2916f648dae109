package io.verillm.streams.coordinator;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.log.JournalChain;
import java.nio.ByteBuffer;
import org.apache.kafka.streams.state.KeyValueStore;

/** How far a shard has come: the next spine offset and the head of its journal. */
final class ShardProgress {
  private static final String SPINE = "progress/spine";
  private static final String JOURNAL = "progress/journal";

  private final KeyValueStore<String, byte[]> store;
  private final int shard;

  ShardProgress(KeyValueStore<String, byte[]> store, int shard) {
    this.store = store;
    this.shard = shard;
  }

  /** Every spine record before it was applied. */
  long nextSpine() {
    byte[] value = store.get(SPINE);
    return value == null ? 0 : ByteBuffer.wrap(value).getLong();
  }

  void spineApplied(long offset) {
    store.put(SPINE, ByteBuffer.allocate(Long.BYTES).putLong(offset + 1).array());
  }

  JournalChain journal() {
    byte[] value = store.get(JOURNAL);
    if (value == null) {
      return JournalChain.start(shard);
    }
    ByteBuffer head = ByteBuffer.wrap(value);
    long sequence = head.getLong();
    byte[] hash = new byte[Hash.LENGTH];
    head.get(hash);
    return new JournalChain(shard, sequence, new Hash(hash));
  }

  void journal(JournalChain chain) {
    store.put(
        JOURNAL,
        ByteBuffer.allocate(Long.BYTES + Hash.LENGTH)
            .putLong(chain.nextSequence())
            .put(chain.previousHash().bytes())
            .array());
  }
}
