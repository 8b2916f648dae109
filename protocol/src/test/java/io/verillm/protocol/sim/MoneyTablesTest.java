package io.verillm.protocol.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.verillm.protocol.money.HonestyBound;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MoneyTablesTest {
  @Test
  void shouldAskForTheMoreWeightTheLessIsCertainAboutErrors() {
    MeasuredErrors few = errors(40, 10);
    MeasuredErrors many = errors(40_000, 10_000);

    double assumed = weight(rows(many), "of the paper");
    assertThat(assumed)
        .isCloseTo(HonestyBound.reference(3, HonestyBound.BYZANTINE_MOST).weight(), within(0.05));
    assertThat(weight(rows(many), "as counted")).isLessThan(assumed);
    assertThat(weight(rows(many), "at most")).isLessThan(weight(rows(few), "at most"));
    assertThat(weight(rows(few), "as counted")).isEqualTo(weight(rows(many), "as counted"));
    assertThat(weight(rows(few), "at most")).isGreaterThan(assumed);
  }

  @Test
  void shouldTellTheTablesErrorsWhereNoReportIsGiven() {
    assertThat(rows(null))
        .anyMatch(row -> row.startsWith("| of the paper | 1.90 % | 0.15 % | 68.8c"))
        .anyMatch(
            row -> row.equals("| in the parameter table | 0.04 % | 2.31 % | 72.0c | 41.0c |"));
  }

  @Test
  void shouldTakeTheCheatOfWhichLeastIsCertain() {
    MeasuredErrors errors =
        new MeasuredErrors(
            "report.json",
            "one",
            new Estimate(0, 0, 0.02, 190),
            new TreeMap<>(
                Map.of(
                    "int8", new Estimate(1, 0.9, 1, 40),
                    "int4", new Estimate(1, 0.8, 1, 20))));

    assertThat(errors.falsePositiveMost()).isEqualTo(0.02);
    assertThat(errors.falseNegativeMost()).isCloseTo(0.2, within(1e-12));
    assertThat(errors.worst().getKey()).isEqualTo("int4");
  }

  private static MeasuredErrors errors(int honest, int cheats) {
    return new MeasuredErrors(
        "report.json",
        "one",
        Estimate.ofShare(0, honest),
        new TreeMap<>(Map.of("int8", Estimate.ofShare(cheats, cheats))));
  }

  private static List<String> rows(@Nullable MeasuredErrors errors) {
    TablePage page = new TablePage();
    new MoneyTables(page, 1, 1).errors(Optional.ofNullable(errors));
    return page.parts().stream().flatMap(part -> part.get().stream()).toList();
  }

  /** w for m = 3 in the row of this name. */
  private static double weight(List<String> rows, String name) {
    String row = rows.stream().filter(r -> r.startsWith("| " + name)).findFirst().orElseThrow();
    return Double.parseDouble(row.split("\\|")[4].replace("c", "").trim());
  }
}
