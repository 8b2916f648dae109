package io.verillm.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class RequestIdsProperties {
  @Property(tries = 200)
  void shouldMakeCanonicalIdsThatHoldTheirTime(
      @ForAll @LongRange(min = 0, max = (1L << 48) - 1) long millis, @ForAll long seed) {
    RequestIds ids = ids(millis, seed);

    UUID id = RequestIds.parse(ids.next()).orElseThrow();

    assertThat(RequestIds.madeAt(id)).isEqualTo(Instant.ofEpochMilli(millis));
    assertThat(ids.next()).isNotEqualTo(id.toString());
  }

  @Example
  void shouldSortByTime() {
    assertThat(ids(1_700_000_000_000L, 1).next()).isLessThan(ids(1_700_000_000_001L, 2).next());
  }

  @Example
  void shouldTakeNoOtherTextForAnId() {
    String id = ids(1_700_000_000_000L, 1).next();

    assertThat(RequestIds.parse(id.toUpperCase(Locale.ROOT))).isEmpty();
    assertThat(RequestIds.parse(id + " ")).isEmpty();
    assertThat(RequestIds.parse("1-1-7001-8001-1")).isEmpty();
    assertThat(RequestIds.parse("01932f5a-7c00-4abc-8def-0123456789ab")).isEmpty();
    assertThat(RequestIds.parse("")).isEmpty();
  }

  private static RequestIds ids(long millis, long seed) {
    return new RequestIds(
        Clock.fixed(Instant.ofEpochMilli(millis), ZoneOffset.UTC), new Random(seed));
  }
}
