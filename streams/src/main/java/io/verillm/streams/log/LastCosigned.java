package io.verillm.streams.log;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The seals that a witness cosigned last, on its disk before their cosignatures are on the log. So
 * it never cosigns two seals of one epoch, whatever the log tells it after a restart, and what a
 * crash kept from being written is written again.
 *
 * <p>The file: number of seals (4 bytes, big endian), for each its offset (8), its length (4) and
 * its value bytes, and the SHA-256 of all that.
 */
public final class LastCosigned {
  private static final String NAME = "cosigned";

  private final Path directory;

  /**
   * Kept in a directory of one witness of one log.
   *
   * @param directory made when something is kept
   */
  public LastCosigned(Path directory) {
    this.directory = directory;
  }

  /**
   * A seal as it lies on the log.
   *
   * @param offset its offset
   * @param value its value bytes
   */
  record CosignedSeal(long offset, byte[] value) {}

  /**
   * What was kept last, ascending; empty where nothing was.
   *
   * @throws UncheckedIOException if the file cannot be read or is damaged: a witness that does not
   *     know what it cosigned must not cosign
   */
  List<CosignedSeal> read() {
    Path file = directory.resolve(NAME);
    try {
      return Files.exists(file) ? parse(Files.readAllBytes(file)) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static List<CosignedSeal> parse(byte[] bytes) throws IOException {
    int length = bytes.length - Hash.LENGTH;
    byte[] body = Arrays.copyOf(bytes, Math.max(0, length));
    if (length < 0
        || !new Hash(Arrays.copyOfRange(bytes, length, bytes.length))
            .equals(Hashing.sha256(body))) {
      throw new IOException("it is damaged");
    }
    ByteBuffer buffer = ByteBuffer.wrap(body);
    List<CosignedSeal> seals = new ArrayList<>();
    for (int left = buffer.getInt(); left > 0; left--) {
      long offset = buffer.getLong();
      byte[] value = new byte[buffer.getInt()];
      buffer.get(value);
      seals.add(new CosignedSeal(offset, value));
    }
    return List.copyOf(seals);
  }

  /**
   * Keeps these instead of those before; returns when they are durable.
   *
   * @throws UncheckedIOException if they are not
   */
  void write(List<CosignedSeal> seals) {
    int size = seals.stream().mapToInt(s -> Long.BYTES + Integer.BYTES + s.value().length).sum();
    ByteBuffer body = ByteBuffer.allocate(Integer.BYTES + size).putInt(seals.size());
    seals.forEach(s -> body.putLong(s.offset()).putInt(s.value().length).put(s.value()));
    try {
      Files.createDirectories(directory);
      Path part = directory.resolve(NAME + ".part");
      try (FileChannel channel =
          FileChannel.open(
              part,
              Set.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE))) {
        write(channel, ByteBuffer.wrap(body.array()));
        write(channel, ByteBuffer.wrap(Hashing.sha256(body.array()).bytes()));
        channel.force(true);
      }
      Files.move(
          part,
          directory.resolve(NAME),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        // The new name itself must outlast a power failure.
        channel.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep what is cosigned in " + directory, e);
    }
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
