package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TaskWatchTest {
  private static final Duration MOST = Duration.ofMinutes(20);

  private final AtomicReference<Optional<Duration>> longest =
      new AtomicReference<>(Optional.empty());
  private final List<Boolean> said = new ArrayList<>();
  private final TaskWatch watch = new TaskWatch(longest::get, () -> MOST, said::add);

  private void look(Optional<Duration> age) {
    longest.set(age);
    watch.look();
  }

  @Test
  void shouldTakeNoTaskWhileOneDoesNotEnd() {
    look(Optional.empty());
    look(Optional.of(MOST));
    assertThat(said).isEmpty();

    look(Optional.of(MOST.plusSeconds(1)));
    look(Optional.of(MOST.plusSeconds(6)));
    assertThat(said).containsExactly(false);
    assertThat(watch.stuckFor()).contains(MOST.plusSeconds(6));

    look(Optional.of(Duration.ofSeconds(3)));
    look(Optional.empty());
    assertThat(said).containsExactly(false, true);
    assertThat(watch.stuckFor()).isEmpty();
  }
}
