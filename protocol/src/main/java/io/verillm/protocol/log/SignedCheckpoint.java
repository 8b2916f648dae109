package io.verillm.protocol.log;

import java.util.List;
import java.util.Optional;

/**
 * A checkpoint with its signatures: a C2SP signed note. Reading one proves nothing; {@link
 * #isSignedBy} does, for a key that the reader trusts.
 *
 * @param checkpoint the head of the tree
 * @param signatures the log's first, then witnesses'; those of unknown keys are ignored
 */
public record SignedCheckpoint(Checkpoint checkpoint, List<NoteSignature> signatures) {
  /** Most signatures that are read. */
  static final int SIGNATURES_MAX = 64;

  /** Copies the list. */
  public SignedCheckpoint {
    signatures = List.copyOf(signatures);
  }

  /** The note: the checkpoint's text, an empty line, the signature lines. */
  public String text() {
    StringBuilder note = new StringBuilder(checkpoint.text()).append('\n');
    signatures.forEach(signature -> note.append(signature.line()).append('\n'));
    return note.toString();
  }

  /** Reads a note; empty if it is no signed checkpoint. */
  public static Optional<SignedCheckpoint> parse(String note) {
    int blank = note.lastIndexOf("\n\n");
    if (blank < 0 || !note.endsWith("\n")) {
      return Optional.empty();
    }
    List<String> lines = note.substring(blank + 2).lines().toList();
    List<NoteSignature> signatures =
        lines.stream().map(NoteSignature::parse).flatMap(Optional::stream).toList();
    if (lines.isEmpty() || lines.size() > SIGNATURES_MAX || signatures.size() < lines.size()) {
      return Optional.empty();
    }
    return Checkpoint.parse(note.substring(0, blank + 1))
        .map(checkpoint -> new SignedCheckpoint(checkpoint, signatures));
  }

  /** Whether one of the signatures is this key's, and holds. */
  public boolean isSignedBy(NoteKey key) {
    return signatures.stream().anyMatch(signature -> key.verifies(checkpoint, signature));
  }
}
