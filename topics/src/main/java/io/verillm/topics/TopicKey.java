package io.verillm.topics;

/** What the key of a topic's records is, and in which bytes; {@link RecordKeys} makes them. */
public enum TopicKey {
  REQUEST_ID("request id, UTF-8"),
  TASK_ID("task id, 32 bytes"),
  EPOCH("epoch, 8 bytes big endian"),
  SHARD("shard, 4 bytes big endian"),
  SUBJECT("registry subject, UTF-8"),
  COMMAND_ID("command id, UTF-8"),
  WORKER("worker id, UTF-8"),
  ACCOUNT("account, UTF-8"),
  FINGERPRINT("schema fingerprint, 8 bytes little endian as in an event's header"),
  ORIGIN("key of the original record, as it was"),
  STATE("key of a Streams store");

  private final String description;

  TopicKey(String description) {
    this.description = description;
  }

  /** For people, and for producers in other languages. */
  public String description() {
    return description;
  }
}
