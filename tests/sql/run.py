"""Runs every SQL that `scopecast dashboard` writes, on DuckDB, over the tables of real packs.

    python3 tests/sql/run.py target/debug/scopecast

Needs the package duckdb. What DuckDB lacks is put in by hand, and nothing else is changed:
- `read_files(path, format => 'parquet')` is a macro over `read_parquet`;
- the backticks of dashboard expressions become double quotes;
- Grafana's `$__timeFilter(column)` becomes a comparison with a span of time.
Not run here: COUNT_IF(`associative_filter_predicate_group`) of dashboard filters, which only Databricks knows, and Databricks'
own reading of the files.
"""

import datetime
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import duckdb

AS_OF = ["2026-08-01", "2026-09-12"]
TABLES = ["findings", "token_scopes", "usage_daily", "coverage_daily"]


def fail(message):
    sys.exit(f"tests/sql: {message}")


def statements(text):
    """Splits at semicolons outside of strings, names and comments."""
    without = re.sub(r"^\s*--.*$", "", text, flags=re.M)
    parts = re.findall(r"(?:'[^']*'|[^';])+", without)
    return [part.strip() for part in parts if part.strip()]


def rows(db, sql, where):
    try:
        return db.execute(sql).fetchall()
    except duckdb.Error as error:
        fail(f"{where}: {error}\n{sql}")


def run(db, path):
    found = []
    for sql in statements(path.read_text()):
        found = rows(db, sql, path.name)
    return found


def plain(found):
    return [tuple(v.replace(tzinfo=None) if isinstance(v, datetime.datetime) else v for v in row) for row in found]


def fresh():
    db = duckdb.connect(":memory:")
    db.execute("SET TimeZone = 'UTC'")
    return db


def main():
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    repository = pathlib.Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        packs, boards = folder / "packs", folder / "boards"
        packs.mkdir()
        for as_of in AS_OF:
            command = [binary, "scan", "fixtures/workspace", "--as-of", as_of, "--out", str(packs / as_of)]
            subprocess.run(command, cwd=repository, check=True, stdout=subprocess.DEVNULL)
        # DuckDB calls the database in memory `memory`, so that a name of two parts works unchanged.
        command = [binary, "dashboard", str(boards), "--schema", "memory.scopecast", "--packs", str(packs)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        check(packs, boards)


def check(packs, boards):
    done = 0
    db = fresh()
    db.execute("CREATE MACRO read_files(path, format := 'parquet') AS TABLE SELECT * FROM read_parquet(path, union_by_name = true)")
    load = boards / "databricks/load.sql"
    run(db, load)
    loaded = {table: rows(db, f"SELECT count(*) FROM scopecast.{table}", table)[0][0] for table in TABLES}
    run(db, load)
    for table, count in loaded.items():
        written = rows(db, f"SELECT count(*) FROM read_parquet('{packs}/*/tables/{table}.parquet')", table)[0][0]
        again = rows(db, f"SELECT count(*) FROM scopecast.{table}", table)[0][0]
        if not 0 < count == written == again:
            fail(f"{table}: {written} rows in the files, {count} loaded, {again} after a second load")
        # A cell that Parquet holds must not get lost on its way into a typed column.
        for (column, *_) in rows(db, f"DESCRIBE scopecast.{table}", table):
            difference = rows(
                db,
                f"SELECT (SELECT count({column}) FROM scopecast.{table}) - "
                f"(SELECT count({column}) FROM read_parquet('{packs}/*/tables/{table}.parquet'))",
                column,
            )[0][0]
            if difference:
                fail(f"{table}.{column}: {difference} values differ after loading")
        done += 2
    runs = rows(db, "SELECT as_of FROM scopecast.runs ORDER BY as_of", "runs")
    if [str(r[0])[:10] for r in runs] != AS_OF:
        fail(f"runs are {runs}")

    for path in sorted((boards / "queries").glob("*.sql")):
        if not run(db, path):
            fail(f"{path.name} finds nothing in a workspace that has everything")
        done += 1
    for path in sorted((boards / "databricks/alerts").glob("*.sql")):
        found = run(db, path)
        if len(found) != 1 or not isinstance(found[0][0], int):
            fail(f"{path.name} gives no single number: {found}")
        done += 1
    high = rows(db, "SELECT high_findings FROM (" + statements((boards / "queries/overview.sql").read_text())[0] + ")", "overview")
    if run(db, boards / "databricks/alerts/high_findings.sql") != high or high[0][0] == 0:
        fail("the alert and the overview count high findings differently")
    for path in sorted((boards / "grafana").glob("*.sql")):
        text = re.sub(r"\$__timeFilter\((\w+)\)", r"\1 >= TIMESTAMP '2025-01-01' AND \1 < TIMESTAMP '2027-01-01'", path.read_text())
        (sql,) = statements(text)
        if not rows(db, sql, path.name) or db.execute(sql).description[0][0] != "time":
            fail(f"{path.name} finds nothing, or its first column is not time")
        done += 1
    done += check_dashboard(db, json.loads((boards / "databricks/scopecast.lvdash.json").read_text()))

    local = fresh()
    run(local, boards / "duckdb/load.sql")
    for path in sorted((boards / "duckdb/queries").glob("*.sql")):
        # The files hold moments in UTC, the loaded tables plain ones.
        if plain(run(local, path)) != plain(run(db, boards / "queries" / path.name)):
            fail(f"duckdb/queries/{path.name} disagrees with queries/{path.name}")
        done += 1
    print(f"tests/sql: {done} statements and queries run on DuckDB {duckdb.__version__}")


def check_dashboard(db, dashboard):
    """Every dataset runs, and every widget's expressions find their columns in it."""
    done = 0
    queries = {}
    for dataset in dashboard["datasets"]:
        queries[dataset["name"]] = "".join(dataset["queryLines"])
        rows(db, queries[dataset["name"]], dataset["name"])
        done += 1
    for page in dashboard["pages"]:
        for item in page["layout"]:
            for query in item["widget"].get("queries", []):
                query = query["query"]
                fields = [f for f in query["fields"] if "associative_filter_predicate_group" not in f["expression"]]
                listed = ", ".join(f["expression"].replace("`", '"') + f' AS "{f["name"]}"' for f in fields)
                sql = f'SELECT {listed} FROM ({queries[query["datasetName"]]}) AS dataset'
                if not query["disaggregated"]:
                    sql += " GROUP BY ALL"
                rows(db, sql, item["widget"]["name"])
                done += 1
    return done


main()
