package io.verillm.streams.audit;

import io.verillm.protocol.log.LogPartition;
import java.util.SortedSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where an audit reads the public topics from: a cluster, or an exported directory. */
public interface RecordSource extends AutoCloseable {

  /** The partitions that there are. */
  SortedSet<LogPartition> partitions();

  /** Number of shards of the log. */
  int shards();

  /** Gives every committed record of a partition, ascending by offset; may be asked again. */
  void read(LogPartition partition, Sink sink);

  @Override
  void close();

  /** Takes what is read. */
  interface Sink {
    /** A record as it lay on the log. */
    void record(ConsumerRecord<byte[], byte[]> record);

    /**
     * Something that is not as it was exported; the records behind it may be missing.
     *
     * @param offset the record's offset, or -1 where the whole file is meant
     */
    default void damaged(LogPartition partition, long offset, String message) {
      // A cluster checks its own bytes.
    }
  }
}
