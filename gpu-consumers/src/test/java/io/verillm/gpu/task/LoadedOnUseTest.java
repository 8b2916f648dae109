package io.verillm.gpu.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.PositionSink;
import io.verillm.gpu.engine.Session;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.TraceShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadedOnUseTest {
  private static final TraceShape SHAPE =
      new TraceShape(Hashing.hash("model"), new NumericProfile("test", RowType.FP32), 2, 3);

  private final List<String> seen = new ArrayList<>();
  private final LoadedOnUse inference =
      new LoadedOnUse(
          SHAPE,
          7,
          () -> {
            seen.add("loaded");
            return new Loaded();
          });

  @Test
  void shouldLoadItsEngineOnceAndNotBeforeItIsNeeded() {
    assertThat(inference.shape()).isEqualTo(SHAPE);
    assertThat(inference.eosId()).isEqualTo(7);
    assertThat(seen).isEmpty();

    inference.prepare();
    inference.prepare();
    inference.close();

    assertThat(seen).containsExactly("loaded", "closed");
  }

  @Test
  void shouldCloseNothingThatWasNeverLoaded() {
    inference.close();

    assertThat(seen).isEmpty();
  }

  @Test
  void shouldTryAgainWhereThereWasNoRoom() {
    LoadedOnUse full =
        new LoadedOnUse(
            SHAPE,
            7,
            () -> {
              seen.add("tried");
              throw new IllegalStateException("no room");
            });

    assertThatThrownBy(full::prepare).hasMessage("no room");
    assertThatThrownBy(full::prepare).hasMessage("no room");
    full.close();

    assertThat(seen).containsExactly("tried", "tried");
  }

  private final class Loaded implements Engine {
    @Override
    public TraceShape shape() {
      return SHAPE;
    }

    @Override
    public int vocabulary() {
      return 1;
    }

    @Override
    public int positionLimit() {
      return 1;
    }

    @Override
    public Session open(int[] context, int logitsFrom, PositionSink sink) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      seen.add("closed");
    }
  }
}
