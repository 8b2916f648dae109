package io.verillm.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** The JSON output: one object on one line. */
public final class DemoJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private DemoJson() {}

  public static String line(DemoOutcome outcome) {
    try {
      return MAPPER.writeValueAsString(outcome);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of numbers and names has a JSON form", e);
    }
  }
}
