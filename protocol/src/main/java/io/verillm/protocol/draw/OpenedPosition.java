package io.verillm.protocol.draw;

/**
 * A challenged position: its row at {@code boundary} and its final norm are opened.
 *
 * @param position absolute position
 * @param boundary index in the boundary set, never the final norm's
 */
public record OpenedPosition(int position, int boundary) {

  /** Refuses negative numbers. */
  public OpenedPosition {
    if (position < 0 || boundary < 0) {
      throw new IllegalArgumentException(
          "no position %d with boundary %d".formatted(position, boundary));
    }
  }
}
