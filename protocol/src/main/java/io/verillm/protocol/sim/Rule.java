package io.verillm.protocol.sim;

/** Ends the run, with its seed and step, where something does not hold. */
interface Rule {
  /**
   * Looks at one thing.
   *
   * @param holds whether it is so
   * @param what format of what is said where it is not
   */
  void require(boolean holds, String what, Object... values);
}
