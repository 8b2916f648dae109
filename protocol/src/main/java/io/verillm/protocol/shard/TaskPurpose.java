package io.verillm.protocol.shard;

/** What a task is drawn for, as its VRF input says. */
public final class TaskPurpose {
  private TaskPurpose() {}

  /** To make a segment. */
  public static String author(int segment) {
    return "author/" + segment;
  }

  /** To check in a round. */
  public static String checker(int round) {
    return "checker/" + round;
  }
}
