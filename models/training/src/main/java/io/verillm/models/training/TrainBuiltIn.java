package io.verillm.models.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * Trains the built-in model: {@code TrainBuiltIn OUT KJV JARGON WORDNET MINUTES}. Learning rates
 * warm up, stay, and fall to zero over the second half of the time given, so that any time gives a
 * finished model.
 */
public final class TrainBuiltIn {

  private static final long SEED = 20_261_122L;
  private static final DecoderShape SHAPE = new DecoderShape(4096, 160, 12, 4, 2, 384, 512);
  private static final int TOKENS_PER_STEP = 2048;
  private static final int MIDDLE = 256;
  private static final int WARM_UP_STEPS = 30;
  private static final int REPORT_STEPS = Integer.getInteger("report", 100);

  private final Path out;
  private final Corpus corpus;
  private final BytePairs pairs;
  private final NDManager root;
  private final Decoder decoder;

  private TrainBuiltIn(Path out, Corpus corpus, NDManager root) {
    this.out = out;
    this.corpus = corpus;
    this.pairs = BytePairs.learn(corpus.training(), SHAPE.vocabulary());
    this.root = root;
    this.decoder = new Decoder(SHAPE, root, SEED);
  }

  /** See the class. */
  public static void main(String[] args) throws IOException {
    Corpus corpus = Corpus.read(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), SEED);
    Engine.getInstance().setRandomSeed((int) SEED);
    try (NDManager root = NDManager.newBaseManager()) {
      new TrainBuiltIn(Path.of(args[0]), corpus, root).run(Double.parseDouble(args[4]) * 60);
    }
  }

  private void run(double seconds) throws IOException {
    List<int[]> documents = tokens(corpus.training());
    List<int[]> held = tokens(corpus.validation());
    print(
        "parameters %d, documents %d / %d, tokens %d / %d%n",
        SHAPE.parameters(),
        documents.size(),
        held.size(),
        documents.stream().mapToLong(d -> d.length).sum(),
        held.stream().mapToLong(d -> d.length).sum());
    Checkpoint checkpoint = new Checkpoint(out);
    checkpoint.write(SHAPE, pairs, decoder.parameters());
    TokenSource stream = new TokenSource(documents, SEED);
    Optimizer optimizer = new Optimizer(decoder.parameters());
    long start = System.nanoTime();
    double progress = 0;
    double sum = 0;
    int counted = 0;
    for (int step = 1; progress < 1; step++) {
      progress = (System.nanoTime() - start) / 1e9 / seconds;
      double rate =
          Math.min(1.0 * step / WARM_UP_STEPS, Math.min(1, 2 * Math.max(0, 1 - progress)));
      int length = length(progress);
      sum += train(stream, optimizer, length, (float) rate);
      counted++;
      if (step % REPORT_STEPS == 0 || progress >= 1) {
        double held256 = validate(held);
        String line =
            String.format(
                Locale.ROOT,
                "%d,%.4f,%.0f,%.4f,%.4f%n",
                step,
                progress,
                (System.nanoTime() - start) / 1e9,
                sum / counted,
                held256);
        print("%s", line);
        Files.writeString(
            out.resolve("losses.csv"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        sum = 0;
        counted = 0;
        checkpoint.write(SHAPE, pairs, decoder.parameters());
        sample("In the beginning");
        sample("hacker:");
      }
    }
  }

  /** Most documents are short, so whole contexts are only worth their price near the end. */
  private static int length(double progress) {
    return progress < 0.6 ? MIDDLE / 2 : progress < 0.85 ? MIDDLE : SHAPE.positions();
  }

  private double train(TokenSource stream, Optimizer optimizer, int length, float rate) {
    try (NDManager manager = root.newSubManager()) {
      float loss;
      try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
        NDArray mean = loss(manager, stream, TOKENS_PER_STEP / length, length);
        collector.backward(mean);
        loss = mean.getFloat();
      }
      Optional<String> bad = optimizer.step(manager, rate);
      if (bad.isPresent()) {
        print("skipped a step: gradient of %s is not finite, loss %f%n", bad.get(), loss);
      }
      return loss;
    }
  }

  private NDArray loss(NDManager manager, TokenSource stream, int rows, int length) {
    long[] ids = new long[rows * length];
    long[] targets = new long[rows * length];
    for (int row = 0; row < rows; row++) {
      long[] tokens = stream.next(length + 1);
      System.arraycopy(tokens, 0, ids, row * length, length);
      System.arraycopy(tokens, 1, targets, row * length, length);
    }
    Shape shape = new Shape(rows, length);
    return decoder.loss(manager.create(ids, shape), manager.create(targets, shape));
  }

  private double validate(List<int[]> held) {
    TokenSource stream = new TokenSource(held, SEED);
    double sum = 0;
    int batches = 8;
    for (int i = 0; i < batches; i++) {
      try (NDManager manager = root.newSubManager()) {
        sum += loss(manager, stream, 8, MIDDLE).getFloat();
      }
    }
    return sum / batches;
  }

  private void sample(String prompt) {
    Random random = new Random(SEED);
    List<Integer> ids = new ArrayList<>(List.of(BytePairs.BOS));
    for (int id : pairs.encode(prompt)) {
      ids.add(id);
    }
    while (ids.size() < 60 && ids.getLast() != BytePairs.EOS) {
      try (NDManager manager = root.newSubManager()) {
        long[] context = ids.stream().mapToLong(i -> i).toArray();
        NDArray logits = decoder.logits(manager.create(context, new Shape(1, context.length)));
        float[] last = logits.get(context.length - 1).toFloatArray();
        ids.add(choose(last, random));
      }
    }
    print("  > %s%n", pairs.decode(ids.stream().mapToInt(i -> i).toArray()));
  }

  private static int choose(float[] logits, Random random) {
    double best = Double.NEGATIVE_INFINITY;
    int chosen = 0;
    for (int i = 0; i < logits.length; i++) {
      double value = logits[i] / 0.6 - Math.log(-Math.log(random.nextDouble()));
      if (value > best) {
        best = value;
        chosen = i;
      }
    }
    return chosen;
  }

  private List<int[]> tokens(List<String> documents) {
    List<int[]> all = new ArrayList<>();
    for (String document : documents) {
      int[] text = pairs.encode(document);
      int[] ids = new int[text.length + 2];
      ids[0] = BytePairs.BOS;
      System.arraycopy(text, 0, ids, 1, text.length);
      ids[ids.length - 1] = BytePairs.EOS;
      all.add(ids);
    }
    return all;
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
    System.out.flush();
  }
}
