package io.verillm.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code str} that templates call on texts. */
final class PythonText {

  private PythonText() {}

  /** The method's value; null for one that is not known here. */
  static @Nullable Object call(String text, String method, List<@Nullable Object> arguments) {
    @Nullable String first = arguments.isEmpty() ? null : String.valueOf(arguments.getFirst());
    IntPredicate stripped = first == null ? Character::isWhitespace : c -> first.indexOf(c) >= 0;
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
              ? text.replace(first, String.valueOf(arguments.get(1)))
              : null;
      case "split" ->
          first == null || arguments.getFirst() == null
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
    while (from < text.length() && stripped.test(text.charAt(from))) {
      from++;
    }
    return text.substring(from);
  }

  private static String right(String text, IntPredicate stripped) {
    int to = text.length();
    while (to > 0 && stripped.test(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(0, to);
  }

  private static List<String> words(String text) {
    String bare = text.strip();
    return bare.isEmpty() ? List.of() : List.of(bare.split("\\s+"));
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
      parts.add(text.substring(from, at));
      from = at + separator.length();
      at = text.indexOf(separator, from);
    }
    parts.add(text.substring(from));
    return parts;
  }
}
