package io.verillm.cli;

import io.verillm.gpu.bench.Machine;
import io.verillm.gpu.calibration.CalibrationFile;
import io.verillm.gpu.calibration.CalibrationReport;
import io.verillm.gpu.calibration.Limits;
import io.verillm.gpu.calibration.Roc;
import io.verillm.gpu.calibration.Tally;
import io.verillm.protocol.sim.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report of {@code model calibrate} as tables. */
final class CalibrationPage {
  private static final double PERCENT = 100;

  private CalibrationPage() {}

  static BenchPage of(String model, CalibrationReport report, Machine machine) {
    CalibrationFile file = report.calibration();
    return new BenchPage(
        "Calibration of %s, %s, %s, %d cores"
            .formatted(model, file.authorProfile(), machine.processor(), machine.cores()),
        List.of(
            "`./verillm model calibrate %s --report DIR`, calibration %s, seed %d; %s, %d cores; %s, %s."
                .formatted(
                    model,
                    file.calibrationId(),
                    report.seed(),
                    machine.processor(),
                    machine.cores(),
                    machine.system(),
                    machine.runtime()),
            "Limits come from %,d honest pairs and %,d of each of %s. The pairs below set no limits, and no prompt is in both sets."
                .formatted(
                    file.honestPairs(),
                    file.origin().cheatPairs(),
                    file.rowCheats() + " (rows) and " + file.tokenCheats() + " (tokens)"),
            "Honest pairs are spread evenly over settings. One in %d has a long context: a prompt of its own text over and over with other tokens in it, up to 1,024 positions."
                .formatted(file.origin().longEvery())),
        List.of(limits(file), outcomes(report), parts(report), areas(report)));
  }

  private static BenchPage.Table limits(CalibrationFile file) {
    List<List<String>> rows = new ArrayList<>();
    file.rows().forEach(row -> rows.add(limit("rows, " + row.boundary(), row.limits())));
    rows.add(limit(CalibrationReport.MEAN_MARGIN, file.meanMargin()));
    rows.add(limit(CalibrationReport.LARGEST_MARGIN, file.maximumMargin()));
    return new BenchPage.Table(
        "Limits",
        List.of("statistic", "ok", "bad", "highest honest", "lowest cheat"),
        rows,
        List.of());
  }

  private static List<String> limit(String name, Limits limits) {
    return List.of(
        name,
        "%,d".formatted(limits.ok()),
        "%,d".formatted(limits.bad()),
        "%,d".formatted(limits.highestHonest()),
        "%,d".formatted(limits.lowestCheat()));
  }

  private static BenchPage.Table outcomes(CalibrationReport report) {
    List<String> notes = new ArrayList<>();
    notes.add(
        "Shares in %, in brackets Wilson's 95 % interval. Rejected and unsure: by part 1 of the"
            + " challenge. In the end: with part 2 where part 1 was unsure. The paper's policy"
            + " judges the rows of part 1 and no tokens. Text of the model: each token is what the"
            + " model itself chooses with that seed.");
    if (!report.skipped().isEmpty()) {
      notes.add("No cheat for this model's weights: " + String.join(", ", report.skipped()) + ".");
    }
    return new BenchPage.Table(
        "What the limits do",
        List.of(
            "author",
            "cases",
            "opened, at most",
            "rejected",
            "unsure",
            "rejected in the end",
            "not accepted in the end",
            "reasons",
            "rejected by the paper's policy",
            "text of the model"),
        report.kinds().stream().map(CalibrationPage::outcome).toList(),
        notes);
  }

  private static List<String> outcome(Tally tally) {
    return List.of(
        tally.kind(),
        "%,d".formatted(tally.cases()),
        Integer.toString(tally.openedMost()),
        share(tally, tally.rejected()),
        share(tally, tally.unsure()),
        share(tally, tally.rejectedLast()),
        share(tally, tally.notAccepted()),
        tally.reasons().entrySet().stream()
            .map(reason -> reason.getKey() + " " + reason.getValue())
            .collect(Collectors.joining(", ")),
        share(tally, tally.paperRejected()),
        share(tally, tally.ownText()));
  }

  private static BenchPage.Table parts(CalibrationReport report) {
    return new BenchPage.Table(
        "Parts of the honest pairs",
        List.of(
            "threads/chunk/optimisation/batch",
            "cases",
            "rejected",
            "unsure",
            "not accepted in the end",
            "rejected by the paper's policy"),
        report.honestParts().stream()
            .map(part ->
                List.of(
                    part.kind(),
                    "%,d".formatted(part.cases()),
                    share(part, part.rejected()),
                    share(part, part.unsure()),
                    share(part, part.notAccepted()),
                    share(part, part.paperRejected())))
            .toList(),
        List.of());
  }

  private static BenchPage.Table areas(CalibrationReport report) {
    List<String> statistics = report.rocs().stream().map(Roc::statistic).distinct().toList();
    List<String> header = new ArrayList<>(List.of("cheat"));
    header.addAll(statistics);
    header.add("texts, at most");
    List<List<String>> rows = new ArrayList<>();
    for (Tally cheat : report.kinds().subList(1, report.kinds().size())) {
      List<String> row = new ArrayList<>(List.of(cheat.kind()));
      for (String statistic : statistics) {
        row.add(
            report.rocs().stream()
                .filter(
                    roc -> roc.cheat().equals(cheat.kind()) && roc.statistic().equals(statistic))
                .findFirst()
                .map(roc -> area(roc.area()))
                .orElse("-"));
      }
      row.add(area(report.largestTextArea(cheat)));
      rows.add(row);
    }
    return new BenchPage.Table(
        "Area under the ROC curve against honest work",
        header,
        rows,
        List.of(
            "A cheat that leaves rows or tokens alone cannot be told by them; below a half it lies where its author and checker ran in one setting and honest pairs in several.",
            "Texts, at most: what any test of texts can reach. A text that is the model's own is the"
                + " text of honest work: nobody is deceived by it, and nothing in it tells who wrote"
                + " it. With such a share of them no area is larger."));
  }

  private static String area(double area) {
    return String.format(Locale.ROOT, "%.4f", area);
  }

  private static String share(Tally of, Estimate share) {
    return of.cases() == 0
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.2f (%.2f..%.2f)",
            PERCENT * share.mean(),
            PERCENT * share.low(),
            PERCENT * share.high());
  }
}
