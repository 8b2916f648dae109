package io.verillm.gpu.bench;

import io.verillm.models.ModelConfig;
import java.util.List;

/**
 * What one model cost at one length.
 *
 * @param prompt tokens given
 * @param output tokens generated
 * @param generateSeconds model time of one author, prompt included
 * @param verifySeconds model time of one check
 * @param ratio check against generation, repeat by repeat
 * @param roofRatio the same ratio if both ran at the roof
 * @param overRoof how many times the roof's ratio it is
 * @param decodeTokensPerSecond of one sequence
 * @param decodeShare decoding, as a share of the roof
 * @param prefillTokensPerSecond of the check
 * @param prefillShare the check's prefill, as a share of the roof
 * @param bill three checks, each with the tokens decoded ahead, and one hand-over half way, against
 *     the generation
 */
public record Cell(
    int prompt,
    int output,
    Spread generateSeconds,
    Spread verifySeconds,
    Spread ratio,
    double roofRatio,
    double overRoof,
    Spread decodeTokensPerSecond,
    Spread decodeShare,
    Spread prefillTokensPerSecond,
    Spread prefillShare,
    Spread bill) {

  static Cell of(
      int prompt, int output, List<CellBench.Run> runs, ModelConfig config, Roofline roof) {
    int size = prompt + output;
    double roofDecode = output * roof.seconds(Work.decode(config, prompt + output / 2.0));
    double roofVerify = roof.seconds(Work.prefill(config, size, output + 1));
    double roofGenerate = roof.seconds(Work.prefill(config, prompt, 1)) + roofDecode;
    Spread ratio = Spread.of(runs, run -> run.verify() / run.generate());
    return new Cell(
        prompt,
        output,
        Spread.of(runs, CellBench.Run::generate),
        Spread.of(runs, CellBench.Run::verify),
        ratio,
        roofVerify / roofGenerate,
        ratio.median() / (roofVerify / roofGenerate),
        Spread.of(runs, run -> output / run.decode()),
        Spread.of(runs, run -> roofDecode / run.decode()),
        Spread.of(runs, run -> size / run.verify()),
        Spread.of(runs, run -> roofVerify / run.verify()),
        Spread.of(runs, run -> bill(run, output)));
  }

  private static double bill(CellBench.Run run, int output) {
    double ahead = BenchPlan.AHEAD * run.decode() / output;
    return (BenchPlan.CHECKERS * (run.verify() + ahead) + run.handover()) / run.generate();
  }
}
