package io.verillm.gpu.bench;

import io.verillm.models.ModelConfig;
import java.util.List;

/**
 * What one model cost at one length with several sequences in each run, in wall time.
 *
 * @param prompt tokens given
 * @param output tokens generated
 * @param batch sequences written at once
 * @param tokensPerSecond of all of them
 * @param hostShare of the time in which no run of the model was under way: packing, copying, waking
 * @param generateSeconds one text's part
 * @param ratio check against generation
 * @param ratioAtRoof check against a generation at the roof
 * @param roofRatio the ratio if both ran at the roof
 * @param timesRoof how many times the roof's ratio {@code ratio} is
 * @param overRoof how many times the roof's ratio {@code ratioAtRoof} is
 * @param mixedGain how much faster as many texts are written and as many checked if all of it goes
 *     on at once, against writing them together and then checking one after the other
 * @param bill with as many sequences
 */
public record SaturatedCell(
    int prompt,
    int output,
    int batch,
    Spread tokensPerSecond,
    Spread hostShare,
    Spread generateSeconds,
    Spread ratio,
    Spread ratioAtRoof,
    double roofRatio,
    double timesRoof,
    double overRoof,
    Spread mixedGain,
    Bill bill) {

  static SaturatedCell of(
      int prompt,
      int output,
      int batch,
      List<SaturationBench.Run> runs,
      ModelConfig config,
      Roofline roof) {
    Work step = Work.decode(config, prompt + output / 2.0, batch);
    double roofGenerate =
        roof.seconds(Work.prefill(config, prompt, 1)) + output * roof.seconds(step) / batch;
    double roofRatio =
        roof.seconds(Work.prefill(config, prompt + output, output + 1)) / roofGenerate;
    Spread ratio = Spread.of(runs, run -> run.verify() * batch / run.generate());
    Spread atRoof = Spread.of(runs, run -> run.verify() / roofGenerate);
    return new SaturatedCell(
        prompt,
        output,
        batch,
        Spread.of(runs, run -> batch * output / run.generate()),
        Spread.of(runs, run -> 1 - run.runtime() / run.generate()),
        Spread.of(runs, run -> run.generate() / batch),
        ratio,
        atRoof,
        roofRatio,
        ratio.median() / roofRatio,
        atRoof.median() / roofRatio,
        Spread.of(runs, run -> (run.generate() + batch * run.verify()) / run.mixed()),
        Bill.of(runs, run -> times(run, output, batch)));
  }

  private static Bill.Times times(SaturationBench.Run run, int output, int batch) {
    double decode = run.generate() - batch * run.prefill();
    return new Bill.Times(
        run.generate() / batch, decode / batch / output, run.verify(), run.handover());
  }
}
