"""The query of `scopecast sql` on real engines against the ledger this program makes of the same Parquet file, row by row.

    compare.py SCOPECAST FOLDER [--spark] [--log FILE.parquet]

Nothing may differ but two figures of coverage: the sample of request ids is drawn by a hash that no engine has.
"""

import argparse
import glob
import os
import subprocess
import sys
import time

import duckdb

import edges
import to_parquet

SHOWN = 5
SAMPLED = "name NOT IN ('request_logins', 'request_calls') OR name IS NULL"


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def statements(sql):
    without_comments = "\n".join(line for line in sql.split("\n") if not line.lstrip().startswith("--"))
    return [s for s in without_comments.split(";\n") if s.strip(" ;\n")]


def on_duckdb(sql):
    # A zone far from UTC: the query must not depend on it.
    engine = duckdb.connect(config={"threads": 2})
    engine.execute("SET TimeZone = 'Pacific/Auckland'")
    for statement in statements(sql):
        engine.execute(statement)


def spark():
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.structuredLogging.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.memory": "3g",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "Pacific/Auckland",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def on_spark(session, sql):
    for statement in statements(sql):
        session.sql(statement)
    for table in ("scopecast_ids", "scopecast_names", "scopecast_events"):
        session.catalog.uncacheTable(table)
        session.catalog.dropTempView(table)


def plain(engine, path):
    """A query of the table in one spelling: times in microseconds, null for what is absent."""
    types = dict(row[:2] for row in engine.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall())
    types.pop("fingerprint", None)

    def cell(name, of):
        if of.startswith("TIMESTAMP"):
            return f"epoch_us({name}) AS {name}"
        if of == "VARCHAR":
            return f"nullif({name}, '') AS {name}"
        if of == "DATE":
            return name
        return f"nullif(CAST({name} AS BIGINT), 0) AS {name}"

    cells = ", ".join(cell(name, types[name]) for name in sorted(types))
    return f"SELECT {cells} FROM read_parquet('{path}') WHERE kind <> 'wanted' AND ({SAMPLED})"


def differences(local, made):
    engine = duckdb.connect()
    one, two = plain(engine, local), plain(engine, made)
    count = engine.execute(f"SELECT count(*) FROM ({one})").fetchone()[0]
    found = []
    for who, a, b in (("only the local ledger", one, two), ("only the engine", two, one)):
        rows = engine.execute(f"FROM (({a}) EXCEPT ALL ({b})) ORDER BY ALL")
        names = [column[0] for column in rows.description]
        rows = rows.fetchall()
        for row in rows[:SHOWN]:
            found.append(f"{who}: " + ", ".join(f"{n}={v!r}" for n, v in zip(names, row) if v is not None))
        if len(rows) > SHOWN:
            found.append(f"{who}: {len(rows)} rows in all")
    return count, found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scopecast")
    parser.add_argument("folder")
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--log", action="append", default=[])
    args = parser.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    os.chdir(args.folder)

    logs = {os.path.basename(log).removesuffix(".parquet"): log for log in args.log}
    if not logs:
        if not os.path.exists("demo"):
            run(args.scopecast, "demo", "demo")
        to_parquet.convert("story.parquet", sorted(glob.glob("demo/audit/*.json.gz")))
        logs["story"] = "story.parquet"
        for seed in ("1", "2"):
            edges.main(f"edges-{seed}.json", seed)
            to_parquet.convert(f"edges-{seed}.parquet", [f"edges-{seed}.json"])
            logs[f"edges-{seed}"] = f"edges-{seed}.parquet"

    engines = {"duckdb": on_duckdb}
    if args.spark:
        session = spark()
        engines["spark"] = lambda sql: on_spark(session, sql)
    failed = False
    for name, log in logs.items():
        local = f"{name}-local.parquet"
        run(args.scopecast, "ingest", log, "--table", local)
        for dialect, engine in engines.items():
            made = f"{name}-{dialect}" + (".parquet" if dialect == "duckdb" else "")
            sql = run(args.scopecast, "sql", "--dialect", dialect, "--input", f"./{log}" if "/" not in log else log, "--into", made)
            started = time.monotonic()
            engine(sql)
            took = time.monotonic() - started
            count, found = differences(local, made if dialect == "duckdb" else f"{made}/*.parquet")
            print(f"{name} on {dialect}: {count} rows, {'no difference' if not found else 'THEY DIFFER'}, {took:.1f} s", flush=True)
            print("".join(f"  {line}\n" for line in found), end="", flush=True)
            failed |= bool(found) or count == 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
