package io.verillm.gpu.bench;

import io.verillm.models.ModelConfig;
import java.util.List;

/**
 * What one model cost at one length, in wall time.
 *
 * @param prompt tokens given
 * @param output tokens generated
 * @param generateSeconds of one author, prompt included
 * @param verifySeconds of one check
 * @param ratio check against generation, repeat by repeat
 * @param ratioAtRoof check against a generation at the roof, which a slow decoder does not flatter
 * @param roofRatio the ratio if both ran at the roof
 * @param timesRoof how many times the roof's ratio {@code ratio} is
 * @param overRoof how many times the roof's ratio {@code ratioAtRoof} is
 * @param decodeTokensPerSecond of one sequence
 * @param decodeShare decoding, as a share of the roof
 * @param prefillTokensPerSecond of the check
 * @param prefillShare the check's prefill, as a share of the roof
 * @param bill with one sequence at a time
 */
public record Cell(
    int prompt,
    int output,
    Spread generateSeconds,
    Spread verifySeconds,
    Spread ratio,
    Spread ratioAtRoof,
    double roofRatio,
    double timesRoof,
    double overRoof,
    Spread decodeTokensPerSecond,
    Spread decodeShare,
    Spread prefillTokensPerSecond,
    Spread prefillShare,
    Bill bill) {

  static Cell of(
      int prompt, int output, List<CellBench.Run> runs, ModelConfig config, Roofline roof) {
    int size = prompt + output;
    double roofDecode = output * roof.seconds(Work.decode(config, prompt + output / 2.0));
    double roofVerify = roof.seconds(Work.prefill(config, size, output + 1));
    double roofGenerate = roof.seconds(Work.prefill(config, prompt, 1)) + roofDecode;
    Spread ratio = Spread.of(runs, run -> run.verify() / run.generate());
    Spread atRoof = Spread.of(runs, run -> run.verify() / roofGenerate);
    return new Cell(
        prompt,
        output,
        Spread.of(runs, CellBench.Run::generate),
        Spread.of(runs, CellBench.Run::verify),
        ratio,
        atRoof,
        roofVerify / roofGenerate,
        ratio.median() / (roofVerify / roofGenerate),
        atRoof.median() / (roofVerify / roofGenerate),
        Spread.of(runs, run -> output / run.decode()),
        Spread.of(runs, run -> roofDecode / run.decode()),
        Spread.of(runs, run -> size / run.verify()),
        Spread.of(runs, run -> roofVerify / run.verify()),
        Bill.of(
            runs,
            run ->
                new Bill.Times(
                    run.generate(), run.decode() / output, run.verify(), run.handover())));
  }
}
