package io.verillm.gpu.task;

/** Takes an author's tokens as they come. */
@FunctionalInterface
public interface TokenSink {
  /** One more token, in order of positions. */
  void token(int position, int token);
}
