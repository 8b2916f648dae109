package io.verillm.models;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.Importable;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The interpreter of chat templates, closed by lists of what they need: tags, filters, tests and
 * functions that are not named here are switched off, and what an expression reaches of a value is
 * {@link TemplateValues}. A newer interpreter that brings more brings it switched off.
 */
final class ClosedJinja extends Jinjava {

  /** By this name the interpreter knows itself; no template has a use for it. */
  static final String OWN_NAME = "____int3rpr3t3r____";

  /** Most characters of a text that a template makes. */
  static final int TEXT_MAX = 16 << 20;

  /** Most entries of a list or map that a template makes. */
  static final int ENTRIES_MAX = 1 << 20;

  private static final int DEPTH_MAX = 20;
  private static final String GLOBAL = "";

  private static final Set<String> TAGS =
      words("for endfor if elif else endif set endset macro endmacro break continue");

  private static final Set<String> FILTERS =
      words(
          "trim length count upper lower capitalize title replace join string int float abs round "
              + "sum default d list first last reverse unique sort map select reject selectattr "
              + "rejectattr tojson");

  private static final Set<String> TESTS =
      words(
          "defined undefined none string mapping sequence iterable number integer "
              + "float boolean true false truthy equalto eq == ne != lt < le <= gt > ge "
              + ">= in even odd divisibleby");

  private static final Set<String> FUNCTIONS = words(":range :namespace");

  private final Context closed;

  /**
   * @param clock is asked at each step and throws when time is over
   */
  ClosedJinja(Runnable clock) {
    super(settings(clock));
    Context all = super.getGlobalContext();
    // Its own first scope: one below the library's would see all that is registered there.
    this.closed =
        new Context(
            null,
            null,
            Map.of(
                Library.TAG, others(all.getAllTags(), TAGS),
                Library.FILTER, others(all.getAllFilters(), FILTERS),
                Library.EXP_TEST, others(all.getAllExpTests(), TESTS),
                Library.FUNCTION, others(all.getAllFunctions(), FUNCTIONS)));
    closed.registerFilter(new PythonJson());
    PythonFilter.ALL.forEach(closed::registerFilter);
    closed.registerExpTest(new None());
    closed.registerExpTest(new OfMany("iterable"));
    closed.registerExpTest(new OfMany("sequence"));
    closed.put(PythonNone.VARIABLE, PythonNone.NONE);
    closed.registerFunction(
        new ELFunctionDefinition(
            GLOBAL, "raise_exception", ClosedJinja.class, "refuse", String.class));
    setResourceLocator((name, encoding, interpreter) -> {
      throw new InvalidModelException("chat template: asks for another file, " + name);
    });
  }

  @Override
  public Context getGlobalContext() {
    return closed;
  }

  /** One that sees these variables. */
  JinjavaInterpreter interpreter(Map<String, ?> variables) {
    return new JinjavaInterpreter(this, new Context(closed, variables), getGlobalConfig());
  }

  private static JinjavaConfig settings(Runnable clock) {
    return JinjavaConfig.newBuilder()
        .withTrimBlocks(false)
        .withLstripBlocks(false)
        .withKeepTrailingNewline(true)
        .withNestedInterpretationEnabled(false)
        .withLegacyOverrides(LegacyOverrides.newBuilder().withIterateOverMapKeys(true).build())
        .withElResolver(new TemplateValues(clock))
        .withProcessors(
            JinjavaProcessors.newBuilder()
                .withNodePreProcessor((node, rendering) -> clock.run())
                .build())
        .withMaxOutputSize(TEXT_MAX)
        .withMaxStringLength(TEXT_MAX)
        .withMaxListSize(ENTRIES_MAX)
        .withMaxMapSize(ENTRIES_MAX)
        .withMaxRenderDepth(DEPTH_MAX)
        .withFailOnUnknownTokens(false)
        .build();
  }

  private static Set<String> words(String words) {
    return Set.of(words.split(" "));
  }

  private static Set<String> others(Collection<? extends Importable> all, Set<String> needed) {
    return all.stream()
        .map(Importable::getName)
        .filter(name -> !needed.contains(name))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What a template calls when it does not accept a conversation. */
  public static String refuse(String message) {
    throw new InvalidModelException("chat template: " + message);
  }

  /** A test that what is not defined does not pass. */
  private record None() implements ExpTest {
    @Override
    public String getName() {
      return "none";
    }

    @Override
    public boolean evaluate(
        @Nullable Object value, JinjavaInterpreter interpreter, Object... arguments) {
      return value == PythonNone.NONE;
    }
  }

  /** A test that, as in Python, a text passes too. */
  private record OfMany(String name) implements ExpTest {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean evaluate(
        @Nullable Object value, JinjavaInterpreter interpreter, Object... arguments) {
      return value instanceof String
          || value instanceof Collection<?>
          || value instanceof Map<?, ?>;
    }
  }
}
