package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.verillm.protocol.money.HonestyBound;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BillTablesTest {
  private static final int ROWS = 12;

  /** Rows of the bill for m = 3: without flags, with few, with those of the reference. */
  private static List<String> bill() {
    TablePage page = new TablePage();
    new BillTables(page, 1, 60).bill();
    List<Supplier<List<String>>> parts = page.parts();
    List<Supplier<List<String>>> rows = parts.subList(parts.size() - ROWS, parts.size());
    return Stream.of(0, 1, 4).flatMap(i -> rows.get(i).get().stream()).toList();
  }

  private static double cell(String row, int column) {
    return Double.parseDouble(row.split("\\|")[column].replaceAll("[c% ]", ""));
  }

  @ParameterizedTest(name = "m = {0}, {1} bad flags")
  @CsvSource({"3, 0.005", "3, 0.01", "3, 0.05", "3, 0.1", "7, 0.005", "7, 0.05"})
  void shouldPlayEachRateOfFlagsWithAWeightThatKeepsHonestyBest(int m, double bad) {
    double weight = BillTables.weight(m, bad);
    HonestyBound bound = HonestyBound.measured(m).withFlags(bad, 0.4 * bad);

    assertThat(bound.honest(weight)).isGreaterThanOrEqualTo(1 - 1e-9);
    assertThat(bound.honest(weight - 1)).as("not a c more").isLessThan(1);
  }

  @Test
  void shouldBillFlagsHandOversAndWhatTheTreasuryPays() {
    List<String> rows = bill();

    assertThat(rows.getFirst()).contains("none is large enough");
    for (String row : rows) {
      double bad = Double.parseDouble(row.split("\\|")[2].split("%")[0].strip());
      double work = (100 + cell(row, 4) + cell(row, 5) + cell(row, 6)) / (1 - 0.014 * bad) - 100;
      // One answer, one hand-over; some end before it.
      assertThat(cell(row, 6)).as(row).isBetween(0.5, 1.2);
      assertThat(cell(row, 8)).as(row).isCloseTo(work, within(0.3));
      assertThat(cell(row, 10)).as(row).isCloseTo(cell(row, 8) + cell(row, 9), within(0.11));
    }
    // The fewer flags, the larger w.
    assertThat(cell(rows.get(1), 3)).isGreaterThan(9 * cell(rows.get(2), 3));
  }
}
