package io.verillm.cli;

import java.io.PrintWriter;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line on stderr why a command ended, and never shows a stack trace for that. */
final class FailureLine implements IExecutionExceptionHandler, IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    print(command, failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, command.getErr());
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    if (failure instanceof CommandFailure expected) {
      print(command, expected.getMessage());
      return expected.exitCode();
    }
    if (failure instanceof KafkaException) {
      // A broker that wants a log-in says nothing at all to who gives none.
      print(
          command,
          "Kafka does not answer as it should: %s%s"
              .formatted(
                  failure.getMessage(),
                  failure instanceof TimeoutException
                      ? "; to a cluster that wants a log-in, --access FILE says as whom"
                      : ""));
      return ExitCode.UNREACHABLE;
    }
    print(command, "failed: " + failure + "; --verbose shows more");
    LoggerFactory.getLogger(FailureLine.class).info("unexpected failure", failure);
    return ExitCode.UNREACHABLE;
  }

  private static void print(CommandLine command, String message) {
    PrintWriter err = command.getErr();
    err.println(
        command.getCommandSpec().qualifiedName() + ": " + message.lines().findFirst().orElse(""));
    err.flush();
  }
}
