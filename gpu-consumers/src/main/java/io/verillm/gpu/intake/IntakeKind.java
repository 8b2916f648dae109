package io.verillm.gpu.intake;

/** How a worker can be connected to its tasks; each name is one that users type. */
public enum IntakeKind {
  /** A share group (KIP-932), for brokers that have them: tasks of any length never rebalance. */
  SHARE {
    @Override
    public TaskIntake connect(IntakeSettings settings) {
      return ShareGroupIntake.connect(settings);
    }
  },
  /** A consumer group with paused partitions, for all other brokers. */
  GROUP {
    @Override
    public TaskIntake connect(IntakeSettings settings) {
      return ConsumerGroupIntake.connect(settings);
    }
  };

  /** Connects. */
  public abstract TaskIntake connect(IntakeSettings settings);
}
