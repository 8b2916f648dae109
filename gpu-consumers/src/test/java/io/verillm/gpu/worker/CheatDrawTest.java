package io.verillm.gpu.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.events.FlagKind;
import io.verillm.gpu.Keys;
import io.verillm.gpu.TinyModel;
import io.verillm.gpu.calibration.Cheat;
import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.task.EngineInference;
import io.verillm.gpu.task.Inference;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VrfKey;
import io.verillm.protocol.flag.DutyEpoch;
import io.verillm.protocol.flag.FlagPrompt;
import io.verillm.protocol.flag.PlantedFlag;
import io.verillm.protocol.money.DutyTerms;
import io.verillm.protocol.registry.RegistrySnapshot;
import io.verillm.topics.KafkaAccess;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CheatDrawTest {
  private static final FlagPrompt PROMPT =
      new FlagPrompt(TinyModel.MODEL_ID, "any", 48, 0.8, 64, 1.0, 3, 1);
  private static Engine engine;

  @BeforeAll
  static void load() {
    engine = TinyModel.engine(Variant.FP32, EngineOptions.cpu());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static CheatDraw draw(Cheat... kinds) {
    Inference model = new EngineInference(engine, TinyModel.CONFIG.eosId());
    List<FlagCheat> cheats = Arrays.stream(kinds).map(kind -> new FlagCheat(kind, model)).toList();
    return CheatDraw.of(
        new FlagSettings(KafkaAccess.open("localhost:1"), List.of(PROMPT), cheats),
        RegistrySnapshot.empty());
  }

  private static PlantedFlag flag(Hash draws) {
    VrfKey key = VrfKey.fromSeed(Hashing.hash("vrf").bytes());
    return new PlantedFlag(
        new DutyEpoch(0, 1, Hashing.hash("duty"), new DutyTerms(240, 1, 600, 300), List.of()),
        0,
        FlagKind.BAD,
        key.prove(new byte[1]),
        new UUID(1, 2),
        0,
        Keys.signing("requester"),
        Hashing.hash("salt"),
        Hashing.hash("nonce"),
        draws,
        PROMPT);
  }

  @Test
  void shouldRunEachCheatInSomeFlagAndTheSameInTheSameFlag() {
    CheatDraw draw = draw(Cheat.INT8, Cheat.EDITED_PROMPT, Cheat.SKIPPED_LAYER);
    Set<String> drawn = new TreeSet<>();

    IntStream.range(0, 40)
        .mapToObj(i -> flag(Hashing.hash("flag " + i)))
        .forEach(flag -> {
          drawn.add(draw.of(flag).label());
          assertThat(draw.of(flag)).isEqualTo(draw.of(flag));
        });

    assertThat(drawn).containsExactly("edited-prompt", "int8", "skipped-layer");
  }

  /** Nothing is calibrated here. */
  @Test
  void shouldLeaveOutWhatNobodyWouldFind() {
    CheatDraw draw = draw(Cheat.EARLY_STOP, Cheat.INT4);

    assertThat(IntStream.range(0, 40).mapToObj(i -> flag(Hashing.hash("flag " + i))))
        .allMatch(flag -> draw.of(flag).label().equals("int4"));
    assertThatThrownBy(() -> draw(Cheat.EARLY_STOP, Cheat.WRONG_TEMPERATURE))
        .isInstanceOf(CannotPlantFlags.class)
        .hasMessageContainingAll("early-stop", "wrong-temperature", TinyModel.MODEL_ID.hex());
  }
}
