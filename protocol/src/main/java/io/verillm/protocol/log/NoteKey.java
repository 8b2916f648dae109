package io.verillm.protocol.log;

import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.Signer;
import io.verillm.protocol.crypto.VerifyKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A key that signs checkpoints, as C2SP signed-note names it: by a name and by four bytes of a hash
 * over name, kind and key.
 *
 * @param name one word without plus signs
 * @param kind what its signatures cover
 * @param key the Ed25519 key
 */
public record NoteKey(String name, Kind kind, VerifyKey key) {
  /** Length of a key id, in bytes. */
  static final int ID_LENGTH = 4;

  private static final String WITNESS_PREFIX = "verillm/witness/";

  /** What a signature covers; the number is C2SP's signature type. */
  public enum Kind {
    /** The text of the note. Signed by the log. */
    TEXT(1),
    /** A time and the text: C2SP tlog-cosignature, v1. Signed by witnesses. */
    TIMED_TEXT(4);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  /** Checks the name. */
  public NoteKey {
    requireName(name);
  }

  /** The key of the log itself. Its name is the log's origin. */
  public static NoteKey ofLog(VerifyKey coordinator) {
    return new NoteKey(Checkpoint.originOf(coordinator), Kind.TEXT, coordinator);
  }

  /** The key of a witness of this id. */
  public static NoteKey ofWitness(String id, VerifyKey key) {
    return new NoteKey(WITNESS_PREFIX + id, Kind.TIMED_TEXT, key);
  }

  /** {@code SHA-256(name, newline, kind, key)}, the first four bytes. */
  public byte[] id() {
    ByteArrayOutputStream named = new ByteArrayOutputStream();
    named.writeBytes((name + "\n").getBytes(StandardCharsets.UTF_8));
    named.writeBytes(typedKey());
    return Arrays.copyOf(Hashing.sha256(named.toByteArray()).bytes(), ID_LENGTH);
  }

  /** The key in one line, as C2SP tools take it: name, id in hex, and base64 of kind and key. */
  public String line() {
    return String.join(
        "+", name, HexFormat.of().formatHex(id()), Base64.getEncoder().encodeToString(typedKey()));
  }

  private byte[] typedKey() {
    return ByteBuffer.allocate(1 + VerifyKey.LENGTH).put((byte) kind.code).put(key.bytes()).array();
  }

  /** The log's signature of a checkpoint. */
  public static NoteSignature sign(Signer coordinator, Checkpoint checkpoint) {
    return ofLog(coordinator.publicKey()).signature(coordinator.sign(message(checkpoint)));
  }

  /**
   * A witness' signature of a checkpoint.
   *
   * @param seconds the witness' clock, POSIX time
   */
  public static NoteSignature cosign(
      String witness, Signer signer, Checkpoint checkpoint, long seconds) {
    return ofWitness(witness, signer.publicKey())
        .signature(seconds, signer.sign(message(checkpoint, seconds)));
  }

  /** Dresses a bare Ed25519 signature of kind TEXT. */
  public NoteSignature signature(byte[] ed25519) {
    return new NoteSignature(name, id(), ed25519);
  }

  /** Dresses a bare Ed25519 signature of kind TIMED_TEXT. */
  public NoteSignature signature(long seconds, byte[] ed25519) {
    return new NoteSignature(
        name,
        id(),
        ByteBuffer.allocate(Long.BYTES + ed25519.length).putLong(seconds).put(ed25519).array());
  }

  /** Whether the signature is this key's over the checkpoint; false for every malformed one. */
  public boolean verifies(Checkpoint checkpoint, NoteSignature signature) {
    if (!signature.isBy(this)) {
      return false;
    }
    byte[] bytes = signature.signature();
    return switch (kind) {
      case TEXT -> key.verify(message(checkpoint), bytes);
      case TIMED_TEXT -> {
        if (bytes.length != Long.BYTES + VerifyKey.SIGNATURE_LENGTH) {
          yield false;
        }
        long seconds = ByteBuffer.wrap(bytes).getLong();
        byte[] ed25519 = Arrays.copyOfRange(bytes, Long.BYTES, bytes.length);
        yield seconds >= 0 && key.verify(message(checkpoint, seconds), ed25519);
      }
    };
  }

  private static byte[] message(Checkpoint checkpoint) {
    return checkpoint.text().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] message(Checkpoint checkpoint, long seconds) {
    String text = "cosignature/v1\ntime " + seconds + "\n" + checkpoint.text();
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void requireName(String name) {
    boolean bad =
        name.codePoints()
            .anyMatch(c ->
                c == '+'
                    || Character.isWhitespace(c)
                    || Character.isSpaceChar(c)
                    || Character.isISOControl(c));
    if (name.isEmpty() || bad) {
      throw new IllegalArgumentException("no name for a log or a key: '" + name + "'");
    }
  }
}
