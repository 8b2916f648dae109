package io.verillm.gpu.bench;

import io.verillm.models.ModelConfig;
import java.util.List;

/**
 * What one model cost at one length with several sequences in each run.
 *
 * @param prompt tokens given
 * @param output tokens generated
 * @param batch sequences written at once
 * @param tokensPerSecond of all of them
 * @param generateSeconds model time of one of them
 * @param ratio check against generation
 * @param roofRatio the same ratio if both ran at the roof
 * @param overRoof how many times the roof's ratio it is
 * @param mixedGain model time of writing them and then checking one text, against doing both at
 *     once
 */
public record SaturatedCell(
    int prompt,
    int output,
    int batch,
    Spread tokensPerSecond,
    Spread generateSeconds,
    Spread ratio,
    double roofRatio,
    double overRoof,
    Spread mixedGain) {

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
    return new SaturatedCell(
        prompt,
        output,
        batch,
        Spread.of(runs, run -> batch * output / run.generate()),
        Spread.of(runs, run -> run.generate() / batch),
        ratio,
        roofRatio,
        ratio.median() / roofRatio,
        Spread.of(runs, run -> (run.generate() + run.verify()) / run.mixed()));
  }
}
