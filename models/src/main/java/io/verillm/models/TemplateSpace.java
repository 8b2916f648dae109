package io.verillm.models;

import java.util.regex.Pattern;

/**
 * Jinja's rules of white space, as chat templates are written for them ({@code trim_blocks} and
 * {@code lstrip_blocks} on), applied ahead of time: the interpreter knows other rules. Comments
 * take the place of line ends that go, so that errors name the line of the file.
 */
final class TemplateSpace {

  /** Marks of what the model wrote, for training; nothing to a reader. */
  private static final Pattern MARK = Pattern.compile("\\s*(end)?generation\\s*");

  /** Characters of a template in an error. */
  private static final int SHOWN_MAX = 40;

  private final String source;
  private final StringBuilder out = new StringBuilder();
  private int at;

  private TemplateSpace(String source) {
    // The newline that ends the file is not part of the template.
    this.source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
  }

  /** An equal template without marks of white space, for an interpreter that trims nothing. */
  static String applied(String source) {
    return new TemplateSpace(source).apply();
  }

  private String apply() {
    for (int tag = next(); tag >= 0; tag = next()) {
      int text = out.length();
      out.append(source, at, tag);
      char kind = source.charAt(tag + 1);
      int end = end(tag + 2, kind);
      int from = tag + 2;
      int to = end - 2;
      boolean cut = to > from && source.charAt(to - 1) == '-';
      if (source.charAt(from) == '-') {
        from++;
        stripBack(text);
      } else if (source.charAt(from) == '+') {
        from++;
      } else if (kind != '{') {
        stripLine(tag);
      }
      String inside = source.substring(from, Math.max(from, cut ? to - 1 : to));
      if (kind == '#' || MARK.matcher(inside).matches()) {
        skipped(inside);
      } else {
        String expression = TemplateExpression.adapted(inside);
        out.append(
            kind == '{'
                ? "{{(%s)|%s}}".formatted(expression, PythonFilter.SHOWN)
                : "{%%%s%%}".formatted(expression));
      }
      at = cut ? afterSpace(end) : kind == '{' ? end : afterNewline(end);
      skipped(source.substring(end, at));
    }
    return out.append(source, at, source.length()).toString();
  }

  /** Drops white space at the end of what was added since. */
  private void stripBack(int since) {
    int end = out.length();
    while (end > since && PythonText.isSpace(out.charAt(end - 1))) {
      end--;
    }
    String blank = out.substring(end);
    out.setLength(end);
    skipped(blank);
  }

  private void skipped(String part) {
    int lines = (int) part.chars().filter(c -> c == '\n').count();
    if (lines > 0) {
      out.append("{#").append("\n".repeat(lines)).append("#}");
    }
  }

  private int next() {
    for (int i = at; i < source.length() - 2; i++) {
      if (source.charAt(i) == '{' && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Index behind the tag's end; quoted ends are none. */
  private int end(int from, char kind) {
    char last = kind == '{' ? '}' : kind;
    char quote = 0;
    for (int i = from; i < source.length() - 1; i++) {
      char c = source.charAt(i);
      if (quote != 0) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (kind != '#' && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == last && source.charAt(i + 1) == '}') {
        return i + 2;
      }
    }
    throw new InvalidModelException(
        "chat template: a tag has no end: "
            + source.substring(from, Math.min(source.length(), from + SHOWN_MAX)));
  }

  /** Drops blanks before a block that stands first in its line. */
  private void stripLine(int tag) {
    int blank = tag;
    while (blank > at && (source.charAt(blank - 1) == ' ' || source.charAt(blank - 1) == '\t')) {
      blank--;
    }
    if (blank == 0 || source.charAt(blank - 1) == '\n') {
      out.setLength(out.length() - (tag - blank));
    }
  }

  private int afterSpace(int from) {
    int i = from;
    while (i < source.length() && PythonText.isSpace(source.charAt(i))) {
      i++;
    }
    return i;
  }

  private int afterNewline(int from) {
    return from < source.length() && source.charAt(from) == '\n' ? from + 1 : from;
  }
}
