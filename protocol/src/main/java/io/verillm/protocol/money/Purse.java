package io.verillm.protocol.money;

/** One source that payments of a case may use up, in the order in which they ask. */
final class Purse {
  private long left;

  Purse(long units) {
    this.left = units;
  }

  long left() {
    return left;
  }

  /** Takes up to so many units and says how many it were. */
  long take(long wanted) {
    long taken = Math.min(left, wanted);
    left -= taken;
    return taken;
  }
}
