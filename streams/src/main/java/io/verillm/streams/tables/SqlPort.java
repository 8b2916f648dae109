package io.verillm.streams.tables;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Where the process that holds the tables answers, as the file {@code sql.port} says it.
 *
 * @param port on the loopback address
 * @param token shows that the asker may read the data directory
 */
record SqlPort(int port, String token) {
  static final String TOKEN_HEADER = "X-Verillm-Token";

  private static Path file(Path dataDir) {
    return dataDir.resolve("sql.port");
  }

  static Optional<SqlPort> read(Path dataDir) throws IOException {
    try {
      String[] words = Files.readString(file(dataDir)).strip().split(" ");
      return words.length == 2
          ? Optional.of(new SqlPort(Integer.parseInt(words[0]), words[1]))
          : Optional.empty();
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Readers find the old content or the new, never a part. */
  void write(Path dataDir) throws IOException {
    Path fresh = Files.createTempFile(dataDir, "sql", ".port");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(fresh, port + " " + token + "\n");
    Files.move(
        fresh, file(dataDir), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static void delete(Path dataDir) throws IOException {
    Files.deleteIfExists(file(dataDir));
  }
}
