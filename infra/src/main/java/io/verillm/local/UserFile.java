package io.verillm.local;

import io.verillm.topics.access.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How one user logs in, as Kafka's client settings; the only place where its password is kept.
 *
 * @param path the file
 * @param principal the user
 */
record UserFile(Path path, Principal principal) {
  private static final int PASSWORD_BYTES = 24;
  private static final Pattern PASSWORD = Pattern.compile("password=\"([A-Za-z0-9_-]+)\"");

  /** The file of this user, {@code worker.w-01.properties} for {@code worker:w-01}. */
  static UserFile of(Path directory, Principal principal) {
    String name = principal.name().replace(':', '.') + ".properties";
    return new UserFile(directory.resolve(name), principal);
  }

  /**
   * Makes a password, where the user has none.
   *
   * @param transport client settings by which everybody reaches the brokers
   */
  void makeIfAbsent(Map<String, String> transport) {
    if (Files.exists(path)) {
      return;
    }
    byte[] secret = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(secret);
    try {
      Files.createDirectories(path.getParent());
      Path part = Files.createTempFile(path.getParent(), "user", ".part", ownerOnly());
      String password = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
      Files.writeString(part, text(transport, password));
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path, e);
    }
  }

  /**
   * The password.
   *
   * @throws UncheckedIOException if the file cannot be read or holds none
   */
  String password() {
    try {
      Matcher matcher = PASSWORD.matcher(Files.readString(path));
      if (!matcher.find()) {
        throw new IOException("no password in it; delete it, and the next start makes one");
      }
      return matcher.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  // The operator must be known before any record is read, so its password is in the broker's own
  // settings, which SCRAM cannot do.
  private String text(Map<String, String> transport, String password) {
    boolean plain = principal.equals(Principal.OPERATOR);
    StringBuilder text =
        new StringBuilder(
            "# %s: --access of ./verillm, --command-config of Kafka's own tools\n"
                .formatted(principal.name()));
    new TreeMap<>(transport)
        .forEach(
            (name, value) -> text.append("%s=%s\n".formatted(name, value.replace("\\", "\\\\"))));
    return text.append(
            """
            sasl.mechanism=%s
            sasl.jaas.config=org.apache.kafka.common.security.%s required username="%s" password="%s";
            """
                .formatted(
                    plain ? "PLAIN" : "SCRAM-SHA-256",
                    plain ? "plain.PlainLoginModule" : "scram.ScramLoginModule",
                    principal.name(),
                    password))
        .toString();
  }

  private static FileAttribute<?>[] ownerOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
