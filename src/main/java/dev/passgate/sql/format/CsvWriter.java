package dev.passgate.sql.format;

import dev.passgate.protocol.RowValues;
import java.util.List;

final class CsvWriter implements ResultWriter {

  @Override
  public void begin(List<Column> columns, ByteOutput out) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void row(RowValues values, ByteOutput out) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void complete(ByteOutput out) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void fail(QueryError error, ByteOutput out) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean cutsOnFailure() {
    return true;
  }
}
