package io.verillm.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** One name for flag and environment variable: {@code --max-tokens} is VERILLM_MAX_TOKENS. */
final class EnvironmentDefaults implements IDefaultValueProvider {
  private final Map<String, String> environment;

  EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (argument instanceof OptionSpec option && !option.usageHelp() && !option.versionHelp()) {
      String value = environment.get(variable(option.longestName()));
      return value == null ? option.defaultValue() : value;
    }
    return argument.defaultValue();
  }

  static String variable(String flag) {
    return "VERILLM_" + flag.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
