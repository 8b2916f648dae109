package io.verillm.gpu.intake;

/** What becomes of a delivered task. */
public enum Settlement {
  /** Done, or bad for ever: not delivered again. */
  DONE,
  /** Given back: delivered again, to this process or another one of the worker's. */
  RELEASED
}
