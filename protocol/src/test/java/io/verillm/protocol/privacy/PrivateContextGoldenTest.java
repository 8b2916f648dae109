package io.verillm.protocol.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.protocol.crypto.Hash;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** What envelopes are bound to, as a second implementation hashes it ({@code generate.py}). */
class PrivateContextGoldenTest {
  @ParameterizedTest
  @CsvFileSource(resources = "/vectors/private_contexts.csv", numLinesToSkip = 1)
  void shouldBindEnvelopesToWhatTheSecondImplementationBindsThemTo(
      String what, String of, String context) {
    String[] f = of.split("/");
    Hash bound =
        switch (what) {
          case "opening" ->
              PrivateOpenings.context(
                  f[0],
                  Integer.parseInt(f[1]),
                  Integer.parseInt(f[2]),
                  Integer.parseInt(f[3]),
                  new Hash(HexFormat.of().parseHex(f[4])),
                  f[5]);
          case "result" -> PrivateResults.context(f[0], Integer.parseInt(f[1]));
          default -> throw new AssertionError(what);
        };

    assertThat(bound.hex()).isEqualTo(context);
  }
}
