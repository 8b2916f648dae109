package io.verillm.protocol.sampling;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Merkle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Evidence about every position from the prompt's end on, then one entry for the end token after
 * the last one.
 *
 * @param bytes 4 bytes an entry: the class's code, then the margin as 3 bytes big endian; copied in
 *     and out
 */
public record EvidenceVector(byte[] bytes) {

  /** Bytes of one entry. */
  public static final int ENTRY_LENGTH = 4;

  /**
   * Copies and checks every entry.
   *
   * @throws IllegalArgumentException if there is no entry, a part of one, an unknown class or an
   *     own choice with a margin
   */
  public EvidenceVector {
    if (bytes.length == 0 || bytes.length % ENTRY_LENGTH != 0) {
      throw new IllegalArgumentException(
          "an evidence vector cannot have " + bytes.length + " bytes");
    }
    bytes = bytes.clone();
    for (int i = 0; i < bytes.length; i += ENTRY_LENGTH) {
      read(bytes, i);
    }
  }

  /**
   * Encodes entries.
   *
   * @param tokens one for each position from promptLength on
   * @param end the end token's
   */
  public static EvidenceVector of(List<TokenEvidence> tokens, TokenEvidence end) {
    byte[] bytes = new byte[(tokens.size() + 1) * ENTRY_LENGTH];
    for (int i = 0; i < tokens.size(); i++) {
      write(tokens.get(i), bytes, i * ENTRY_LENGTH);
    }
    write(end, bytes, tokens.size() * ENTRY_LENGTH);
    return new EvidenceVector(bytes);
  }

  private static void write(TokenEvidence entry, byte[] target, int offset) {
    target[offset] = (byte) entry.rankClass().code();
    target[offset + 1] = (byte) (entry.margin() >>> 16);
    target[offset + 2] = (byte) (entry.margin() >>> 8);
    target[offset + 3] = (byte) entry.margin();
  }

  private static TokenEvidence read(byte[] source, int offset) {
    int code = source[offset] & 0xff;
    int margin =
        (source[offset + 1] & 0xff) << 16
            | (source[offset + 2] & 0xff) << 8
            | (source[offset + 3] & 0xff);
    return RankClass.ofCode(code)
        .map(rankClass -> new TokenEvidence(rankClass, margin))
        .orElseThrow(() -> new IllegalArgumentException("unknown rank class " + code));
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Number of tokens judged: positions of the trace minus the prompt's. */
  public int tokens() {
    return bytes.length / ENTRY_LENGTH - 1;
  }

  /** Entry of absolute position promptLength + index. */
  public TokenEvidence token(int index) {
    if (index < 0 || index >= tokens()) {
      throw new IllegalArgumentException("entry %d of %d".formatted(index, tokens()));
    }
    return read(bytes, index * ENTRY_LENGTH);
  }

  /** The end token's entry. */
  public TokenEvidence end() {
    return read(bytes, bytes.length - ENTRY_LENGTH);
  }

  /** Root of the RFC 6962 tree whose leaves are the entries' bytes. */
  public Hash evidenceRoot() {
    List<Hash> leaves = new ArrayList<>(bytes.length / ENTRY_LENGTH);
    for (int i = 0; i < bytes.length; i += ENTRY_LENGTH) {
      // Of an honest segment nearly all entries are the own choice.
      leaves.add(isAsBefore(i) ? leaves.getLast() : Merkle.leafHash(bytes, i, ENTRY_LENGTH));
    }
    return Merkle.rootOf(leaves);
  }

  private boolean isAsBefore(int entry) {
    int before = entry - ENTRY_LENGTH;
    return before >= 0 && Arrays.equals(bytes, before, entry, bytes, entry, entry + ENTRY_LENGTH);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EvidenceVector vector && Arrays.equals(bytes, vector.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "EvidenceVector[" + tokens() + " tokens]";
  }
}
