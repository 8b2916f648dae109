package io.verillm.models;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A filter where the library's own means something else than Python's.
 *
 * @param name by which templates call it
 * @param body what it does
 */
record PythonFilter(String name, Body body) implements Filter {

  /** Writes a printed value; see {@link PythonText#shown}. */
  static final String SHOWN = "shown";

  /** All of them. */
  static final List<PythonFilter> ALL =
      List.of(
          new PythonFilter(SHOWN, (value, arguments) -> PythonText.shown(value)),
          new PythonFilter("string", (value, arguments) -> PythonText.shown(value)),
          new PythonFilter("length", (value, arguments) -> length(value)),
          new PythonFilter("count", (value, arguments) -> length(value)),
          new PythonFilter("trim", (value, arguments) -> text(value, "strip", arguments)),
          new PythonFilter("replace", (value, arguments) -> text(value, "replace", arguments)));

  /** What a filter makes of a value and the texts in its brackets. */
  interface Body {
    Object of(@Nullable Object value, String... arguments);
  }

  private static Object text(@Nullable Object value, String method, String... arguments) {
    @Nullable Object made = PythonText.call(PythonText.shown(value), method, List.of(arguments));
    if (made == null) {
      throw new InvalidModelException(
          "chat template: %s with %d arguments".formatted(method, arguments.length));
    }
    return made;
  }

  private static int length(@Nullable Object value) {
    return switch (value) {
      case null -> 0;
      case String text -> text.codePointCount(0, text.length());
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      default -> throw new InvalidModelException("chat template: length of what has none");
    };
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public Object filter(
      @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
    return body.of(value, arguments);
  }
}
