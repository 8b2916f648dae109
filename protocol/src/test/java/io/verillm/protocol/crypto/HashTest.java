package io.verillm.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class HashTest {

  private static final String HEX =
      "00ff000000000000000000000000000000000000000000000000000000000001";

  @Test
  void shouldReadAndWriteHex() {
    assertThat(Hash.fromHex(HEX.toUpperCase(java.util.Locale.ROOT))).hasToString(HEX);
  }

  @Test
  void shouldRefuseOtherLengths() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Hash(new byte[31]))
        .withMessageContaining("31");
    assertThatIllegalArgumentException().isThrownBy(() -> Hash.fromHex(HEX + "00"));
    assertThatIllegalArgumentException().isThrownBy(() -> Hash.fromHex("zz" + HEX.substring(2)));
  }

  @Test
  void shouldNotShareItsBytes() {
    byte[] bytes = new byte[32];
    Hash hash = new Hash(bytes);
    bytes[0] = 1;
    hash.bytes()[1] = 1;
    assertThat(hash).isEqualTo(new Hash(new byte[32])).hasSameHashCodeAs(new Hash(new byte[32]));
  }

  @Test
  void shouldOrderByUnsignedBytes() {
    Hash low = Hash.fromHex("7f" + HEX.substring(2));
    Hash high = Hash.fromHex("80" + HEX.substring(2));
    assertThat(low).isLessThan(high);
  }

  @Test
  void shouldSeparateFieldsByTheirFrame() {
    Hash joined = HashInput.of("t").add("ab").add("c").hash();
    assertThat(joined).isNotEqualTo(HashInput.of("t").add("a").add("bc").hash());
    assertThat(joined).isNotEqualTo(HashInput.of("t").add("abc").hash());
    assertThat(HashInput.of("ta").hash()).isNotEqualTo(HashInput.of("t").add("a").hash());
    assertThat(Hashing.hash("t", new byte[0])).isNotEqualTo(Hashing.hash("t"));
  }

  @Test
  void shouldEncodeFieldsAsDocumented() {
    byte[] frame =
        HashInput.of("t").add(1).add(-2L).add(new int[] {3, 4}).add(new UUID(5, 6)).bytes();
    assertThat(frame)
        .asHexString()
        .isEqualTo(
            ("00000001" + "74")
                + ("00000004" + "00000001")
                + ("00000008" + "FFFFFFFFFFFFFFFE")
                + ("00000008" + "0000000300000004")
                + ("00000010" + "00000000000000050000000000000006"));
  }

  @Test
  void shouldRefuseTextThatUtf8WouldMerge() {
    assertThatIllegalArgumentException().isThrownBy(() -> HashInput.of("t").add("\ud800"));
    assertThatIllegalArgumentException().isThrownBy(() -> HashInput.of(""));
  }
}
