package io.verillm.protocol.trace;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.MerklePath;
import io.verillm.protocol.crypto.MerkleRange;
import io.verillm.protocol.crypto.MerkleTree;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Token ids and rows of all positions 0..T-1 of one task, hashed as they are appended. A PREFILL
 * commitment is over the context's positions; the same trace then grows for FINAL, and still opens
 * under the earlier root. Memory is the rows' bytes and about 100 bytes a position. Not safe for
 * use by several threads.
 */
public final class Trace {

  /** Most positions of a trace. */
  public static final int MAX_POSITIONS = 1 << 20;

  private final TraceShape shape;
  private final List<byte[]> rows = new ArrayList<>();
  private final MerkleTree tree = new MerkleTree();
  private int[] tokenIds = new int[64];

  /** An empty trace. */
  public Trace(TraceShape shape) {
    this.shape = shape;
  }

  /** What the positions have in common. */
  public TraceShape shape() {
    return shape;
  }

  /**
   * Appends the next position.
   *
   * @param tokenId the token fed at it
   * @param encodedRows its rows in boundary order, {@link TraceShape#positionBytes} bytes, copied
   */
  public void append(int tokenId, byte[] encodedRows) {
    int position = size();
    if (encodedRows.length != shape.positionBytes()) {
      throw new IllegalArgumentException(
          "position %d has %d bytes of rows, not %d"
              .formatted(position, encodedRows.length, shape.positionBytes()));
    }
    if (position == MAX_POSITIONS) {
      throw new IllegalStateException("a trace has at most " + MAX_POSITIONS + " positions");
    }
    byte[] copy = encodedRows.clone();
    Hash rowsRoot = TraceLeaf.rowsRoot(shape, copy);
    tree.append(new TraceLeaf(position, tokenId, rowsRoot).leafHash(shape));
    rows.add(copy);
    if (position == tokenIds.length) {
      tokenIds = Arrays.copyOf(tokenIds, 2 * position);
    }
    tokenIds[position] = tokenId;
  }

  /** Appends the next position from values, boundaries x dimension. */
  public void append(int tokenId, float[][] values) {
    append(tokenId, shape.encode(values));
  }

  /** Number of positions, T. */
  public int size() {
    return rows.size();
  }

  /** The token fed at a position. */
  public int tokenId(int position) {
    requirePosition(position, size());
    return tokenIds[position];
  }

  /** The row of a boundary at a position. */
  public Row row(int position, int boundary) {
    requirePosition(position, size());
    return new Row(shape.profile().rowType(), rowBytes(position, boundary));
  }

  /** traceRoot over all positions. */
  public Hash root() {
    return tree.root();
  }

  /** traceRoot over the first {@code size} positions. */
  public Hash rootAt(int size) {
    return tree.rootAt(size);
  }

  /**
   * The nodes covering positions [start, end), proved against the root over {@code size} positions.
   */
  public MerkleRange range(int start, int end, int size) {
    return tree.range(start, end, size);
  }

  /**
   * Opens a position under the root over the first {@code size} positions.
   *
   * @param boundaries indexes of the rows to open; opened in ascending order, each once
   */
  public PositionOpening open(int position, int size, int... boundaries) {
    requirePosition(position, size);
    MerkleTree rowsTree = TraceLeaf.rowsTree(shape, rows.get(position));
    List<RowOpening> opened = new ArrayList<>();
    for (int boundary : new TreeSet<>(Arrays.stream(boundaries).boxed().toList())) {
      opened.add(
          new RowOpening(
              boundary, rowBytes(position, boundary), MerklePath.of(rowsTree.path(boundary))));
    }
    return new PositionOpening(
        position, tokenIds[position], opened, MerklePath.of(tree.path(position, size)));
  }

  /** Writes size, token ids and rows, so that {@link #readFrom} can restore the trace. */
  public void writeTo(OutputStream target) throws IOException {
    DataOutputStream out = new DataOutputStream(target);
    out.writeInt(size());
    for (int position = 0; position < size(); position++) {
      out.writeInt(tokenIds[position]);
      out.write(rows.get(position));
    }
    out.flush();
  }

  /**
   * Restores a trace of the given shape, hashing it again.
   *
   * @throws IOException if the bytes end early or hold an impossible size
   */
  public static Trace readFrom(InputStream source, TraceShape shape) throws IOException {
    DataInputStream in = new DataInputStream(source);
    int size = in.readInt();
    if (size < 0 || size > MAX_POSITIONS) {
      throw new IOException("a stored trace cannot have " + size + " positions");
    }
    Trace trace = new Trace(shape);
    byte[] encodedRows = new byte[shape.positionBytes()];
    for (int position = 0; position < size; position++) {
      int tokenId = in.readInt();
      if (tokenId < 0) {
        throw new IOException("stored token %d at position %d".formatted(tokenId, position));
      }
      in.readFully(encodedRows);
      trace.append(tokenId, encodedRows);
    }
    return trace;
  }

  private byte[] rowBytes(int position, int boundary) {
    if (boundary < 0 || boundary >= shape.boundaries()) {
      throw new IllegalArgumentException(
          "boundary %d of %d".formatted(boundary, shape.boundaries()));
    }
    int offset = boundary * shape.rowBytes();
    return Arrays.copyOfRange(rows.get(position), offset, offset + shape.rowBytes());
  }

  private void requirePosition(int position, int size) {
    if (position < 0 || position >= size || size > size()) {
      throw new IllegalArgumentException(
          "position %d of the first %d in a trace of %d".formatted(position, size, size()));
    }
  }
}
