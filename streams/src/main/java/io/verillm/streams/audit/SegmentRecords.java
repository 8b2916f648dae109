package io.verillm.streams.audit;

import io.verillm.protocol.log.LogPartition;
import io.verillm.topics.Catalogue;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The public topics in the folder of a broker that does not run: what a consumer that reads
 * committed records would be given, straight from the segments. Needs no broker, and changes
 * nothing in the folder.
 */
public final class SegmentRecords implements RecordSource {
  private final Path logs;
  private final Catalogue catalogue;

  /**
   * Reads a broker's log folder.
   *
   * @param logs the folder that holds one folder for each partition
   */
  public SegmentRecords(Path logs, Catalogue catalogue) {
    this.logs = logs;
    this.catalogue = catalogue;
  }

  @Override
  public SortedSet<LogPartition> partitions() {
    return Collections.unmodifiableSortedSet(PublicTopics.partitions(catalogue));
  }

  @Override
  public int shards() {
    return catalogue.shards();
  }

  @Override
  public void read(LogPartition partition, Sink sink) {
    Markers markers = new Markers();
    batches(partition, record -> {}, markers::add);
    long end = markers.firstOpen();
    batches(
        partition,
        sink,
        batch -> {
          if (!batch.isControlBatch() && batch.baseOffset() < end && markers.isCommitted(batch)) {
            for (Record record : batch) {
              sink.record(consumed(partition, record));
            }
          }
        });
  }

  /** How each transaction ended, by producer. */
  private static final class Markers {
    private final Map<Long, NavigableMap<Long, Boolean>> ends = new HashMap<>();
    private final Map<Long, Long> open = new HashMap<>();

    void add(RecordBatch batch) {
      if (!batch.isTransactional()) {
        return;
      }
      if (batch.isControlBatch()) {
        ControlRecordType type = ControlRecordType.parse(batch.iterator().next().key());
        ends.computeIfAbsent(batch.producerId(), id -> new TreeMap<>())
            .put(batch.baseOffset(), type == ControlRecordType.COMMIT);
        open.remove(batch.producerId());
      } else {
        open.putIfAbsent(batch.producerId(), batch.baseOffset());
      }
    }

    /** Readers of committed records wait here: nobody knows yet how this transaction ends. */
    long firstOpen() {
      return open.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    }

    boolean isCommitted(RecordBatch batch) {
      if (!batch.isTransactional()) {
        return true;
      }
      Map.Entry<Long, Boolean> end =
          ends.getOrDefault(batch.producerId(), Collections.emptyNavigableMap())
              .higherEntry(batch.baseOffset());
      return end != null && end.getValue();
    }
  }

  private void batches(LogPartition partition, Sink sink, Consumer<RecordBatch> each) {
    for (File segment : segments(partition)) {
      try (FileRecords records = FileRecords.open(segment, false)) {
        for (FileChannelRecordBatch batch : records.batches()) {
          if (batch.isValid()) {
            each.accept(batch);
          } else {
            sink.damaged(partition, batch.baseOffset(), "the batch does not fit its checksum");
          }
        }
      } catch (KafkaException e) {
        sink.damaged(partition, -1, segment.getName() + " cannot be read: " + e.getMessage());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + segment, e);
      }
    }
  }

  /** By name, which is the offset of the first record with leading zeros. */
  private List<File> segments(LogPartition partition) {
    Path folder = logs.resolve(partition.toString());
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(
          files
              .filter(file -> file.getFileName().toString().endsWith(".log"))
              .sorted()
              .map(Path::toFile)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private static ConsumerRecord<byte[], byte[]> consumed(LogPartition partition, Record record) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        record.offset(),
        record.timestamp(),
        TimestampType.CREATE_TIME,
        record.keySize(),
        record.valueSize(),
        bytes(record.key()),
        bytes(record.value()),
        new RecordHeaders(record.headers()),
        Optional.empty());
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Override
  public void close() {
    // Files are opened for each read.
  }
}
