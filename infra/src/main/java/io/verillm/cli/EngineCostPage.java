package io.verillm.cli;

import io.verillm.gpu.bench.Cell;
import io.verillm.gpu.bench.EngineCost;
import io.verillm.gpu.bench.Machine;
import io.verillm.gpu.bench.ModelCost;
import io.verillm.gpu.bench.ProtocolCost;
import io.verillm.gpu.bench.PublicBytes;
import io.verillm.gpu.bench.Roofline;
import io.verillm.gpu.bench.SaturatedCell;
import io.verillm.gpu.bench.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code bench engine} as tables. */
final class EngineCostPage {
  private static final double PERCENT = 100;
  private static final double GIGA = 1e9;
  private static final double GIB = 1L << 30;
  private static final double FAIR_DECODE = 0.5;

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
    tables.add(protocol(cost.models()));
    tables.add(bytes(cost.models()));
    return new BenchPage(
        "Engine, %s, %s, %d cores"
            .formatted(
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
            roof(cost.roofline())),
        tables);
  }

  private static String roof(Roofline roof) {
    return "Roof, in the same run on the same runtime by products with %.2f GiB of matrices: %s GB/s read by one row, %s GFLOP/s by many rows."
        .formatted(
            roof.matrixBytes() / GIB,
            spread(roof.bytesPerSecond(), 1 / GIGA, 1),
            spread(roof.operationsPerSecond(), 1 / GIGA, 0));
  }

  private static BenchPage.Table cells(ModelCost model) {
    List<String> notes = new ArrayList<>();
    if (model.cells().stream().anyMatch(cell -> cell.decodeShare().median() < FAIR_DECODE)) {
      notes.add(
          "Decoding reached less than half of its roof. That makes check/generate smaller than a faster engine would: compare it with generating at the roof instead, where checking costs the share under 'roof %' at best.");
    }
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
            "roof %",
            "x roof",
            "decode tokens/s",
            "of roof %",
            "prefill tokens/s",
            "of roof %",
            "bill of 3 checks %"),
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
        number(cell.overRoof(), 2),
        number(cell.decodeTokensPerSecond().median(), 1),
        spread(cell.decodeShare(), PERCENT, 0),
        number(cell.prefillTokensPerSecond().median(), 0),
        spread(cell.prefillShare(), PERCENT, 0),
        spread(cell.bill(), PERCENT, 1));
  }

  private static BenchPage.Table saturated(ModelCost model) {
    return new BenchPage.Table(
        "%s: %d sequences in each run"
            .formatted(model.model(), model.saturated().getFirst().batch()),
        List.of(
            "prompt",
            "output",
            "tokens/s of all",
            "generate s",
            "check/generate %",
            "roof %",
            "x roof",
            "apart/mixed"),
        model.saturated().stream().map(EngineCostPage::row).toList(),
        List.of(
            "Generating is one sequence's share of the runs. Apart/mixed: model time of all texts and one check, one after the other, against the check riding along."));
  }

  private static List<String> row(SaturatedCell cell) {
    return List.of(
        Integer.toString(cell.prompt()),
        Integer.toString(cell.output()),
        spread(cell.tokensPerSecond(), 1, 1),
        spread(cell.generateSeconds(), 1, 2),
        spread(cell.ratio(), PERCENT, 1),
        number(PERCENT * cell.roofRatio(), 1),
        number(cell.overRoof(), 2),
        spread(cell.mixedGain(), 1, 2));
  }

  private static BenchPage.Table protocol(List<ModelCost> models) {
    return new BenchPage.Table(
        "What the protocol adds to a generation, in % of its model time",
        List.of(
            "model",
            "prompt",
            "output",
            "rows, trace, evidence",
            "roots, signatures",
            "disk",
            "together",
            "row bytes a token"),
        models.stream().map(EngineCostPage::protocolRow).toList(),
        List.of());
  }

  private static List<String> protocolRow(ModelCost model) {
    ProtocolCost cost = model.protocol();
    return List.of(
        model.model(),
        Integer.toString(cost.prompt()),
        Integer.toString(cost.output()),
        spread(cost.recording(), PERCENT, 2),
        spread(cost.sealing(), PERCENT, 2),
        spread(cost.storing(), PERCENT, 2),
        spread(cost.total(), PERCENT, 2),
        Integer.toString(cost.rowBytesPerToken()));
  }

  private static BenchPage.Table bytes(List<ModelCost> models) {
    return new BenchPage.Table(
        "Bytes on public topics of a request with 3 checkers",
        List.of(
            "model",
            "prompt",
            "output",
            "opened",
            "commitments",
            "evidence",
            "openings",
            "votes",
            "together",
            "per 32 tokens",
            "deflated",
            "one row each",
            "no rows"),
        models.stream().map(EngineCostPage::bytesRow).toList(),
        List.of(
            "Keys, values and headers; not in it: the challenge (%,d bytes) and what the coordinator, ledger and sealer write. The last three columns are the sum if each opening were compressed, if one row were opened at each position, and if equal roots made rows needless."
                .formatted(models.getFirst().publicBytes().challenge())));
  }

  private static List<String> bytesRow(ModelCost model) {
    PublicBytes bytes = model.publicBytes();
    return List.of(
        model.model(),
        Integer.toString(bytes.prompt()),
        Integer.toString(bytes.output()),
        Integer.toString(bytes.positions()),
        count(bytes.commitments()),
        count(bytes.evidence()),
        count(bytes.openings()),
        count(bytes.votes()),
        count(bytes.total()),
        count(Math.round(bytes.per32Tokens())),
        count(bytes.deflated()),
        count(bytes.oneRow()),
        count(bytes.noRows()));
  }

  private static String spread(Spread spread, double factor, int decimals) {
    return "%s (%s..%s)"
        .formatted(
            number(factor * spread.median(), decimals),
            number(factor * spread.low(), decimals),
            number(factor * spread.high(), decimals));
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
