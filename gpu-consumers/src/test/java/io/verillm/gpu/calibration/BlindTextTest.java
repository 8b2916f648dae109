package io.verillm.gpu.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.verillm.gpu.engine.Engine;
import io.verillm.gpu.engine.EngineOptions;
import io.verillm.gpu.engine.Engines;
import io.verillm.models.BuiltInModel;
import io.verillm.models.Tokenizer;
import io.verillm.models.weights.Variant;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.crypto.HashInput;
import io.verillm.protocol.sampling.SamplingParameters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * What the text of a context tells about the role of who gets it, with answers of the built-in
 * model: there is no target, it is only measured. {@code -Dblinding.answers=N} sets how many; each
 * makes one author's context, where it was handed over, and three checkers'. The table goes to
 * {@code target/blinding-text.md}.
 */
class BlindTextTest {
  private static final int ANSWERS = Integer.getInteger("blinding.answers", 60);
  private static final int CHECKERS = 3;
  private static final int MAX_TOKENS = 48;
  private static final Label AUTHOR = new Label("AUTHOR");
  private static final Label CHECKER = new Label("CHECKER");
  private static final SamplingParameters SAMPLING = new SamplingParameters(0.8, 64, 1);

  /** A mid-answer context as its worker sees it. */
  private record Context(boolean author, int length, double endLead, int last) {}

  @Test
  void shouldMeasureWhatTheTextTells() throws Exception {
    Logger tribuo = Logger.getLogger("org.tribuo");
    tribuo.setLevel(Level.WARNING);

    List<Context> contexts = contexts();
    List<String> rows =
        List.of(
            "| what is looked at | AUC | 95 % | authors among them | tasks judged |",
            "|---|---|---|---|---|",
            row("length of the answer so far", contexts, false),
            row("length, last token, and how likely the model would end there", contexts, true));
    Files.write(Path.of("target/blinding-text.md"), rows);
    rows.forEach(System.out::println);

    assertThat(contexts).filteredOn(Context::author).hasSizeGreaterThan(ANSWERS / 3);
    assertThat(contexts).filteredOn(c -> !c.author()).hasSize(CHECKERS * ANSWERS);
  }

  private static List<Context> contexts() {
    List<Context> contexts = new ArrayList<>();
    try (BuiltInModel model = BuiltInModel.load();
        Tokenizer tokenizer = Tokenizer.load(model.directory());
        Engine engine =
            Engines.load(
                model.directory(),
                new Hash(model.manifest().modelIdBytes()),
                Variant.FP32,
                EngineOptions.cpu())) {
      List<String> prompts = CalibrationPlan.of("builtin").prompts();
      Random random = new Random(11);
      for (int i = 0, answers = 0; answers < ANSWERS; i++) {
        int[] prompt = tokenizer.encode(prompts.get(i % prompts.size()));
        Hash seed = HashInput.of("blind").add(i).hash();
        int eos = model.config().eosId();
        Generation whole = Generation.decode(engine, prompt, MAX_TOKENS, eos, SAMPLING, seed);
        int[] tokens = whole.tokens();
        int cut = prompt.length + 1 + random.nextInt(MAX_TOKENS - 1);
        if (cut < tokens.length) {
          contexts.add(context(true, engine, Arrays.copyOf(tokens, cut), prompt.length, eos));
        }
        // An answer without a token gives a checker a context that tells nothing.
        if (tokens.length > prompt.length) {
          answers++;
          Context checker = context(false, engine, tokens, prompt.length, eos);
          for (int c = 0; c < CHECKERS; c++) {
            contexts.add(checker);
          }
        }
      }
    }
    return contexts;
  }

  private static Context context(
      boolean author, Engine engine, int[] tokens, int promptLength, int eos) {
    float[] logits = Generation.prefill(engine, tokens, promptLength, false).logits().getLast();
    double best = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.length; i++) {
      best = i == eos ? best : Math.max(best, logits[i]);
    }
    return new Context(
        author, tokens.length - promptLength, logits[eos] - best, tokens[tokens.length - 1]);
  }

  private static String row(String what, List<Context> contexts, boolean text) {
    int half = contexts.size() / 2;
    MutableDataset<Label> known = dataset(contexts.subList(0, half), text);
    MutableDataset<Label> unknown = dataset(contexts.subList(half, contexts.size()), text);
    Model<Label> model = new LogisticRegressionTrainer().train(known);
    double auc = new LabelEvaluator().evaluate(model, unknown).AUCROC(AUTHOR);
    double authors =
        contexts.subList(half, contexts.size()).stream().filter(Context::author).count();
    double checkers = unknown.size() - authors;
    // Hanley and McNeil 1982; contexts of one answer's checkers are alike and count once.
    double others = checkers / CHECKERS;
    double q1 = auc / (2 - auc);
    double q2 = 2 * auc * auc / (1 + auc);
    double margin =
        1.96
            * Math.sqrt(
                (auc * (1 - auc)
                        + (authors - 1) * (q1 - auc * auc)
                        + (others - 1) * (q2 - auc * auc))
                    / (authors * others));
    return String.format(
        Locale.ROOT,
        "| %s | %.3f | %.3f .. %.3f | %.1f %% | %,d |",
        what,
        auc,
        auc - margin,
        Math.min(1, auc + margin),
        100 * authors / unknown.size(),
        unknown.size());
  }

  private static MutableDataset<Label> dataset(List<Context> contexts, boolean text) {
    MutableDataset<Label> dataset =
        new MutableDataset<>(
            new SimpleDataSourceProvenance("contexts", new LabelFactory()), new LabelFactory());
    for (Context c : contexts) {
      List<String> names = new ArrayList<>(List.of("length", "one"));
      List<Double> values = new ArrayList<>(List.of(c.length() / (double) MAX_TOKENS, 1.0));
      if (text) {
        names.addAll(List.of("end", "last " + c.last()));
        values.addAll(List.of(c.endLead() / 10, 1.0));
      }
      dataset.add(
          new ArrayExample<>(
              c.author() ? AUTHOR : CHECKER,
              names.toArray(String[]::new),
              values.stream().mapToDouble(v -> v).toArray()));
    }
    return dataset;
  }
}
