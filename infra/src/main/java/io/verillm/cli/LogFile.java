package io.verillm.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import io.verillm.local.StackFolder;
import java.nio.file.Path;

/** The log of a local stack in its folder: what the terminal is spared, Kafka's lines above all. */
final class LogFile {
  private static final String PATTERN = "%d{ISO8601} %-5level [%thread] %logger{1} %msg %kvp%n%ex";
  private static final long FILE_BYTES_MAX = 16L << 20;

  private LogFile() {}

  /** From now on all is written there too; at most two files of it are kept. */
  static void open(StackFolder folder) {
    LoggerContext context = LogOption.root().getLoggerContext();
    Path file = folder.log();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setName("FILE");
    appender.setFile(file.toString());
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    appender.setEncoder(encoder);
    FixedWindowRollingPolicy old = new FixedWindowRollingPolicy();
    old.setContext(context);
    old.setParent(appender);
    old.setFileNamePattern(file + ".%i");
    old.setMinIndex(1);
    old.setMaxIndex(1);
    old.start();
    appender.setRollingPolicy(old);
    SizeBasedTriggeringPolicy<ILoggingEvent> full = new SizeBasedTriggeringPolicy<>();
    full.setContext(context);
    full.setMaxFileSize(new FileSize(FILE_BYTES_MAX));
    full.start();
    appender.setTriggeringPolicy(full);
    appender.start();
    LogOption.root().addAppender(appender);
  }
}
