package io.verillm.protocol.log;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * One signature line of a checkpoint (C2SP signed-note).
 *
 * @param name name of the key
 * @param keyId 4 bytes, see {@link NoteKey#id}
 * @param signature what follows the key id, as the key's kind shapes it
 */
public record NoteSignature(String name, byte[] keyId, byte[] signature) {
  private static final String START = "\u2014 ";

  /** Checks name and id. */
  public NoteSignature {
    NoteKey.requireName(name);
    if (keyId.length != NoteKey.ID_LENGTH) {
      throw new IllegalArgumentException("a key id of %d bytes".formatted(keyId.length));
    }
  }

  /** Whether it claims to be this key's. */
  boolean isBy(NoteKey key) {
    return name.equals(key.name()) && Arrays.equals(keyId, key.id());
  }

  /** The line, without its newline. */
  public String line() {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encoded.writeBytes(keyId);
    encoded.writeBytes(signature);
    return START + name + " " + Base64.getEncoder().encodeToString(encoded.toByteArray());
  }

  /** Reads a line; empty if it is none. */
  static Optional<NoteSignature> parse(String line) {
    int space = line.indexOf(' ', START.length());
    if (!line.startsWith(START) || space < 0) {
      return Optional.empty();
    }
    try {
      byte[] encoded = Base64.getDecoder().decode(line.substring(space + 1));
      if (encoded.length < NoteKey.ID_LENGTH) {
        return Optional.empty();
      }
      return Optional.of(
          new NoteSignature(
              line.substring(START.length(), space),
              Arrays.copyOf(encoded, NoteKey.ID_LENGTH),
              Arrays.copyOfRange(encoded, NoteKey.ID_LENGTH, encoded.length)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NoteSignature same
        && name.equals(same.name)
        && Arrays.equals(keyId, same.keyId)
        && Arrays.equals(signature, same.signature);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * name.hashCode() + Arrays.hashCode(keyId)) + Arrays.hashCode(signature);
  }

  @Override
  public String toString() {
    return line();
  }
}
