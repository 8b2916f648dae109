package io.verillm.streams.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What an archive holds.
 *
 * @param format version of the archive's layout
 * @param shards shards of the log
 * @param files one for each partition
 */
record ArchiveManifest(int format, int shards, List<PartitionFile> files) {
  static final int FORMAT = 1;
  private static final String NAME = "manifest.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * One partition.
   *
   * @param topic full topic name
   * @param partition its number
   * @param file name in the directory
   * @param records number of records
   * @param sha256 of the file, in hexadecimal digits
   */
  record PartitionFile(String topic, int partition, String file, long records, String sha256) {}

  void write(Path directory) throws IOException {
    JSON.writeValue(directory.resolve(NAME).toFile(), this);
  }

  static ArchiveManifest read(Path directory) throws IOException {
    Path path = directory.resolve(NAME);
    if (!Files.isRegularFile(path)) {
      throw new IOException("no archive in " + directory + ": " + NAME + " is missing");
    }
    ArchiveManifest manifest = JSON.readValue(path.toFile(), ArchiveManifest.class);
    if (manifest.format() != FORMAT) {
      throw new IOException("archive format %d, not %d".formatted(manifest.format(), FORMAT));
    }
    return manifest;
  }
}
