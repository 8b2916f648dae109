package io.verillm.protocol.log;

import java.util.Optional;
import java.util.function.Function;

/**
 * The outcome of a check: what it established, or the one named fault that it found first.
 *
 * @param <T> what a sound input establishes
 */
public sealed interface Checked<T> {

  /**
   * Nothing is wrong.
   *
   * @param value what was established
   */
  record Sound<T>(T value) implements Checked<T> {}

  /**
   * The input does not count.
   *
   * @param fault what is wrong
   * @param detail the offending values, for people
   */
  record Refused<T>(LogFault fault, String detail) implements Checked<T> {}

  /** What was established; empty where the input was refused. */
  default Optional<T> sound() {
    return this instanceof Sound<T> sound ? Optional.of(sound.value()) : Optional.empty();
  }

  /** The fault alone; empty where the input is sound. */
  default Optional<LogFault> refusal() {
    return this instanceof Refused<T> refused ? Optional.of(refused.fault()) : Optional.empty();
  }

  /** Goes on with the next check, or stays refused. */
  default <R> Checked<R> then(Function<T, Checked<R>> next) {
    if (this instanceof Refused<T> refused) {
      return new Refused<>(refused.fault(), refused.detail());
    }
    return next.apply(((Sound<T>) this).value());
  }
}
