package io.verillm.protocol.trace;

/**
 * Names a way of computing (device class, engine, precision): rows are compared under a calibration
 * for a pair of profiles.
 *
 * @param id stable name, at most 128 characters
 * @param rowType how its rows are stored
 */
public record NumericProfile(String id, RowType rowType) {

  /** Most characters of an id. */
  public static final int MAX_ID_LENGTH = 128;

  /** Checks the id's length. */
  public NumericProfile {
    if (id.isEmpty() || id.length() > MAX_ID_LENGTH) {
      throw new IllegalArgumentException("a profile id has 1..128 chars, not " + id.length());
    }
  }
}
