package io.verillm.models;

import com.hubspot.jinjava.util.HasObjectTruthValue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Python's {@code None} as a template meets it: a value that is there and says nothing, where
 * Java's null is what is not defined.
 */
final class PythonNone implements HasObjectTruthValue, Iterable<Object> {

  static final PythonNone NONE = new PythonNone();

  /** The literal {@code none}, as a variable: the interpreter's own is what is not defined. */
  static final String VARIABLE = "____none____";

  private PythonNone() {}

  /** A JSON value with this for each null of it. */
  static Object in(@Nullable Object value) {
    return switch (value) {
      case null -> NONE;
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, entry) -> copy.put(key, in(entry)));
        yield copy;
      }
      case List<?> list -> {
        List<Object> copy = new ArrayList<>();
        list.forEach(entry -> copy.add(in(entry)));
        yield copy;
      }
      default -> value;
    };
  }

  @Override
  public boolean getObjectTruthValue() {
    return false;
  }

  @Override
  public Iterator<Object> iterator() {
    throw new InvalidModelException("chat template: goes through None");
  }

  @Override
  public String toString() {
    return "None";
  }
}
