package io.verillm.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.verillm.models.InvalidModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  @TempDir private Path folder;

  @Test
  void shouldReadTheThreeFloatTypes() throws IOException {
    // Given
    byte[] file =
        SafetensorsFile.bytes(
            """
            {"__metadata__":{"format":"pt"},
             "a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},
             "b":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},
             "c":{"dtype":"BF16","shape":[],"data_offsets":[12,14]}}\
            """,
            14);
    ByteBuffer.wrap(file, file.length - 14, 14)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(1.5f)
        .putFloat(-2f)
        .putShort((short) 0x3c00)
        .putShort((short) 0xc000)
        .putShort((short) 0x4049);
    // When
    try (Safetensors weights = Safetensors.of(file)) {
      // Then
      assertThat(weights.names()).containsExactly("a", "b", "c");
      assertThat(weights.tensor("a", 2, 1).values()).containsExactly(1.5f, -2f);
      assertThat(weights.tensor("b", 2).values()).containsExactly(1f, -2f);
      assertThat(weights.tensor("c").values()).containsExactly(3.140625f);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|7|tensor w is cut off",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|9|after the last tensor",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}|12|tensor w leaves a gap",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}|8|tensor w needs 12 bytes",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}|8|tensor w needs 8 bytes",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}|8|tensor w has a size",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}|8|tensor w has a size",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,8]}}|8|tensor w has a dimension",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}|8|tensor w has a size",
        "{\"w\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}|8|tensor w has dtype",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}}|8|tensor w has no shape or data_offsets",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|8|w",
        "{\"v\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}|12|tensor w leaves a gap or overlaps",
        "[]|0|not a JSON object",
        "{\"w\":|0|not JSON",
      })
  void shouldNameWhatIsWrongWithAHeader(String header, int dataBytes, String named) {
    assertThatThrownBy(() -> Safetensors.of(SafetensorsFile.bytes(header, dataBytes)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(named);
  }

  @ParameterizedTest
  @CsvSource({"-1", "9223372036854775807", "100000001", "12", "1", "0"})
  void shouldRefuseAHeaderLengthThatDoesNotFit(long length) {
    byte[] file = SafetensorsFile.bytes("{}       ", 2);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    assertThatThrownBy(() -> Safetensors.of(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("header length");
  }

  @Test
  void shouldRefuseMoreTensorsThanAnyModelHas() {
    String none = "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
    String header =
        IntStream.range(0, Header.TENSORS_MAX + 1)
            .mapToObj(i -> "\"" + i + "\":" + none)
            .collect(Collectors.joining(",", "{", "}"));
    assertThatThrownBy(() -> Safetensors.of(SafetensorsFile.bytes(header, 0)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("65537 entries");
  }

  @Test
  void shouldRefuseAFileOfSevenBytes() {
    assertThatThrownBy(() -> Safetensors.of(new byte[7])).isInstanceOf(InvalidModelException.class);
  }

  @Test
  void shouldNameATensorThatIsNotThere() throws IOException {
    try (Safetensors weights = Safetensors.of(SafetensorsFile.bytes("{}", 0))) {
      assertThatThrownBy(() -> weights.tensor("w"))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("w");
    }
  }

  @Test
  void shouldNameTheTensorWhenTheFileIsCutAfterItWasOpened() throws IOException {
    byte[] file =
        SafetensorsFile.bytes(
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
    Path path = folder.resolve("cut");
    java.nio.file.Files.write(path, file);
    try (Safetensors weights = Safetensors.open(FileChannel.open(path))) {
      java.nio.file.Files.write(path, Arrays.copyOf(file, file.length - 1));
      assertThatThrownBy(() -> weights.tensor("w"))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("tensor w");
    }
  }
}
