package io.verillm.topics;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Waits for the broker's answers; a failure is thrown as what the broker said. */
public final class Answers {
  private Answers() {}

  /**
   * The answer.
   *
   * @throws KafkaException the broker's error, or an interrupt
   */
  public static <T> T await(Future<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException refused) {
        throw refused;
      }
      throw new KafkaException("no answer", e.getCause());
    }
  }
}
