package io.verillm.cli;

import static io.verillm.cli.Figures.PERCENT;
import static io.verillm.cli.Figures.number;
import static io.verillm.cli.Figures.spread;

import io.verillm.gpu.bench.Cell;
import io.verillm.gpu.bench.EngineCost;
import io.verillm.gpu.bench.Machine;
import io.verillm.gpu.bench.ModelCost;
import io.verillm.gpu.bench.Roofline;
import io.verillm.gpu.bench.SaturatedCell;
import java.util.ArrayList;
import java.util.List;

/** {@code bench engine} as tables. */
final class EngineCostPage {
  private static final double GIGA = 1e9;
  private static final double GIB = 1L << 30;

  private EngineCostPage() {}

  static BenchPage of(EngineCost cost) {
    Machine machine = cost.machine();
    List<BenchPage.Table> tables = new ArrayList<>();
    for (ModelCost model : cost.models()) {
      tables.add(cells(model));
      if (!model.saturated().isEmpty()) {
        tables.add(saturated(model));
      }
    }
    tables.add(RequestTables.bills(cost.models()));
    tables.add(RequestTables.protocol(cost.models()));
    tables.add(RequestTables.bytes(cost.models()));
    tables.add(RequestTables.comparisons(cost.models()));
    return new BenchPage(
        "Engine, %s, %s, %s, %d cores"
            .formatted(
                String.join(", ", cost.models().stream().map(ModelCost::model).toList()),
                machine.device(),
                machine.gpu().isEmpty() ? machine.processor() : machine.gpu(),
                machine.cores()),
        List.of(
            "Measured by `./verillm bench engine` on %s: %s, %d cores, %.0f GiB%s; %s; %s, %s; %d threads, chunks of %d tokens; %d repeats, %.0f minutes for all lengths."
                .formatted(
                    cost.date(),
                    machine.processor(),
                    machine.cores(),
                    machine.memoryBytes() / GIB,
                    machine.gpu().isEmpty() ? "" : "; " + machine.gpu(),
                    machine.system(),
                    machine.runtime(),
                    machine.precision(),
                    machine.threads(),
                    machine.chunk(),
                    cost.repeats(),
                    cost.budgetMinutes()),
            roof(cost.roofline()),
            "Times are wall time. Both at roof is the ratio that this machine's roof implies; measured x roof is check/generate as measured against it, for which at most 1.3 is the target. Check at roof is the stricter comparison, the check as measured against a generation at the roof, so that slow decoding does not make it look cheap; strict x roof is that against both at the roof."),
        tables);
  }

  private static String roof(Roofline roof) {
    return "Roof, before each length and behind the models on the same runtime by products with %.2f GiB of matrices: %s GB/s read by one row, %s GFLOP/s by many rows; the best repeat counts."
        .formatted(
            roof.matrixBytes() / GIB,
            spread(roof.bytesPerSecond(), 1 / GIGA, 1),
            spread(roof.operationsPerSecond(), 1 / GIGA, 0));
  }

  private static BenchPage.Table cells(ModelCost model) {
    List<String> notes = new ArrayList<>();
    for (ModelCost.Skipped skipped : model.skipped()) {
      notes.add(
          "Skipped: prompt %d, output %d: %s."
              .formatted(skipped.prompt(), skipped.output(), skipped.reason()));
    }
    return new BenchPage.Table(
        "%s: %,d parameters, %d blocks of %d, context %d; one sequence at a time"
            .formatted(
                model.model(),
                model.parameters(),
                model.layers(),
                model.width(),
                model.positionLimit()),
        List.of(
            "prompt",
            "output",
            "generate s",
            "check s",
            "check/generate %",
            "both at roof %",
            "measured x roof",
            "check at roof %",
            "strict x roof",
            "decode tokens/s",
            "of roof %",
            "prefill tokens/s",
            "of roof %"),
        model.cells().stream().map(EngineCostPage::row).toList(),
        notes);
  }

  private static List<String> row(Cell cell) {
    return List.of(
        Integer.toString(cell.prompt()),
        Integer.toString(cell.output()),
        spread(cell.generateSeconds(), 1, 2),
        spread(cell.verifySeconds(), 1, 3),
        spread(cell.ratio(), PERCENT, 2),
        number(PERCENT * cell.roofRatio(), 2),
        number(cell.timesRoof(), 2),
        number(PERCENT * cell.ratioAtRoof().median(), 2),
        number(cell.overRoof(), 2),
        number(cell.decodeTokensPerSecond().median(), 1),
        spread(cell.decodeShare(), PERCENT, 0),
        number(cell.prefillTokensPerSecond().median(), 0),
        spread(cell.prefillShare(), PERCENT, 0));
  }

  private static BenchPage.Table saturated(ModelCost model) {
    return new BenchPage.Table(
        "%s: %d sequences in each run"
            .formatted(model.model(), model.saturated().getFirst().batch()),
        List.of(
            "prompt",
            "output",
            "tokens/s of all",
            "host %",
            "generate s",
            "check/generate %",
            "both at roof %",
            "measured x roof",
            "check at roof %",
            "strict x roof",
            "apart/mixed"),
        model.saturated().stream().map(EngineCostPage::row).toList(),
        List.of(
            "Generating is one sequence's part of the time of all. Host: the part of it in which the model does not run. Apart/mixed: writing all texts together and then checking as many one after the other, against all of it at once, chunks of checks riding beside steps."));
  }

  private static List<String> row(SaturatedCell cell) {
    return List.of(
        Integer.toString(cell.prompt()),
        Integer.toString(cell.output()),
        spread(cell.tokensPerSecond(), 1, 1),
        number(PERCENT * cell.hostShare().median(), 1),
        spread(cell.generateSeconds(), 1, 2),
        spread(cell.ratio(), PERCENT, 1),
        number(PERCENT * cell.roofRatio(), 1),
        number(cell.timesRoof(), 2),
        number(PERCENT * cell.ratioAtRoof().median(), 1),
        number(cell.overRoof(), 2),
        spread(cell.mixedGain(), 1, 2));
  }
}
