#!/usr/bin/env python3
"""How `scopecast scan` grows: with rows in each form, with tokens, with files, with threads.

    growth.py SCOPECAST WORK [--curves rows,tokens,files,threads] [--forms json,delivery,gz,parquet,csv] [--scale 1.0] [--rounds 3]

Makes each data set under WORK, measures it and deletes it again: the largest takes 45 GB at scale 1.
Printed for each: the fastest of the rounds, megabytes a second, peak memory.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from table import FILES, NAMES, scopecast, size


def make(work, rows, forms, tokens=2_000, files=400):
    volume = Path(__file__).with_name("volume.py")
    subprocess.run([sys.executable, volume, work, "--rows", str(rows), "--tokens", str(tokens), "--files", str(files), "--forms", forms], check=True)


def measure(a, what, form, threads=2):
    path = a.work / FILES[form]
    runs = [scopecast(a.scopecast, path, threads, a.work / ".report.json") for _ in range(a.rounds + 1)]
    best, peak = min(seconds for seconds, _ in runs[1:]), max(memory for _, memory in runs)
    print(f"| {what} | {NAMES[form]} | {threads} | {size(path) / 1e6:,.0f} | {best:.2f} | {size(path) / 1e6 / best:,.0f} | {peak:,.0f} |", flush=True)


def made(a):
    return [form for form, path in FILES.items() if (a.work / path).exists()]


def heading(what):
    print(f"\n| {what} | input | threads | MB | s | MB/s | peak, MB |\n|---|---|--:|--:|--:|--:|--:|", flush=True)


def main():
    cli = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    cli.add_argument("scopecast")
    cli.add_argument("work", type=Path)
    cli.add_argument("--curves", default="rows,tokens,files,threads")
    cli.add_argument("--forms", default="json,delivery,gz,parquet,csv", help="of the curves over rows and threads")
    cli.add_argument("--scale", type=float, default=1.0)
    cli.add_argument("--rounds", type=int, default=3)
    a = cli.parse_args()
    curves = set(a.curves.split(","))
    million = int(1_000_000 * a.scale)
    if "rows" in curves:
        heading("rows")
        for rows in (1, 2, 5, 10):
            make(a.work, rows * million, a.forms)
            for form in made(a):
                measure(a, f"{rows * million:,}", form)
    if "tokens" in curves:
        heading("tokens")
        for tokens in (100, 1_000, 5_000, 20_000):
            make(a.work, million, "json", tokens=tokens)
            measure(a, f"{tokens:,}", "json")
    if "files" in curves:
        heading("files")
        for files in (400, 2_000, 10_000):
            make(a.work, million, "delivery,gz", files=files)
            for form in ("delivery", "delivery-gz"):
                measure(a, f"{sum(1 for f in (a.work / FILES[form]).rglob('*.json*')):,}", form)
    if "threads" in curves:
        heading("rows")
        make(a.work, million, a.forms)
        for form in made(a):
            for threads in (1, 2):
                measure(a, f"{million:,}", form, threads)
    shutil.rmtree(a.work)


if __name__ == "__main__":
    main()
