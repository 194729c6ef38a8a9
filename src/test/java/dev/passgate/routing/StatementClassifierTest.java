package dev.passgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementClassifierTest {

  private static final Map<String, String> PREPARED =
      Map.of(
          "reader", "SELECT * FROM t WHERE a = ?",
          "writer", "INSERT INTO t VALUES (?)",
          "ün\"ï", "DROP TABLE t",
          "nested", "EXECUTE nested",
          "immediate", "DELETE FROM t");

  private final StatementClassifier classifier = new StatementClassifier(PREPARED::get);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          READ | SELECT 1
          READ | select 1
          READ | SELECT
          READ | SELECT* FROM t
          READ | WITH a AS (SELECT 1) SELECT * FROM a
          READ | WITH FUNCTION f() RETURNS int RETURN 1 SELECT f()
          READ | VALUES 1, 2
          READ | TABLE nation
          READ | (SELECT 1) UNION (SELECT 2)
          READ | ((VALUES 1))
          READ | -- nightly INSERT
          OTHER | -- only a comment
          READ | /* INSERT INTO */ SELECT 1
          READ | /**/ /* -- */ SELECT 1
          OTHER | /* never closed SELECT 1
          READ | SHOW CATALOGS
          READ | SHOW CREATE TABLE t
          READ | DESCRIBE t
          READ | DESCRIBE INPUT reader
          READ | DESC t
          READ | EXPLAIN INSERT INTO t VALUES 1
          READ | EXPLAIN (TYPE DISTRIBUTED, FORMAT JSON) DELETE FROM t
          READ | EXPLAIN ANALYZE SELECT 1
          WRITE | EXPLAIN ANALYZE INSERT INTO t SELECT 1
          WRITE | explain analyze verbose delete from t
          WRITE | EXPLAIN ANALYZE VERBOSE EXECUTE writer USING 1
          WRITE | INSERT INTO t SELECT 1
          WRITE | UPDATE t SET a = 1
          WRITE | DELETE FROM t
          WRITE | MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE
          WRITE | REFRESH MATERIALIZED VIEW v
          WRITE | ANALYZE t
          WRITE | CREATE TABLE t AS SELECT 1
          WRITE | CREATE OR REPLACE TABLE t AS SELECT 1
          WRITE | CREATE TABLE IF NOT EXISTS a."b c".t (x, y) COMMENT 'it''s' WITH (format = 'ORC') AS (SELECT 1, 2)
          WRITE | create table t as table s with no data
          DDL | CREATE TABLE t (a int, "as" varchar)
          DDL | CREATE TABLE t (a int) COMMENT 'made AS SELECT' WITH (p = ARRAY['AS'])
          DDL | CREATE TABLE t (LIKE s INCLUDING PROPERTIES)
          DDL | CREATE VIEW v AS SELECT 1
          DDL | CREATE OR REPLACE VIEW v SECURITY INVOKER AS SELECT 1
          DDL | CREATE MATERIALIZED VIEW v AS SELECT 1
          DDL | CREATE SCHEMA s
          DDL | CREATE FUNCTION f() RETURNS int RETURN 1
          DDL | CREATE ROLE r
          DDL | ALTER TABLE t ADD COLUMN execute int
          DDL | ALTER TABLE t RENAME TO u
          DDL | ALTER TABLE execute RENAME TO u
          WRITE | ALTER TABLE t EXECUTE optimize
          WRITE | ALTER TABLE a.b."c.d" EXECUTE optimize(file_size_threshold => '10MB')
          WRITE | ALTER TABLE IF EXISTS t EXECUTE optimize
          WRITE | ALTER TABLE if EXECUTE optimize
          DDL | ALTER VIEW v EXECUTE x
          DDL | ALTER MATERIALIZED VIEW v SET PROPERTIES p = 1
          DDL | DROP TABLE t
          DDL | TRUNCATE TABLE t
          DDL | CALL system.runtime.kill_query('x')
          DDL | COMMENT ON TABLE t IS 'x'
          DDL | GRANT SELECT ON t TO u
          DDL | REVOKE SELECT ON t FROM u
          DDL | DENY SELECT ON t TO u
          SESSION | SET SESSION query_max_run_time = '1h'
          SESSION | SET ROLE admin
          SESSION | SET SESSION AUTHORIZATION bob
          SESSION | RESET SESSION a
          SESSION | USE a.b
          SESSION | PREPARE p FROM INSERT INTO t VALUES 1
          SESSION | DEALLOCATE PREPARE p
          SESSION | START TRANSACTION READ ONLY
          SESSION | COMMIT
          SESSION | ROLLBACK WORK
          READ | EXECUTE reader USING 1
          READ | EXECUTE "reader"
          WRITE | EXECUTE writer USING 'SELECT'
          WRITE | execute/**/writer
          DDL | EXECUTE "ün""ï"
          OTHER | EXECUTE Reader
          OTHER | EXECUTE missing
          OTHER | EXECUTE nested
          READ | EXECUTE IMMEDIATE 'SELECT 1'
          WRITE | EXECUTE IMMEDIATE '/* it''s */ INSERT INTO t VALUES (?)' USING 1
          WRITE | EXECUTE immediate
          OTHER | EXECUTE IMMEDIATE 'EXECUTE nested'
          OTHER | EXECUTE IMMEDIATE U&'SELECT 1'
          OTHER | EXECUTE
          OTHER | EXPLAIN ANALYZE EXPLAIN ANALYZE EXPLAIN ANALYZE EXPLAIN ANALYZE EXPLAIN ANALYZE SELECT 1
          OTHER | SELECTED 1
          OTHER | FROM t
          OTHER | 'SELECT'
          OTHER | "SELECT"
          OTHER | ;
          OTHER | -
          OTHER | ``
          """)
  void tellsWhatAStatementDoes(StatementKind kind, String statement) {
    String text = statement.startsWith("-- nightly") ? statement + "\n SELECT 1" : statement;

    assertThat(classifier.classify(text, true)).isEqualTo(kind);
  }

  /** Where it says something early, it says what it would have said of all of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "  /* x */ -- y\n (SELECT 1)",
        "CREATE TABLE a.\"b\"\"c\" (x int, y varchar) WITH (p = 'a''b') AS SELECT 1",
        "CREATE TABLE t (x int)",
        "ALTER TABLE IF EXISTS a.b EXECUTE optimize",
        "ALTER TABLE a.b RENAME TO c",
        "EXPLAIN ANALYZE VERBOSE INSERT INTO t VALUES 1",
        "EXPLAIN SELECT 1",
        "EXECUTE writer USING 1",
        "EXECUTE immediate",
        "EXECUTE IMMEDIATE 'DELETE FROM t'",
        "EXECUTE IMMEDIATE '(''x'''",
        "SELECT",
        "-"
      })
  void neverTellsOtherwiseOnceMoreIsKnown(String statement) {
    StatementKind kind = classifier.classify(statement, true);

    assertThat(kind).isNotNull();
    for (int i = 0; i < statement.length(); i++) {
      assertThat(classifier.classify(statement.substring(0, i), false))
          .as("first %s characters", i)
          .isIn(null, kind);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SELECT 1, 7, READ",
    "SELECT, 6,",
    "INSERT INTO t, 7, WRITE",
    "EXECUTE IMMEDIATE 'SELECT x', 26, READ",
    "CREATE VIEW v, 12, DDL"
  })
  void tellsAsSoonAsItCan(String statement, int length, @Nullable StatementKind kind) {
    assertThat(classifier.classify(statement.substring(0, length - 1), false)).isNull();
    assertThat(classifier.classify(statement.substring(0, length), false)).isEqualTo(kind);
  }

  @Test
  void givesUpWhereTheBeginTakesTooLong() {
    String comment = "/*" + "x".repeat(StatementClassifier.MAX_LENGTH) + "*/";

    assertThat(classifier.classify(comment + "SELECT 1", true)).isEqualTo(StatementKind.OTHER);
    assertThat(classifier.classify(comment + "SELECT 1", false)).isEqualTo(StatementKind.OTHER);
  }

  @Test
  void takesNoTimeOverDepth() {
    String open = "(".repeat(StatementClassifier.MAX_LENGTH - 10);

    assertThat(classifier.classify(open + "SELECT 1", true)).isEqualTo(StatementKind.READ);
    assertThat(classifier.classify(open, false)).isNull();
  }
}
