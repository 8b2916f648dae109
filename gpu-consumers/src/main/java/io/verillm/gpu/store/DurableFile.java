package io.verillm.gpu.store;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** A file that is there whole or not at all: SHA-256 of the content, then the content. */
final class DurableFile {
  static final String TEMPORARY = ".tmp";

  private DurableFile() {}

  /** Bytes on disk for a content of this length. */
  static long bytes(int contentLength) {
    return (long) contentLength + Hash.LENGTH;
  }

  static void write(Path file, byte[] content) throws IOException {
    Path directory = file.getParent();
    Path temporary = Files.createTempFile(directory, file.getFileName().toString(), TEMPORARY);
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        writeAll(channel, ByteBuffer.wrap(Hashing.sha256(content).bytes()));
        writeAll(channel, ByteBuffer.wrap(content));
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      force(directory);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** The content, or empty if the file is not there or not what was written. */
  static Optional<byte[]> read(Path file) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length < Hash.LENGTH) {
        return Optional.empty();
      }
      byte[] content = Arrays.copyOfRange(bytes, Hash.LENGTH, bytes.length);
      boolean whole = new Hash(Arrays.copyOf(bytes, Hash.LENGTH)).equals(Hashing.sha256(content));
      return whole ? Optional.of(content) : Optional.empty();
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  /** A renamed file is durable when its directory is. */
  static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
