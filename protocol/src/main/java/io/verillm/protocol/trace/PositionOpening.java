package io.verillm.protocol.trace;

import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Merkle;
import io.verillm.protocol.crypto.MerklePath;
import java.util.List;

/**
 * One challenged position, opened.
 *
 * @param position absolute position
 * @param tokenId the token fed at it
 * @param rows the opened rows, boundaries ascending
 * @param leafPath inclusion path in the trace's tree
 */
public record PositionOpening(
    int position, int tokenId, List<RowOpening> rows, MerklePath leafPath) {

  /** Copies the list. */
  public PositionOpening {
    rows = List.copyOf(rows);
  }

  /**
   * Whether the opened rows and token are those sealed under the root.
   *
   * @param traceRoot root of a trace of {@code size} positions
   */
  public OpeningOutcome verify(Hash traceRoot, int size, TraceShape shape) {
    if (position < 0 || position >= size) {
      return OpeningOutcome.POSITION_OUT_OF_RANGE;
    }
    if (tokenId < 0) {
      return OpeningOutcome.BAD_TOKEN_ID;
    }
    OpeningOutcome rowsOutcome = checkRows(shape);
    if (rowsOutcome != OpeningOutcome.VALID) {
      return rowsOutcome;
    }
    RowOpening first = rows.getFirst();
    Hash rowsRoot =
        Merkle.rootFromPath(first.leafHash(), first.boundary(), shape.boundaries(), first.path())
            .orElse(null);
    if (rowsRoot == null || !othersAreUnder(rowsRoot, shape)) {
      return OpeningOutcome.ROWS_ROOT;
    }
    Hash leaf = new TraceLeaf(position, tokenId, rowsRoot).leafHash(shape);
    return Merkle.verifyInclusion(leaf, position, size, leafPath, traceRoot)
        ? OpeningOutcome.VALID
        : OpeningOutcome.LEAF_NOT_IN_TRACE;
  }

  private OpeningOutcome checkRows(TraceShape shape) {
    if (rows.isEmpty()) {
      return OpeningOutcome.NO_ROWS;
    }
    int previous = -1;
    for (RowOpening row : rows) {
      if (row.boundary() < 0 || row.boundary() >= shape.boundaries()) {
        return OpeningOutcome.BOUNDARY_OUT_OF_RANGE;
      }
      if (row.boundary() <= previous) {
        return OpeningOutcome.BOUNDARIES_NOT_ASCENDING;
      }
      if (row.length() != shape.rowBytes()) {
        return OpeningOutcome.ROW_LENGTH;
      }
      previous = row.boundary();
    }
    return OpeningOutcome.VALID;
  }

  private boolean othersAreUnder(Hash rowsRoot, TraceShape shape) {
    for (RowOpening row : rows.subList(1, rows.size())) {
      if (!isUnder(rowsRoot, row, shape)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUnder(Hash rowsRoot, RowOpening row, TraceShape shape) {
    return Merkle.verifyInclusion(
        row.leafHash(), row.boundary(), shape.boundaries(), row.path(), rowsRoot);
  }
}
