package io.verillm.cli;

import static io.verillm.cli.Figures.PERCENT;
import static io.verillm.cli.Figures.count;
import static io.verillm.cli.Figures.number;
import static io.verillm.cli.Figures.spread;

import io.verillm.gpu.bench.Bill;
import io.verillm.gpu.bench.Cell;
import io.verillm.gpu.bench.Comparison;
import io.verillm.gpu.bench.ModelCost;
import io.verillm.gpu.bench.ProtocolCost;
import io.verillm.gpu.bench.PublicBytes;
import io.verillm.gpu.bench.SaturatedCell;
import java.util.ArrayList;
import java.util.List;

/** Tables over all models of {@code bench engine}: what a request costs, and llama.cpp. */
final class RequestTables {
  private RequestTables() {}

  static BenchPage.Table bills(List<ModelCost> models) {
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

  static BenchPage.Table protocol(List<ModelCost> models) {
    return new BenchPage.Table(
        "What the protocol adds to a generation, in % of its model time",
        List.of(
            "model",
            "prompt",
            "output",
            "search",
            "outputs",
            "rows, trace, evidence",
            "roots, signatures",
            "disk",
            "together",
            "row bytes a token"),
        models.stream().map(RequestTables::protocolRow).toList(),
        List.of(
            "Search: finding the highest logits, which any sampler does, measured by doing it once more; not in the sum, as the hash of each candidate is. Outputs: the graph's boundary outputs and leaving the runtime with their rows, by the same graph in turns, token by token, asked for them and not."));
  }

  private static List<String> protocolRow(ModelCost model) {
    ProtocolCost cost = model.protocol();
    return List.of(
        model.model(),
        Integer.toString(cost.prompt()),
        Integer.toString(cost.output()),
        spread(cost.search(), PERCENT, 2),
        spread(cost.rows(), PERCENT, 2),
        spread(cost.recording(), PERCENT, 2),
        spread(cost.sealing(), PERCENT, 2),
        spread(cost.storing(), PERCENT, 2),
        spread(cost.total(), PERCENT, 2),
        Integer.toString(cost.rowBytesPerToken()));
  }

  static BenchPage.Table bytes(List<ModelCost> models) {
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
        models.stream().map(RequestTables::bytesRow).toList(),
        List.of(
            "Keys, values and headers; not in it: the challenge (%,d bytes) and what the coordinator, ledger and sealer write. The last three columns are the sum if each opening were compressed, if one row were opened at each position, and if equal roots made rows needless. TOPLOC (arXiv 2501.16007) states 258 bytes of proof for 32 tokens: one proof for whoever checks, where here an author and three checkers each open rows that a stranger can compare."
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

  static BenchPage.Table comparisons(List<ModelCost> models) {
    List<List<String>> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (ModelCost model : models) {
      model.comparisons().forEach(comparison -> rows.add(comparisonRow(model, comparison)));
      if (!model.notCompared().isEmpty()) {
        notes.add("Not compared: %s: %s.".formatted(model.model(), model.notCompared()));
      }
    }
    if (!rows.isEmpty()) {
      notes.addFirst(
          "The same weights and threads, cache in single precision too, one sequence at a time, greedy. Equal: tokens from the first on that both wrote.");
    }
    return new BenchPage.Table(
        "Beside llama.cpp, in tokens/s",
        List.of(
            "model",
            "prompt",
            "output",
            "equal",
            "prefill",
            "llama.cpp",
            "decode",
            "llama.cpp",
            "version"),
        rows,
        notes);
  }

  private static List<String> comparisonRow(ModelCost model, Comparison comparison) {
    return List.of(
        model.model(),
        Integer.toString(comparison.prompt()),
        Integer.toString(comparison.output()),
        Integer.toString(comparison.same()),
        spread(comparison.prefill(), 1, 0),
        spread(comparison.theirPrefill(), 1, 0),
        spread(comparison.decode(), 1, 1),
        spread(comparison.theirDecode(), 1, 1),
        comparison.version());
  }
}
