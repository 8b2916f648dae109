package io.verillm.cli;

import io.verillm.local.LocalStack;
import io.verillm.local.StackFolder;
import io.verillm.local.StackPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code up} says when it is up: what runs here, and what to type next. */
final class UpText {
  private static final int USUAL_PORT = 9092;

  private UpText() {}

  static List<String> lines(LocalStack stack, StackFolder folder, int port) {
    return lines(stack.plan(), stack.bootstrap(), folder, port);
  }

  static List<String> lines(StackPlan plan, String bootstrap, StackFolder folder, int port) {
    List<String> lines = new ArrayList<>();
    lines.add("%d workers; %s".formatted(plan.behaviours().size(), cheats(plan)));
    plan.warning().ifPresent(lines::add);
    String there = port == USUAL_PORT ? "" : " --bootstrap " + bootstrap;
    lines.add("in another terminal:");
    lines.add("  ./verillm submit --prompt \"In the beginning\" --wait" + there);
    lines.add("  ./verillm sql \"select worker, cases_as_author, slashed from workers\"");
    lines.add("  ./verillm audit");
    lines.add("the log is in " + folder.log());
    lines.add("up: broker on %s, state in %s; Ctrl-C stops".formatted(bootstrap, folder.path()));
    return lines;
  }

  private static String cheats(StackPlan plan) {
    List<Map.Entry<String, String>> cheats =
        plan.behaviours().entrySet().stream()
            .filter(worker -> !worker.getValue().equals(StackPlan.HONEST))
            .toList();
    return cheats.isEmpty()
        ? "nobody cheats"
        : cheats.stream()
            .map(worker -> worker.getKey() + " cheats (" + worker.getValue() + ")")
            .collect(Collectors.joining(", "));
  }
}
