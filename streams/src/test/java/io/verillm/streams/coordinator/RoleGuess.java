package io.verillm.streams.coordinator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.dtree.impurity.GiniIndex;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * How well a worker that was trained on the first half of what it saw tells authors from checkers
 * in the second half: the better of a logistic regression and a forest of small trees.
 *
 * @param auc area under the ROC curve; 0.5 is guessing
 * @param margin half the width of its 95 % confidence interval (Hanley and McNeil 1982)
 * @param base share of authors
 * @param tasks tasks that were judged
 */
record RoleGuess(double auc, double margin, double base, int tasks) {
  private static final Label AUTHOR = new Label("AUTHOR");
  private static final Label CHECKER = new Label("CHECKER");

  /**
   * One task as a worker sees it.
   *
   * @param author what it turned out to be
   * @param features numbers by name, the same names for all
   */
  record Seen(boolean author, Map<String, Double> features) {}

  private record Scored(boolean author, double score) {}

  static RoleGuess of(List<Seen> seen) {
    RoleGuess linear = with(new LogisticRegressionTrainer(), seen);
    RoleGuess forest =
        with(
            new RandomForestTrainer<>(
                new CARTClassificationTrainer(6, 40, 0, 0.5f, new GiniIndex(), 1L),
                new VotingCombiner(),
                15,
                1L),
            seen);
    return linear.auc > forest.auc ? linear : forest;
  }

  private static RoleGuess with(Trainer<Label> trainer, List<Seen> seen) {
    List<Seen> scaled = Standard.of(seen.subList(0, seen.size() / 2)).scale(seen);
    MutableDataset<Label> known =
        new MutableDataset<>(
            new SimpleDataSourceProvenance("tasks", new LabelFactory()), new LabelFactory());
    scaled.subList(0, seen.size() / 2).forEach(s -> known.add(example(s)));
    Model<Label> model = trainer.train(known);
    List<Scored> scored =
        scaled.subList(seen.size() / 2, seen.size()).stream()
            .map(s ->
                new Scored(
                    s.author(),
                    model.predict(example(s)).getOutputScores().get("AUTHOR").getScore()))
            .toList();
    return of(auc(scored), scored);
  }

  private static ArrayExample<Label> example(Seen seen) {
    String[] names = seen.features().keySet().toArray(String[]::new);
    double[] values = seen.features().values().stream().mapToDouble(v -> v).toArray();
    return new ArrayExample<>(seen.author() ? AUTHOR : CHECKER, names, values);
  }

  /** The share of pairs that are in the right order; ties count half. */
  private static double auc(List<Scored> scored) {
    List<Scored> sorted = new ArrayList<>(scored);
    sorted.sort(Comparator.comparingDouble(Scored::score));
    double rankSum = 0;
    for (int i = 0; i < sorted.size(); ) {
      int end = i;
      while (end < sorted.size() && sorted.get(end).score() == sorted.get(i).score()) {
        end++;
      }
      double rank = (i + 1 + end) / 2.0;
      rankSum += rank * sorted.subList(i, end).stream().filter(Scored::author).count();
      i = end;
    }
    double authors = scored.stream().filter(Scored::author).count();
    double checkers = scored.size() - authors;
    return (rankSum - authors * (authors + 1) / 2) / (authors * checkers);
  }

  private static RoleGuess of(double auc, List<Scored> scored) {
    double authors = scored.stream().filter(Scored::author).count();
    double checkers = scored.size() - authors;
    double q1 = auc / (2 - auc);
    double q2 = 2 * auc * auc / (1 + auc);
    double variance =
        (auc * (1 - auc) + (authors - 1) * (q1 - auc * auc) + (checkers - 1) * (q2 - auc * auc))
            / (authors * checkers);
    return new RoleGuess(auc, 1.96 * Math.sqrt(variance), authors / scored.size(), scored.size());
  }

  /** The line of a table. */
  String row(String what) {
    return String.format(
        Locale.ROOT,
        "| %s | %.3f | %.3f .. %.3f | %.1f %% | %,d |",
        what,
        auc,
        auc - margin,
        auc + margin,
        100 * base,
        tasks);
  }

  /** Means and deviations of the known tasks, so that no unit weighs more than another. */
  private record Standard(Map<String, Double> means, Map<String, Double> deviations) {
    static Standard of(List<Seen> seen) {
      Map<String, Double> means = new TreeMap<>();
      Map<String, Double> deviations = new TreeMap<>();
      for (String name : seen.getFirst().features().keySet()) {
        double mean =
            seen.stream().mapToDouble(s -> s.features().get(name)).average().orElseThrow();
        double variance =
            seen.stream()
                .mapToDouble(s -> Math.pow(s.features().get(name) - mean, 2))
                .average()
                .orElseThrow();
        means.put(name, mean);
        deviations.put(name, variance == 0 ? 1 : Math.sqrt(variance));
      }
      return new Standard(means, deviations);
    }

    List<Seen> scale(List<Seen> seen) {
      return seen.stream().map(this::scale).toList();
    }

    private Seen scale(Seen seen) {
      Map<String, Double> scaled = new TreeMap<>();
      seen.features()
          .forEach((name, v) -> scaled.put(name, (v - means.get(name)) / deviations.get(name)));
      return new Seen(seen.author(), scaled);
    }
  }
}
