package io.verillm.streams;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Sends a record whose key is a shard (4 bytes, big endian) to the partition of that number.
 *
 * @param shards number of shards
 */
public record ShardPartitioner(int shards) implements StreamPartitioner<byte[], byte[]> {
  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte[] key, byte[] value, int numPartitions) {
    int shard = key.length == Integer.BYTES ? ByteBuffer.wrap(key).getInt() : -1;
    if (shard < 0 || shard >= shards) {
      throw new IllegalArgumentException(
          "shard %d of a key of %d bytes is none of %s's %d shards"
              .formatted(shard, key.length, topic, shards));
    }
    return Optional.of(Set.of(shard));
  }
}
