package io.verillm.models;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.objects.collections.PyList;
import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import jinjava.javax.el.MethodNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * All that a template's expression reaches of a value: entries of maps and lists, the state of a
 * loop, and methods that are written out here. Nothing is looked up on Java objects: a property
 * that is not known is undefined, a method that is not known is an error.
 */
final class TemplateValues extends ELResolver {

  private final Runnable clock;

  /**
   * @param clock is asked at each step and throws when time is over
   */
  TemplateValues(Runnable clock) {
    this.clock = clock;
  }

  @Override
  public @Nullable Object getValue(ELContext context, Object base, Object property) {
    clock.run();
    context.setPropertyResolved(true);
    return switch (base) {
      case Map<?, ?> map -> map.get(property.toString());
      case List<?> list -> entry(list, property);
      case ForLoop loop -> state(loop, property.toString());
      case String text -> letter(text, property);
      default -> null;
    };
  }

  private static @Nullable Object entry(List<?> list, Object property) {
    int at = index(property, list.size());
    return at < 0 ? null : list.get(at);
  }

  private static @Nullable Object letter(String text, Object property) {
    int at = index(property, text.codePointCount(0, text.length()));
    return at < 0 ? null : Character.toString(text.codePointAt(text.offsetByCodePoints(0, at)));
  }

  /** Where an entry stands that may be counted from the end; negative if there is none. */
  private static int index(Object property, int size) {
    try {
      int index = Integer.parseInt(property.toString());
      int at = index < 0 ? index + size : index;
      return at < size ? at : -1;
    } catch (NumberFormatException noIndex) {
      return -1;
    }
  }

  private static Object state(ForLoop loop, String property) {
    return switch (property) {
      case "index" -> loop.getIndex();
      case "index0" -> loop.getIndex0();
      case "revindex" -> loop.getRevindex();
      case "revindex0" -> loop.getRevindex0();
      case "first" -> loop.isFirst();
      case "last" -> loop.isLast();
      case "length" -> loop.getLength();
      default ->
          throw new InvalidModelException(
              "chat template: a state of loops that is not known here: " + property);
    };
  }

  @Override
  public @Nullable Object invoke(
      ELContext context,
      Object base,
      Object method,
      Class<?> @Nullable [] types,
      @Nullable Object @Nullable [] arguments) {
    clock.run();
    List<@Nullable Object> given = arguments == null ? List.of() : Arrays.asList(arguments);
    String name = String.valueOf(method);
    context.setPropertyResolved(true);
    return switch (base) {
      case String text -> required(PythonText.call(text, name, given), name);
      case Map<?, ?> map -> ofMap(map, name, given);
      case PyList list when name.equals("append") && given.size() == 1 -> {
        list.append(given.getFirst());
        yield PythonNone.NONE;
      }
      case Filter filter when name.equals("filter") -> filtered(filter, given);
      case ExpTest test when given.size() > 1 -> tested(test, name, given);
      default -> required(null, name);
    };
  }

  private static @Nullable Object ofMap(
      Map<?, ?> map, String method, List<@Nullable Object> given) {
    return switch (method) {
      case "items" ->
          map.entrySet().stream().map(e -> Arrays.asList(e.getKey(), e.getValue())).toList();
      case "keys" -> List.copyOf(map.keySet());
      case "values" -> Arrays.asList(map.values().toArray());
      case "get" -> {
        required(given.isEmpty() ? null : given, method);
        @Nullable Object value = map.get(String.valueOf(given.getFirst()));
        @Nullable Object other = given.size() == 1 ? PythonNone.NONE : given.get(1);
        yield value == null ? other : value;
      }
      default -> required(null, method);
    };
  }

  /** Of a filter's value, the interpreter, and what stands in its brackets. */
  @SuppressWarnings("unchecked")
  private static @Nullable Object filtered(Filter filter, List<@Nullable Object> given) {
    if (given.size() == 4
        && given.get(1) instanceof JinjavaInterpreter interpreter
        && given.get(2) instanceof Object[] places
        && given.get(3) instanceof Map<?, ?> names) {
      return filter.filter(given.getFirst(), interpreter, places, (Map<String, Object>) names);
    }
    return required(null, "filter");
  }

  private static Object tested(ExpTest test, String method, List<@Nullable Object> given) {
    Object[] rest = given.subList(2, given.size()).toArray();
    JinjavaInterpreter interpreter = (JinjavaInterpreter) required(given.get(1), method);
    return switch (method) {
      case "evaluate" -> test.evaluate(given.getFirst(), interpreter, rest);
      case "evaluateNegated" -> test.evaluateNegated(given.getFirst(), interpreter, rest);
      default -> required(null, method);
    };
  }

  private static Object required(@Nullable Object found, String method) {
    if (found == null) {
      throw new MethodNotFoundException("a method that templates cannot call: " + method);
    }
    return found;
  }

  @Override
  public @Nullable Class<?> getType(ELContext context, Object base, Object property) {
    return null;
  }

  @Override
  public void setValue(ELContext context, Object base, Object property, Object value) {
    throw new InvalidModelException("chat template: sets " + property + " of a value");
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
