package io.verillm.protocol.draw;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.events.RequestInput;
import io.verillm.protocol.check.Calibration;
import io.verillm.protocol.check.RowThresholds;
import io.verillm.protocol.check.TokenThresholds;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.Hashing;
import io.verillm.protocol.crypto.VerifyKey;
import io.verillm.protocol.event.Wire;
import io.verillm.protocol.log.Beacon;
import io.verillm.protocol.log.JournalChain;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Step;
import io.verillm.protocol.vote.InputSeal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class DigestsTest {

  private static final UUID REQUEST = new UUID(0x0001020304050607L, 0x08090a0b0c0d0e0fL);
  private static final int[] IDS = {1, 2, 3};
  private static final byte[] SALT = filled(0xaa);
  private static final byte[] NONCE = filled(0xbb);
  private static final VerifyKey KEY =
      VerifyKey.of(
          HexFormat.of()
              .parseHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));

  private static byte[] filled(int value) {
    byte[] bytes = new byte[16];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static Hash named(String name) {
    return Hashing.sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  private static Calibration calibration() {
    return new Calibration(
        "c-1",
        named("model"),
        "author",
        "checker",
        List.of(new RowThresholds(1, 2), new RowThresholds(3, 4)),
        new TokenThresholds(5, 6, 7, 8),
        9,
        10);
  }

  private static RequestInput input(Hash prompt) {
    return new RequestInput(
        Wire.buffer(prompt),
        3,
        0.7,
        40,
        0.9,
        Wire.buffer(Digests.seed(REQUEST, KEY, NONCE)),
        Wire.buffer(named("salt")));
  }

  private static Map<String, String> digests() {
    Hash prompt = Digests.promptHash(SALT, IDS);
    Hash output = Digests.outputHash(IDS);
    Hash randomness = named("randomness");
    Hash taskId = Draws.taskId(named("vrf"));
    SealedCommitment seal =
        new SealedCommitment(
            taskId,
            "worker-1",
            Step.FINAL,
            prompt,
            output,
            7,
            output,
            FinishReason.EOS,
            "cpu",
            randomness);
    HexFormat hex = HexFormat.of();
    return Map.ofEntries(
        Map.entry("hash-no-field", Hashing.hash("t").hex()),
        Map.entry(
            "hash-fields",
            Hashing.hash(
                    "t",
                    new byte[0],
                    "ab".getBytes(StandardCharsets.UTF_8),
                    "\u00e9".getBytes(StandardCharsets.UTF_8))
                .hex()),
        Map.entry("prompt", prompt.hex()),
        Map.entry("output", output.hex()),
        Map.entry("context", Digests.contextHash(prompt, List.of(output, output)).hex()),
        Map.entry("tag", Digests.outputTag(output, FinishReason.EOS, NONCE).hex()),
        Map.entry("input", InputSeal.of(REQUEST, input(prompt)).hex()),
        Map.entry("seed", Digests.seed(REQUEST, KEY, NONCE).hex()),
        Map.entry("case-seed", Draws.caseSeed(named("vrf"), 3).hex()),
        Map.entry("calibration", calibration().hash().hex()),
        Map.entry("task-id", taskId.hex()),
        Map.entry(
            "salt",
            Digests.salt("secret".getBytes(StandardCharsets.UTF_8), taskId, Step.FINAL).hex()),
        Map.entry("alpha-task", hex.formatHex(Draws.task(REQUEST, "author", "worker-1", 2))),
        Map.entry("alpha-committee", hex.formatHex(Draws.committee(REQUEST, 1, randomness))),
        Map.entry("alpha-challenge", hex.formatHex(Draws.challenge(REQUEST, 1, 2, randomness))),
        Map.entry("sealed", Beacon.sealHash("seal".getBytes(StandardCharsets.UTF_8)).hex()),
        Map.entry(
            "randomness", Beacon.randomness(named("seal"), List.of(named("a"), named("b"))).hex()),
        Map.entry(
            "journal", JournalChain.entryHash("entry".getBytes(StandardCharsets.UTF_8)).hex()),
        Map.entry("seal", seal.sealedRoot().hex()));
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/digests.csv", numLinesToSkip = 1)
  void shouldEqualTheGoldenDigest(String name, String expected) {
    assertThat(digests()).containsEntry(name, expected);
  }
}
