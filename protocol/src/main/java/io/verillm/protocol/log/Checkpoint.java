package io.verillm.protocol.log;

import io.verillm.events.Seal;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.Wire;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The head of the log's tree as the rest of the world writes it: the text of a C2SP
 * tlog-checkpoint, without extension lines. Derived from a seal; its bytes are fixed, so a
 * signature over them can be checked by any C2SP tool.
 *
 * @param origin names the log: one line without spaces and plus signs, see {@link #originOf}
 * @param size leaves of the tree
 * @param root RFC 6962 root over them
 */
public record Checkpoint(String origin, long size, Hash root) {
  private static final String ORIGIN_PREFIX = "verillm/log/";
  private static final int LINES = 3;

  /**
   * Checks origin and size.
   *
   * @throws IllegalArgumentException if the origin cannot name a key of a note or the size is
   *     negative
   */
  public Checkpoint {
    NoteKey.requireName(origin);
    if (size < 0) {
      throw new IllegalArgumentException("a tree of %d leaves".formatted(size));
    }
  }

  /** The origin of the log that this coordinator seals: one key, one log. */
  public static String originOf(VerifyKey coordinator) {
    return ORIGIN_PREFIX + coordinator.hex();
  }

  /**
   * The head that a seal states.
   *
   * @param coordinator the key that the seal is signed with
   * @throws IllegalArgumentException if the seal's root is no hash or its size negative
   */
  public static Checkpoint of(Seal seal, VerifyKey coordinator) {
    return new Checkpoint(originOf(coordinator), seal.getTreeSize(), Wire.hash(seal.getTreeRoot()));
  }

  /** The text of the note: origin, size and base64 root, each line ended by a newline. */
  public String text() {
    return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root.bytes()) + "\n";
  }

  /** Reads what {@link #text} wrote, and nothing else; empty for any other text. */
  public static Optional<Checkpoint> parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() != LINES) {
      return Optional.empty();
    }
    try {
      Hash root = new Hash(Base64.getDecoder().decode(lines.get(2)));
      Checkpoint parsed = new Checkpoint(lines.get(0), Long.parseLong(lines.get(1)), root);
      // A second spelling of the same head would not be what was signed.
      return parsed.text().equals(text) ? Optional.of(parsed) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
