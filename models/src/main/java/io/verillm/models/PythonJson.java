package io.verillm.models;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.AdvancedFilter;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The filter {@code tojson} as chat templates expect it: Python's {@code json.dumps} with {@code
 * ensure_ascii} off, {@code ", "} and {@code ": "} between values, and {@code indent} blanks before
 * each where it is given. Takes maps, lists, texts, numbers, booleans and none; nothing else.
 */
final class PythonJson implements AdvancedFilter {

  private static final String INDENT = "indent";
  private static final int INDENT_MAX = 16;
  private static final int DEPTH_MAX = 64;

  @Override
  public String getName() {
    return "tojson";
  }

  @Override
  public Object filter(
      Object value, JinjavaInterpreter interpreter, Object[] places, Map<String, Object> names) {
    if (places.length > 0 || !Set.of(INDENT).containsAll(names.keySet())) {
      throw new InvalidModelException("chat template: tojson with other than indent");
    }
    StringBuilder out = new StringBuilder();
    write(out, value, names.get(INDENT) instanceof Number n ? n.intValue() : -1, 0);
    return out.toString();
  }

  private static void write(StringBuilder out, @Nullable Object value, int indent, int depth) {
    if (indent > INDENT_MAX || depth > DEPTH_MAX) {
      throw new InvalidModelException("chat template: tojson too deep or too wide");
    }
    switch (value) {
      case null -> throw new InvalidModelException("chat template: tojson of what is not defined");
      case PythonNone none -> out.append("null");
      case Map<?, ?> map -> {
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        writeAll(
            out.append('{'),
            map.size(),
            indent,
            depth,
            () -> {
              Map.Entry<?, ?> entry = entries.next();
              text(out, String.valueOf(entry.getKey()));
              out.append(": ");
              write(out, entry.getValue(), indent, depth + 1);
            });
        out.append('}');
      }
      case List<?> list -> {
        Iterator<?> entries = list.iterator();
        writeAll(
            out.append('['),
            list.size(),
            indent,
            depth,
            () -> write(out, entries.next(), indent, depth + 1));
        out.append(']');
      }
      case Boolean truth -> out.append(truth.booleanValue());
      case Double number -> out.append(repr(number));
      case Number number -> out.append(number);
      case CharSequence text -> text(out, text.toString());
      default -> throw new InvalidModelException("chat template: tojson of what is no JSON value");
    }
  }

  private static void writeAll(
      StringBuilder out, int entries, int indent, int depth, Runnable entry) {
    for (int i = 0; i < entries; i++) {
      if (i > 0) {
        out.append(indent < 0 ? ", " : ",");
      }
      newline(out, indent, depth + 1);
      entry.run();
    }
    if (entries > 0) {
      newline(out, indent, depth);
    }
  }

  private static void newline(StringBuilder out, int indent, int depth) {
    if (indent >= 0) {
      out.append('\n').repeat(" ", indent * depth);
    }
  }

  private static void text(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ') {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** The shortest digits that give the number back, as Python writes them. */
  static String repr(double number) {
    BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (number == 0 || exponent >= -4 && exponent < 16) {
      String plain = digits.toPlainString();
      return (number == 0 && 1 / number < 0 ? "-" : "") + plain + (plain.contains(".") ? "" : ".0");
    }
    String mantissa = digits.movePointLeft(exponent).toPlainString();
    return mantissa + "e" + (exponent < 0 ? "-" : "+") + "%02d".formatted(Math.abs(exponent));
  }
}
