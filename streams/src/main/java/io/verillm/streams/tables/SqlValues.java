package io.verillm.streams.tables;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Blob;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JDBC's values to those of a {@link QueryResult}, the same as after a trip through JSON. */
final class SqlValues {
  private static final int LONG_BITS = Long.SIZE - 1;

  private SqlValues() {}

  static @Nullable Object of(@Nullable Object value) throws SQLException {
    return switch (value) {
      case null -> null;
      case Boolean truth -> truth;
      case Double number -> number(number);
      case Float number -> number(number.doubleValue());
      case BigDecimal number -> number.doubleValue();
      case BigInteger number -> number(number);
      case Number number -> number.longValue();
      case Timestamp time -> time.toLocalDateTime().toString();
      case Array array -> list((Object[]) array.getArray());
      case List<?> list -> list(list.toArray());
      case Blob blob -> HexFormat.of().formatHex(blob.getBytes(1, (int) blob.length()));
      default -> value.toString();
    };
  }

  // JSON has no NaN and no infinity.
  private static Object number(double number) {
    return Double.isFinite(number) ? (Object) number : Double.toString(number);
  }

  private static Object number(BigInteger number) {
    return number.bitLength() > LONG_BITS ? number : (Object) number.longValue();
  }

  private static List<@Nullable Object> list(@Nullable Object[] values) throws SQLException {
    List<@Nullable Object> list = new ArrayList<>(values.length);
    for (Object value : values) {
      list.add(of(value));
    }
    return list;
  }
}
