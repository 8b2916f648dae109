package io.verillm.schemas;

import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * What every event and every part of one is. Avro makes classes that a schema names only where they
 * are trusted: whoever holds an event has them trusted, whatever else is loaded by then.
 */
public abstract class EventRecord extends SpecificRecordBase {
  static {
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.DEFAULT,
            type -> type.getPackageName().equals("io.verillm.events")));
  }
}
