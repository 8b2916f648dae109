package io.verillm.intake;

import java.util.function.Function;

/** A value, or why there is none. */
sealed interface Checked<T> {
  /** What was asked for. */
  record Good<T>(T value) implements Checked<T> {}

  /** Why there is none. */
  record Bad<T>(Refusal refusal) implements Checked<T> {}

  static <T> Checked<T> good(T value) {
    return new Good<>(value);
  }

  static <T> Checked<T> bad(Refusal.Code code, String message) {
    return new Bad<>(new Refusal(code, message));
  }

  default <R> Checked<R> then(Function<T, Checked<R>> next) {
    return switch (this) {
      case Good<T>(T value) -> next.apply(value);
      case Bad<T>(Refusal refusal) -> new Bad<>(refusal);
    };
  }
}
