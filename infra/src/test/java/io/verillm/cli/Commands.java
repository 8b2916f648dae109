package io.verillm.cli;

import io.verillm.cli.Program.Run;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/**
 * Commands in this process, with these variables alone: where nothing of a process of its own is
 * looked at, a JVM less to start.
 */
record Commands(Map<String, String> environment) {
  Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Verillm.commandLine(environment)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Run(status, out.toString(), err.toString());
  }
}
