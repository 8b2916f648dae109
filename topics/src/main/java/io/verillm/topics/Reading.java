package io.verillm.topics;

import io.verillm.protocol.event.SignedRecord;
import org.apache.avro.specific.SpecificRecord;

/** What a record turned out to be. */
public sealed interface Reading {
  /** The record as it lies on the log. */
  SignedRecord record();

  /**
   * An event of the topic, signed by who may write there.
   *
   * @param record the record
   * @param event what its value holds
   */
  record Valid(SignedRecord record, SpecificRecord event) implements Reading {}

  /**
   * Anything else.
   *
   * @param record the record
   * @param reason the named reason
   * @param detail for people: what was found
   */
  record Refused(SignedRecord record, DeadLetterReason reason, String detail) implements Reading {}
}
