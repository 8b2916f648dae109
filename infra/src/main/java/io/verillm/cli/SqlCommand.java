package io.verillm.cli;

import io.verillm.streams.tables.QueryResult;
import io.verillm.streams.tables.SqlClient;
import io.verillm.streams.tables.SqlRefused;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sql}: one query over the tables. */
@Command(
    name = "sql",
    description =
        "Answers a query over requests, cases, votes, verdicts, scores, transfers, balances and"
            + " workers of the stack in --data, or of the one that ran last. Without a query: what"
            + " tables and columns there are.")
final class SqlCommand implements Callable<Integer> {
  private static final String OVERVIEW =
      "select table_name, list(column_name order by ordinal_position) as columns"
          + " from information_schema.columns where table_schema = 'main' group by table_name order by table_name";

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--tables",
      paramLabel = "DIR",
      description = "Folder that app tables fills on this machine (default: the stack's).")
  private @Nullable Path folder;

  @Parameters(arity = "0..1", paramLabel = "QUERY", description = "One read-only statement.")
  private @Nullable String query;

  @Option(
      names = "--output",
      defaultValue = "table",
      description = "table, csv (RFC 4180) or json: an array with one object for each row.")
  private RowFormat output = RowFormat.TABLE;

  @Option(
      names = "--wide",
      description = "Cut nothing, however wide a table is; so it is where no terminal looks.")
  private boolean wide;

  SqlCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    try {
      SqlClient tables = new SqlClient(folder == null ? data.orLatest().tables() : folder);
      QueryResult result = tables.query(query == null ? OVERVIEW : query);
      int width = wide ? Fitted.ANY_WIDTH : Terminal.columns();
      List<String> lines =
          query == null && output == RowFormat.TABLE
              ? TableList.lines(result, Math.min(width, Terminal.USUAL_COLUMNS))
              : output.lines(result, width);
      lines.forEach(spec.commandLine().getOut()::println);
      return ExitCode.OK;
    } catch (SqlRefused e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }
}
