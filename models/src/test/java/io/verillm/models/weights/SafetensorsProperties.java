package io.verillm.models.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.models.InvalidModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SafetensorsProperties {

  private static final String HEADER =
      "{\"v\":{\"dtype\":\"F16\",\"shape\":[2,2],\"data_offsets\":[0,8]},"
          + "\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[8,20]}}";

  @Property(tries = 1000)
  void shouldGiveTensorsOrTheNamedErrorForAnyBytes(@ForAll byte[] bytes) throws IOException {
    requireValueOrNamedError(bytes);
  }

  @Property(tries = 1000)
  void shouldGiveTensorsOrTheNamedErrorForAnyHeader(@ForAll("headers") String header)
      throws IOException {
    requireValueOrNamedError(SafetensorsFile.bytes(header, 20));
  }

  @Property(tries = 2000)
  void shouldGiveTensorsOrTheNamedErrorForAFileWithOneChangedByte(
      @ForAll("positions") int at, @ForAll byte value) throws IOException {
    byte[] bytes = SafetensorsFile.bytes(HEADER, 20);
    bytes[at % bytes.length] = value;
    requireValueOrNamedError(bytes);
  }

  @Provide
  Arbitrary<Integer> positions() {
    return Arbitraries.integers().between(0, 8 + HEADER.length() + 20);
  }

  @Provide
  Arbitrary<String> headers() {
    Arbitrary<String> numbers =
        Arbitraries.oneOf(
            Arbitraries.longs().between(-2, 24).map(String::valueOf),
            Arbitraries.longs().map(String::valueOf),
            Arbitraries.of("1e3", "null", "\"8\"", "[0]", "18446744073709551616"));
    Arbitrary<String> types = Arbitraries.of("\"F32\"", "\"F16\"", "\"BF16\"", "\"I8\"", "7");
    Arbitrary<String> tensors =
        Combinators.combine(types, numbers.list().ofMaxSize(10), numbers.list().ofMaxSize(3))
            .as((type, shape, offsets) ->
                "{\"dtype\":"
                    + type
                    + ",\"shape\":"
                    + shape
                    + ",\"data_offsets\":"
                    + offsets
                    + "}");
    return tensors
        .list()
        .ofMaxSize(3)
        .map(list -> {
          StringBuilder header = new StringBuilder("{");
          for (int i = 0; i < list.size(); i++) {
            header.append(i == 0 ? "" : ",").append("\"t").append(i).append("\":");
            header.append(list.get(i));
          }
          return header.append("}").toString();
        });
  }

  private static void requireValueOrNamedError(byte[] bytes) throws IOException {
    try (Safetensors weights = Safetensors.of(bytes)) {
      for (String name : weights.names()) {
        Tensor tensor = weights.tensor(name);
        assertThat(tensor.values().length).isLessThanOrEqualTo(bytes.length);
      }
    } catch (InvalidModelException e) {
      assertThat(e.getMessage().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
    }
  }
}
