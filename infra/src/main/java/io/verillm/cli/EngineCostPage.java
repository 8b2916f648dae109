package io.verillm.cli;

import io.verillm.gpu.bench.Bill;
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
    tables.add(bills(cost.models()));
    tables.add(protocol(cost.models()));
    tables.add(bytes(cost.models()));
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
            "Times are wall time. Check/generate at roof is the check as measured against a generation at the roof, so that slow decoding does not make it look cheap; x roof is that against both at the roof."),
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
            "check/generate at roof %",
            "both at roof %",
            "x roof",
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
        number(PERCENT * cell.ratioAtRoof().median(), 2),
        number(PERCENT * cell.roofRatio(), 2),
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
            "check/generate at roof %",
            "both at roof %",
            "x roof",
            "apart/mixed"),
        model.saturated().stream().map(EngineCostPage::row).toList(),
        List.of(
            "Generating is one sequence's part of the time of all. Host: the part of it in which the model does not run. Apart/mixed: writing all texts and then checking one, against the check riding along."));
  }

  private static List<String> row(SaturatedCell cell) {
    return List.of(
        Integer.toString(cell.prompt()),
        Integer.toString(cell.output()),
        spread(cell.tokensPerSecond(), 1, 1),
        number(PERCENT * cell.hostShare().median(), 1),
        spread(cell.generateSeconds(), 1, 2),
        spread(cell.ratio(), PERCENT, 1),
        number(PERCENT * cell.ratioAtRoof().median(), 1),
        number(PERCENT * cell.roofRatio(), 1),
        number(cell.overRoof(), 2),
        spread(cell.mixedGain(), 1, 2));
  }

  private static BenchPage.Table bills(List<ModelCost> models) {
    List<List<String>> rows = new ArrayList<>();
    for (ModelCost model : models) {
      for (Cell cell : model.cells()) {
        rows.add(bill(model, cell.prompt(), cell.output(), 1, cell.bill()));
      }
      for (SaturatedCell cell : model.saturated()) {
        rows.add(bill(model, cell.prompt(), cell.output(), cell.batch(), cell.bill()));
      }
    }
    return new BenchPage.Table(
        "The whole bill with 3 checkers, in % of one generation",
        List.of(
            "model",
            "prompt",
            "output",
            "at once",
            "checks",
            "ahead",
            "hand-over",
            "flags",
            "together"),
        rows,
        List.of(
            "Ahead: tokens that checkers decode before they are told to stop. Hand-over: one, half way. Flags: a request's part of 7 planted ones in 100, which are generated and checked too."));
  }

  private static List<String> bill(ModelCost model, int prompt, int output, int atOnce, Bill bill) {
    return List.of(
        model.model(),
        Integer.toString(prompt),
        Integer.toString(output),
        Integer.toString(atOnce),
        number(PERCENT * bill.checks().median(), 1),
        number(PERCENT * bill.ahead().median(), 1),
        number(PERCENT * bill.handover().median(), 1),
        number(PERCENT * bill.flags().median(), 1),
        spread(bill.total(), PERCENT, 1));
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
