package io.verillm.models;

import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code str} that templates call on texts. */
final class PythonText extends ELResolver {

  @Override
  public @Nullable Object invoke(
      ELContext context,
      Object base,
      Object method,
      Class<?> @Nullable [] types,
      Object @Nullable [] arguments) {
    if (!(base instanceof String text)) {
      return null;
    }
    Object result =
        call(text, String.valueOf(method), arguments == null ? List.of() : listOf(arguments));
    context.setPropertyResolved(result != null);
    return result;
  }

  private static List<Object> listOf(Object[] arguments) {
    List<Object> list = new ArrayList<>();
    Collections.addAll(list, arguments);
    return list;
  }

  /** The method's value; null for one that is not known here. */
  private static @Nullable Object call(String text, String method, List<Object> arguments) {
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
      case "split" ->
          first == null || arguments.getFirst() == null
              ? words(text)
              : parts(text, first, arguments.size() > 1 ? limit(arguments.get(1)) : -1);
      default -> null;
    };
  }

  private static int limit(Object argument) {
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

  @Override
  public @Nullable Object getValue(ELContext context, Object base, Object property) {
    return null;
  }

  @Override
  public @Nullable Class<?> getType(ELContext context, Object base, Object property) {
    return null;
  }

  @Override
  public void setValue(ELContext context, Object base, Object property, Object value) {
    // Texts have nothing to set; another resolver says so.
  }

  @Override
  public boolean isReadOnly(ELContext context, Object base, Object property) {
    return true;
  }

  @Override
  public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
    return Collections.emptyIterator();
  }

  @Override
  public @Nullable Class<?> getCommonPropertyType(ELContext context, Object base) {
    return null;
  }
}
