package io.verillm.gpu.intake;

/**
 * Brings one worker its tasks, each at least once. {@link #run} occupies a thread of the caller;
 * {@link #stop} may be called by any other.
 */
public interface TaskIntake {
  /**
   * Hands every task to the handler and settles it as the handler's answer says, until {@link
   * #stop}. Tasks whose answer is not there when the drain time has passed go back.
   *
   * @throws org.apache.kafka.common.KafkaException if the broker refuses for good
   */
  void run(TaskHandler handler);

  /** No new task from now on; {@link #run} returns when what it handed out is settled. */
  void stop();
}
