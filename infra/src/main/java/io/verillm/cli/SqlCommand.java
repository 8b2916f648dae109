package io.verillm.cli;

import io.verillm.streams.tables.QueryResult;
import io.verillm.streams.tables.SqlClient;
import io.verillm.streams.tables.SqlRefused;
import java.util.concurrent.Callable;
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
      "select table_name, string_agg(column_name, ', ' order by ordinal_position) as columns"
          + " from information_schema.columns group by table_name order by table_name";

  @Spec private CommandSpec spec;
  @Mixin private LogOption log = new LogOption();
  @Mixin private DataOption data = new DataOption();

  @Parameters(arity = "0..1", paramLabel = "QUERY", description = "One read-only statement.")
  private String query = OVERVIEW;

  @Option(
      names = "--output",
      defaultValue = "table",
      description = "table, csv (RFC 4180) or json: an array with one object for each row.")
  private RowFormat output = RowFormat.TABLE;

  SqlCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    try {
      QueryResult result = new SqlClient(data.orLatest().tables()).query(query);
      output.lines(result).forEach(spec.commandLine().getOut()::println);
      return ExitCode.OK;
    } catch (SqlRefused e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }
}
