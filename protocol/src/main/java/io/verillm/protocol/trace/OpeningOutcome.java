package io.verillm.protocol.trace;

/** Whether an opening fits its seal, or the first reason why not. */
public enum OpeningOutcome {
  /** Everything fits. */
  VALID,
  /** A position outside the sealed trace. */
  POSITION_OUT_OF_RANGE,
  /** A negative token id. */
  BAD_TOKEN_ID,
  /** A position without rows. */
  NO_ROWS,
  /** A boundary outside the boundary set. */
  BOUNDARY_OUT_OF_RANGE,
  /** One boundary twice, or boundaries not ascending. */
  BOUNDARIES_NOT_ASCENDING,
  /** A row whose length is not that of the model and profile. */
  ROW_LENGTH,
  /** A row's path does not lead to one common rows root. */
  ROWS_ROOT,
  /** The leaf is not in the sealed trace. */
  LEAF_NOT_IN_TRACE,
  /** The opened positions are not exactly the challenged ones. */
  POSITIONS_NOT_AS_CHALLENGED,
  /** The opened boundaries are not exactly the challenged ones. */
  BOUNDARIES_NOT_AS_CHALLENGED,
  /** The evidence vector has not one entry for each generated position and the end. */
  EVIDENCE_LENGTH
}
