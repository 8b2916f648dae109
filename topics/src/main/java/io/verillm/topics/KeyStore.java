package io.verillm.topics;

import io.verillm.protocol.crypto.SigningKey;
import io.verillm.protocol.crypto.VrfKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Secrets in a directory, made when first asked for: one file of 64 hexadecimal digits each, for
 * the owner only. {@code <name>.ed25519} signs, {@code <name>.vrf} draws, {@code <name>.salt}
 * salts.
 */
public final class KeyStore {
  private static final int SECRET_BYTES = 32;
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path directory;
  private final RandomGenerator random;

  /**
   * Keys under a directory, made where it does not exist.
   *
   * @param random makes new secrets: a {@link java.security.SecureRandom} wherever they matter
   */
  public KeyStore(Path directory, RandomGenerator random) {
    this.directory = directory;
    this.random = random;
  }

  /**
   * The signing key of this name.
   *
   * @throws UncheckedIOException if its file cannot be read or written, is no secret, or can be
   *     read by others
   */
  public SigningKey signing(String name) {
    return SigningKey.fromSeed(secret(name, "ed25519"));
  }

  /** The VRF key of this name; fails as {@link #signing} does. */
  public VrfKey vrf(String name) {
    return VrfKey.fromSeed(secret(name, "vrf"));
  }

  /** 32 secret bytes for the salts of this name; fails as {@link #signing} does. */
  public byte[] salt(String name) {
    return secret(name, "salt");
  }

  private byte[] secret(String name, String kind) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a key's name: '" + name + "'");
    }
    Path file = directory.resolve(name + "." + kind);
    try {
      Files.createDirectories(directory);
      synchronized (KeyStore.class) {
        try (FileChannel lock =
            FileChannel.open(
                directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          lock.lock();
          if (!Files.exists(file)) {
            create(file);
          }
        }
      }
      return read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("no key in " + file + ": " + e.getMessage(), e);
    }
  }

  private void create(Path file) throws IOException {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    Path part = directory.resolve(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    Files.createFile(part, ownerOnly());
    Files.writeString(part, HexFormat.of().formatHex(secret) + "\n", StandardCharsets.US_ASCII);
    // A crash must not leave half a key under its final name.
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static byte[] read(Path file) throws IOException {
    if (posix() && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
      throw new IOException("others may read it; chmod 600 it, or delete it if they did");
    }
    try {
      byte[] secret =
          HexFormat.of().parseHex(Files.readString(file, StandardCharsets.US_ASCII).strip());
      if (secret.length == SECRET_BYTES) {
        return secret;
      }
    } catch (IllegalArgumentException notHex) {
      // Said below: the text itself may be a secret.
    }
    throw new IOException("a key file holds 64 hexadecimal digits");
  }

  private static FileAttribute<?>[] ownerOnly() {
    return posix()
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private static boolean posix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }
}
