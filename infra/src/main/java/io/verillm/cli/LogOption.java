package io.verillm.cli;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** {@code --verbose}: all of the log on stderr, Kafka's warnings included. */
final class LogOption {
  LogOption() {}

  @Option(
      names = {"-v", "--verbose"},
      description = "Log what happens, on stderr.")
  void verbose(boolean verbose) {
    if (verbose) {
      Logger own = (Logger) LoggerFactory.getLogger("io.verillm");
      Appender<ILoggingEvent> stderr = own.getAppender("STDERR");
      if (stderr != null) {
        stderr.clearAllFilters();
        own.detachAppender(stderr);
        root().addAppender(stderr);
      }
    }
  }

  static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
