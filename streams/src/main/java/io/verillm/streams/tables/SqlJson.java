package io.verillm.streams.tables;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The endpoint's bodies: {@code {"columns":[{"name","type"}],"rows":[[...]]}} or an error. */
final class SqlJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SqlJson() {}

  static byte[] of(QueryResult result) {
    return bytes(result);
  }

  static byte[] error(String reason) {
    return bytes(Map.of("error", reason));
  }

  static QueryResult result(String body) throws JsonProcessingException {
    QueryResult result = JSON.readValue(body, QueryResult.class);
    return new QueryResult(result.columns(), result.rows().stream().map(SqlJson::wide).toList());
  }

  static String errorOf(String body) throws JsonProcessingException {
    return JSON.readTree(body).path("error").asText();
  }

  // Jackson reads a small number as an Integer; a column must not change its type with its size.
  private static List<@Nullable Object> wide(List<@Nullable Object> values) {
    List<@Nullable Object> wide = new ArrayList<>(values.size());
    for (Object value : values) {
      if (value instanceof Integer number) {
        wide.add(number.longValue());
      } else {
        wide.add(value instanceof List<?> list ? wide(new ArrayList<>(list)) : value);
      }
    }
    return wide;
  }

  private static byte[] bytes(Object body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: " + body.getClass(), e);
    }
  }
}
