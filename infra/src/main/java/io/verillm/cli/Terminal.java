package io.verillm.cli;

/** The terminal that stdout goes to, as the launcher saw it. */
final class Terminal {
  /** Width of text where nobody says. */
  static final int USUAL_COLUMNS = 100;

  private static final int COLUMNS_MIN = 40;

  private Terminal() {}

  /** Its width; {@link Fitted#ANY_WIDTH} where stdout goes to a file or another program. */
  static int columns() {
    int columns = Integer.getInteger("verillm.columns", 0);
    return columns == 0 ? Fitted.ANY_WIDTH : Math.max(columns, COLUMNS_MIN);
  }
}
