package io.verillm.protocol.money;

/** Ends the handling of a command that breaks a rule; never leaves this package. */
final class RefusedCommand extends Exception {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  RefusedCommand(Refusal refusal) {
    super(refusal.reason(), null, false, false);
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }

  static void unless(boolean holds, Refusal refusal) throws RefusedCommand {
    if (!holds) {
      throw new RefusedCommand(refusal);
    }
  }
}
