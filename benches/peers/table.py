#!/usr/bin/env python3
"""Whole `scopecast scan` runs (duplicates, attribution and report included) against DuckDB's GROUP BY on the same files.

    table.py SCOPECAST DATA [--rounds 5] [--forms json,delivery,...] [--threads 2]

DATA is a folder made by volume.py. One after the other in each round, each in a process of its own. DuckDB's time is taken inside its process, after its start;
scopecast's is the whole process. Printed: medians, and the median of the rounds' ratios (DuckDB's time over scopecast's).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from queries import query

FILES = {"json": "system.jsonl", "delivery": "delivery", "gz": "system.jsonl.gz", "delivery-gz": "delivery-gz", "zstd": "zstd.parquet", "snappy": "snappy.parquet", "csv": "audit.csv"}
NAMES = {"json": "JSON lines", "delivery": "delivery files", "gz": "one gz stream", "delivery-gz": "delivery files, gz", "zstd": "Parquet, zstd", "snappy": "Parquet, snappy", "csv": "CSV"}
SQL_FORM = {"zstd": "parquet", "snappy": "parquet"}


def duckdb_once(which, form, path, threads):
    """Called in a process of its own: seconds and events."""
    import duckdb

    db = duckdb.connect(config={"threads": threads})
    db.execute("SET preserve_insertion_order = false; SET TimeZone = 'UTC'")
    begin = time.perf_counter()
    db.execute(f"CREATE TEMP TABLE ledger AS {query(which, SQL_FORM.get(form, form), path)}")
    seconds = time.perf_counter() - begin
    print(seconds, db.execute("SELECT sum(events)::BIGINT, count(*) FROM ledger").fetchone()[0])


def duckdb(which, form, path, threads):
    done = subprocess.run([sys.executable, __file__, "--once", which, form, str(path), str(threads)], capture_output=True, text=True, check=True)
    seconds, events = done.stdout.split()
    return float(seconds), int(events)


def scopecast(tool, path, threads, out, *options):
    """Seconds, peak memory in MB."""
    environment = os.environ | {"RAYON_NUM_THREADS": str(threads)}
    with open(out, "wb") as report:
        begin = time.perf_counter()
        child = subprocess.Popen([tool, "scan", str(path), *options], stdout=report, stderr=subprocess.PIPE, env=environment)
        complaint = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begin
    if status != 0:
        sys.exit(f"scopecast on {path}: status {status}\n{complaint.decode()}")
    return seconds, usage.ru_maxrss / 1024


def size(path):
    return sum(f.stat().st_size for f in path.rglob("*") if f.is_file()) if path.is_dir() else path.stat().st_size


def main():
    if sys.argv[1:2] == ["--once"]:
        return duckdb_once(*sys.argv[2:5], int(sys.argv[5]))
    cli = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    cli.add_argument("scopecast")
    cli.add_argument("data", type=Path)
    cli.add_argument("--rounds", type=int, default=5)
    cli.add_argument("--forms", default=",".join(FILES))
    cli.add_argument("--threads", type=int, default=2)
    a = cli.parse_args()
    out = a.data / ".report.json"
    print("| input | MB | scopecast, s | peak, MB | DuckDB A, s | DuckDB B, s | A / scopecast | B / scopecast |\n|---|--:|--:|--:|--:|--:|--:|--:|")
    for form in a.forms.split(","):
        path = a.data / FILES[form]
        scopecast(a.scopecast, path, a.threads, out, "--format", "json")  # the file is in the page cache now
        rows = json.loads(out.read_bytes())["coverage"]["rows_read"]
        ours, first, last, peak = [], [], [], 0
        for _ in range(a.rounds):
            seconds, memory = scopecast(a.scopecast, path, a.threads, out)
            ours.append(seconds)
            peak = max(peak, memory)
            first.append(duckdb("A", form, path, a.threads))
            last.append(duckdb("B", form, path, a.threads))
        if {events for _, events in first + last} != {rows}:
            sys.exit(f"{form}: scopecast read {rows} rows, DuckDB {first[0][1]}")
        ratio = lambda theirs: statistics.median(t[0] / o for t, o in zip(theirs, ours))
        middle = lambda values: statistics.median(values)
        print(f"| {NAMES[form]} | {size(path) / 1e6:,.0f} | {middle(ours):.2f} | {peak:,.0f} | {middle([t[0] for t in first]):.2f} | {middle([t[0] for t in last]):.2f} | {ratio(first):.2f} | {ratio(last):.2f} |", flush=True)


if __name__ == "__main__":
    main()
