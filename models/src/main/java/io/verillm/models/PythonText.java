package io.verillm.models;

import com.hubspot.jinjava.objects.SafeString;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What Python makes of texts, and of values as texts. */
final class PythonText {

  private PythonText() {}

  /**
   * A value as Python prints it; nothing for what is not defined.
   *
   * @throws InvalidModelException if it is neither text nor number, truth value or none
   */
  static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case String text -> text;
      case SafeString text -> text.toString();
      case PythonNone none -> none.toString();
      case Boolean truth -> truth ? "True" : "False";
      case Double number -> PythonJson.repr(number);
      case BigDecimal number -> PythonJson.repr(number.doubleValue());
      case Number number -> number.toString();
      default ->
          throw new InvalidModelException(
              "chat template: writes what is neither text nor number, without tojson");
    };
  }

  /** Python's {@code str.isspace} of one character: 29 pass. */
  static boolean isSpace(int c) {
    return c >= 0x09 && c <= 0x0D
        || c >= 0x1C && c <= 0x20
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200A
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  /** The value of a method of {@code str}; null for one that is not known here. */
  static @Nullable Object call(String text, String method, List<@Nullable Object> arguments) {
    @Nullable Object given = arguments.isEmpty() ? null : arguments.getFirst();
    @Nullable String first = given == null || given == PythonNone.NONE ? null : given.toString();
    IntPredicate stripped = first == null ? PythonText::isSpace : c -> first.indexOf(c) >= 0;
    return switch (method) {
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "strip" -> left(right(text, stripped), stripped);
      case "lstrip" -> left(text, stripped);
      case "rstrip" -> right(text, stripped);
      case "startswith" -> first == null ? null : (Object) text.startsWith(first);
      case "endswith" -> first == null ? null : (Object) text.endsWith(first);
      case "replace" ->
          arguments.size() == 2 && first != null && !first.isEmpty()
              ? replaced(text, first, String.valueOf(arguments.get(1)))
              : null;
      case "split" ->
          first == null
              ? words(text)
              : parts(text, first, arguments.size() > 1 ? limit(arguments.get(1)) : -1);
      default -> null;
    };
  }

  private static int limit(@Nullable Object argument) {
    return argument instanceof Number number ? number.intValue() : -1;
  }

  private static String left(String text, IntPredicate stripped) {
    int from = 0;
    while (from < text.length() && stripped.test(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    return text.substring(from);
  }

  private static String right(String text, IntPredicate stripped) {
    int to = text.length();
    while (to > 0 && stripped.test(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(0, to);
  }

  private static String replaced(String text, String old, String other) {
    long count = 0;
    for (int at = text.indexOf(old); at >= 0; at = text.indexOf(old, at + old.length())) {
      count++;
    }
    if (text.length() + count * (other.length() - old.length()) > ClosedJinja.TEXT_MAX) {
      throw new InvalidModelException(
          "chat template: a text of over %d characters".formatted(ClosedJinja.TEXT_MAX));
    }
    return text.replace(old, other);
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int from = 0;
    for (int at = 0; at <= text.length(); at++) {
      if (at == text.length() || isSpace(text.charAt(at))) {
        if (at > from) {
          add(words, text.substring(from, at));
        }
        from = at + 1;
      }
    }
    return words;
  }

  private static void add(List<String> parts, String part) {
    if (parts.size() == ClosedJinja.ENTRIES_MAX) {
      throw new InvalidModelException(
          "chat template: a text in over %d parts".formatted(ClosedJinja.ENTRIES_MAX));
    }
    parts.add(part);
  }

  /** Split at most {@code limit} times; as often as there are separators if that is negative. */
  private static List<String> parts(String text, String separator, int limit) {
    if (separator.isEmpty()) {
      throw new InvalidModelException("chat template: split by an empty text");
    }
    List<String> parts = new ArrayList<>();
    int from = 0;
    int at = text.indexOf(separator);
    while (at >= 0 && parts.size() != limit) {
      add(parts, text.substring(from, at));
      from = at + separator.length();
      at = text.indexOf(separator, from);
    }
    add(parts, text.substring(from));
    return parts;
  }
}
