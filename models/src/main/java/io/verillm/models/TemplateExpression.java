package io.verillm.models;

import java.util.Map;
import java.util.Set;

/**
 * Rewrites what stands inside a tag where the interpreter reads Jinja's expressions in another way:
 * a keyword argument's value ends at its comma, whatever operators it holds, {@code not} is of the
 * whole comparison behind it, {@code [::-1]} turns a list round, and {@code none} is a value.
 */
final class TemplateExpression {

  private static final String REVERSED = "[::-1]";
  private static final String NOT = "not";
  private static final String IS = "is";

  /** Most brackets inside each other. */
  private static final int BRACKETS_MAX = 64;

  /** How the interpreter writes what Jinja has of its own. */
  private static final Map<String, String> LITERALS =
      Map.of(
          "none",
          PythonNone.VARIABLE,
          "None",
          PythonNone.VARIABLE,
          "True",
          "true",
          "False",
          "false");

  /** Words that end what a {@code not} before them is of. */
  private static final Set<String> WEAKER = Set.of("and", "or", "if", "else");

  private final String source;
  private final StringBuilder out = new StringBuilder();

  private TemplateExpression(String source) {
    this.source = source;
  }

  /** The same for the interpreter. */
  static String adapted(String source) {
    TemplateExpression expression = new TemplateExpression(source);
    expression.copy(0, false, 0);
    return expression.out.toString();
  }

  /**
   * Copies up to the bracket that closes, or the end.
   *
   * @param arguments whether this is inside round brackets, where keywords may stand
   * @param depth brackets around this
   * @return index of that bracket
   */
  private int copy(int from, boolean arguments, int depth) {
    if (depth > BRACKETS_MAX) {
      throw new InvalidModelException(
          "chat template: more than %d brackets inside each other".formatted(BRACKETS_MAX));
    }
    boolean open = false;
    int negated = 0;
    String before = "";
    int at = from;
    while (at < source.length()) {
      char c = source.charAt(at);
      if (c == '"' || c == '\'') {
        at = copyText(at);
        continue;
      }
      if (source.startsWith(REVERSED, at)) {
        out.append("|reverse|list");
        at += REVERSED.length();
        continue;
      }
      if (")]}".indexOf(c) >= 0) {
        break;
      }
      if (Character.isJavaIdentifierStart(c)) {
        String word = word(at);
        at += word.length();
        if (WEAKER.contains(word)) {
          negated = closed(negated);
        }
        // Behind "is" a word is a test, behind a dot a field.
        boolean literal = !before.equals(IS) && !before.equals(".");
        out.append(literal ? LITERALS.getOrDefault(word, word) : word);
        if (word.equals(NOT) && !before.equals(IS) && !nextWord(at).equals("in")) {
          out.append(" (");
          negated++;
        }
        before = word.equals(NOT) && before.equals(IS) ? IS : word;
        continue;
      }
      if (c == ',') {
        negated = closed(negated);
      }
      if (c == ',' && open) {
        out.append(')');
        open = false;
      }
      if (c != ' ') {
        before = c == '.' ? "." : "";
      }
      out.append(c);
      at++;
      if ("([{".indexOf(c) >= 0) {
        at = copy(at, c == '(', depth + 1);
        if (at < source.length()) {
          out.append(source.charAt(at++));
        }
      } else if (arguments && !open && isKeyword(at - 1)) {
        out.append('(');
        open = true;
      }
    }
    closed(negated);
    if (open) {
      out.append(')');
    }
    return at;
  }

  private int closed(int brackets) {
    // A blank, since a word may follow.
    out.append(") ".repeat(brackets));
    return 0;
  }

  private String word(int from) {
    int to = from;
    while (to < source.length() && Character.isJavaIdentifierPart(source.charAt(to))) {
      to++;
    }
    return source.substring(from, to);
  }

  private String nextWord(int from) {
    int at = from;
    while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
      at++;
    }
    return word(at);
  }

  /** Copies a quoted text with its quotes; returns the index behind it. */
  private int copyText(int from) {
    int at = from + 1;
    while (at < source.length() && source.charAt(at) != source.charAt(from)) {
      at += source.charAt(at) == '\\' ? 2 : 1;
    }
    int end = Math.min(at + 1, source.length());
    out.append(source, from, end);
    return end;
  }

  /** Whether this is the sign between a name and its value, not part of a comparison. */
  private boolean isKeyword(int at) {
    if (source.charAt(at) != '=' || at + 1 == source.length() || source.charAt(at + 1) == '=') {
      return false;
    }
    int name = at;
    while (name > 0 && source.charAt(name - 1) == ' ') {
      name--;
    }
    return name > 0 && Character.isJavaIdentifierPart(source.charAt(name - 1));
  }
}
