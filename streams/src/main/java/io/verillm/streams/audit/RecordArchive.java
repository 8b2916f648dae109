package io.verillm.streams.audit;

import io.verillm.protocol.log.LogPartition;
import io.verillm.streams.audit.ArchiveManifest.PartitionFile;
import io.verillm.topics.Catalogue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The public topics in a directory: one Avro object container file for each partition, and a
 * manifest. Bytes are kept as they lay on the log, so an audit of the archive is an audit of the
 * log.
 */
public final class RecordArchive implements RecordSource {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Path directory;
  private final ArchiveManifest manifest;

  private RecordArchive(Path directory, ArchiveManifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /**
   * Opens an archive.
   *
   * @throws IOException if there is none, or it is of another format
   */
  public static RecordArchive open(Path directory) throws IOException {
    return new RecordArchive(directory, ArchiveManifest.read(directory));
  }

  /**
   * Writes every public topic of a source into a directory.
   *
   * @return number of records
   * @throws IOException if the directory cannot be written, or holds anything
   */
  public static long export(RecordSource source, Path directory) throws IOException {
    Files.createDirectories(directory);
    try (var present = Files.list(directory)) {
      if (present.findAny().isPresent()) {
        throw new IOException(directory + " is not empty");
      }
    }
    List<PartitionFile> files = new ArrayList<>();
    for (LogPartition partition : source.partitions()) {
      String name = partition + ".avro";
      long records = write(source, partition, directory.resolve(name));
      files.add(
          new PartitionFile(
              partition.topic(),
              partition.partition(),
              name,
              records,
              sha256(directory.resolve(name))));
    }
    new ArchiveManifest(ArchiveManifest.FORMAT, source.shards(), files).write(directory);
    return files.stream().mapToLong(PartitionFile::records).sum();
  }

  private static long write(RecordSource source, LogPartition partition, Path path)
      throws IOException {
    long[] count = new long[1];
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(ArchivedRecords.SCHEMA))) {
      writer.create(ArchivedRecords.SCHEMA, path.toFile());
      source.read(
          partition,
          record -> {
            try {
              writer.append(ArchivedRecords.write(record));
              count[0]++;
            } catch (IOException e) {
              throw new UncheckedIOException("cannot write " + path, e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return count[0];
  }

  @Override
  public SortedSet<LogPartition> partitions() {
    return Collections.unmodifiableSortedSet(
        PublicTopics.partitions(Catalogue.of(manifest.shards())));
  }

  @Override
  public int shards() {
    return manifest.shards();
  }

  @Override
  public void read(LogPartition partition, Sink sink) {
    Optional<PartitionFile> found =
        manifest.files().stream()
            .filter(f -> f.topic().equals(partition.topic()))
            .filter(f -> f.partition() == partition.partition())
            .findFirst();
    if (found.isEmpty()) {
      sink.damaged(partition, -1, "the manifest names no file for it");
      return;
    }
    PartitionFile file = found.get();
    Path path = directory.resolve(file.file()).normalize();
    if (!path.startsWith(directory) || !Files.isRegularFile(path)) {
      sink.damaged(partition, -1, file.file() + " is missing");
      return;
    }
    read(partition, file, path, sink);
  }

  private static void read(LogPartition partition, PartitionFile file, Path path, Sink sink) {
    long count = 0;
    long last = -1;
    boolean damaged = false;
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(
            path.toFile(), new GenericDatumReader<GenericRecord>(ArchivedRecords.SCHEMA))) {
      while (reader.hasNext()) {
        GenericRecord archived = reader.next();
        ConsumerRecord<byte[], byte[]> record = ArchivedRecords.read(partition, archived);
        if (!ArchivedRecords.isIntact(record, archived)) {
          sink.damaged(partition, record.offset(), "the record does not fit its digest");
          damaged = true;
        }
        if (record.offset() <= last) {
          sink.damaged(partition, record.offset(), "offset behind " + last);
          return;
        }
        last = record.offset();
        count++;
        sink.record(record);
      }
    } catch (IOException | AvroRuntimeException | IllegalArgumentException e) {
      sink.damaged(partition, last + 1, "cannot be read behind this offset: " + e.getMessage());
      return;
    }
    if (count != file.records()) {
      sink.damaged(partition, last + 1, "%d records of %d".formatted(count, file.records()));
    } else if (!damaged && !sha256Quietly(path).equals(file.sha256())) {
      sink.damaged(partition, -1, file.file() + " is not the file of the manifest");
    }
  }

  private static String sha256Quietly(Path path) {
    try {
      return sha256(path);
    } catch (IOException e) {
      return "unreadable";
    }
  }

  private static String sha256(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    // Files are opened for each read.
  }
}
