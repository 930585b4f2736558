#!/usr/bin/env python3
"""Invented audit logs of any size from one seed, the same rows in every form that scopecast and its peers can read.

    volume.py FOLDER [--rows 1000000] [--tokens 2000] [--days 50] [--files 400] [--forms json,delivery,gz,parquet,csv]

    system.jsonl  system.jsonl.gz            the system table as JSON lines, plain and as one gzip stream
    delivery/  delivery-gz/                  log delivery, plain and each file gzipped
    zstd.parquet  snappy.parquet             the system table as DuckDB writes it: MAP, STRUCT, row groups of 122,880
    audit.csv                                the system table, nested cells as JSON text

Rows come in bursts of one client (eight on average) and in order of time, as exports do; a third of the bytes are SQL texts.
Needs duckdb for Parquet and CSV.
"""

import argparse
import gzip
import json
import multiprocessing
import os
import random
import shutil
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

START = datetime(2026, 5, 1, tzinfo=timezone.utc)
ACCOUNT = "7d1c5e0a-0000-4000-8000-000000000001"
ROWS_A_PART = 50_000
CALLS = {
    "login": [("accounts", "tokenLogin")],
    "catalog": [("unityCatalog", a) for a in "getTable getSchema getCatalog listTables generateTemporaryTableCredential updateTables createTable getPermissions".split()],
    "sql": [("databrickssql", a) for a in "commandSubmit commandFinish getHistoryQuery startEndpoint".split()],
    "service": [("clusters", "resizeResult"), ("jobs", "runStart"), ("jobs", "runSucceeded"), ("jobs", "runFailed"), ("notebook", "attachNotebook")],
    "browser": [("notebook", "openNotebook"), ("notebook", "runCommand"), ("workspace", "getPermissions"), ("accounts", "login")],
    "api": [("jobs", "runNow"), ("jobs", "create"), ("jobs", "update"), ("clusters", "create"), ("clusters", "start"), ("dbfs", "put"), ("secrets", "getSecret"),
            ("workspace", "import"), ("workspace", "export"), ("repos", "updateRepo"), ("mlflowExperiment", "createMlflowExperiment"), ("deltaPipelines", "startUpdate"),
            ("globalInitScripts", "get"), ("instancePools", "list"), ("genie", "startConversation"), ("filesystem", "filesPut")],
}
SHARES = {"login": 15, "catalog": 25, "sql": 15, "service": 15, "browser": 10, "api": 20}
AGENTS = ["PyDatabricksSqlConnector/4.{}.{}", "databricks-sdk-py/0.{}.{} python/3.11.9 os/linux auth/pat", "python-requests/2.{}.{}", "DatabricksJDBCDriverOSS/3.{}.{} Java/17",
          "databricks-sdk-go/0.{}.{} go/1.25.1 os/linux auth/pat terraform/1.9.2 resource/job", "dbt-databricks/1.{}.{}", "curl/8.{}.{}", "Tableau/2026.{}.{}"]
CLI = "cli/0.{}.{} databricks-sdk-go/0.120.0 go/1.25.1 os/linux cmd/{} cmd-exec-id/{} interactive/none auth/pat"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
SERVICES = ["Databricks-Service/driver", "Databricks-Runtime/16.4", "wsfs/1.0", "RawDBHttpClient"]
SQL = "select c.region, count(*) as orders, sum(o.amount) as \"total\" from main.sales.orders o join main.sales.customers c using (customer_id)\n\twhere o.day >= '2026-01-01' and c.name <> 'Zoë' and o.path like 'C:\\\\in%' group by all having count(*) > 10;\n" * 90
quote = json.encoder.encode_basestring


class World:
    """Who calls from where: the same for every part of one seed."""

    def __init__(self, tokens, seed):
        rng = random.Random(f"{seed}/world")
        self.workspaces = [str(rng.randrange(10**15, 9 * 10**15)) for _ in range(7)]
        people = max(8, tokens * 3 // 20)
        names = [str(uuid.UUID(int=rng.getrandbits(128), version=4)) if i % 5 < 2 else f"person.{i}@example.com" for i in range(people)]
        self.tokens = []
        for _ in range(tokens):
            address = ".".join(str(rng.randrange(1, 254)) for _ in range(4))
            agent = None if rng.random() < 0.2 else rng.choice(AGENTS).format(rng.randrange(60), rng.randrange(10))
            calls = {kind: rng.sample(actions, min(4, len(actions))) for kind, actions in CALLS.items()}
            self.tokens.append((f"{rng.getrandbits(256):064x}", rng.choice(self.workspaces), rng.choice(names), address, agent, calls))
        self.weights = [1 / (rank + 1) ** 0.9 for rank in range(tokens)]


def burst(rng, world, begin, end):
    """One client doing one thing a few times within ten minutes: (milliseconds, the rest) of each row."""
    token, workspace, who, address, agent, calls = rng.choices(world.tokens, world.weights)[0]
    kind = rng.choices(list(SHARES), SHARES.values())[0]
    service, action = rng.choice(calls[kind])
    run = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    if kind == "browser":
        agent = BROWSER.format(110 + int(token[:2], 16) % 30)
    elif kind == "service":
        who, agent, address = "System-User", rng.choice(SERVICES), f"10.0.{rng.randrange(20)}.{rng.randrange(20)}"
    elif agent is None:
        agent = CLI.format(200 + int(token[:1], 16), 1, rng.choice(["jobs_list", "jobs_run-now", "fs_cp", "bundle_deploy"]), run)
    internal = kind == "login" and rng.random() < 0.3
    start = rng.randrange(begin, end)
    for _ in range(min(40, int(rng.expovariate(1 / 8)) + 1)):
        n, coin = rng.getrandbits(40), rng.random()
        if kind == "login":
            params = {"user": who, "tokenId": token, "authenticationMethod": "API_INT_PAT_TOKEN" if internal else "API_EXT_PAT_TOKEN"}
        elif kind == "catalog":
            params = {"full_name_arg": f"main.s{n % 200}.t{n % 5000}", "workspace_id": workspace, "metastore_id": "9a0b1c2d-1111-4222-8333-000000000000", "operation": "READ",
                      "table_id": run, "table_url": f"s3://lake-{n % 20}/unity/{n % 5000}/tables/{n}", "credential_type": "StorageCredential"}
        elif kind == "sql" or action == "runCommand":
            params = {"warehouseId": f"{n % 40:016x}", "statementId": run}
            if action in ("commandSubmit", "runCommand"):
                params["commandText"] = SQL[: min(18_000, 300 + int(rng.expovariate(1 / 5000)))]
        else:
            params = {"jobId": str(n % 4000), "runId": str(n), "path": f"/Volumes/main/raw/file_{n}.csv", "clusterId": f"0520-{n % 600:06d}-abcdefgh", "clusterWorkerCount": str(n % 30),
                      "new_settings": json.dumps({"name": f"job {n % 4000}", "tags": {"team": "data", "tier": n % 4}, "tasks": [{"task_key": f"t{j}"} for j in range(n % 6)]})}
        status, error = 200, None
        if coin > 0.96:
            status = (403, 403, 400, 404, 500)[n % 5]
            error = f"PERMISSION_DENIED: \"{who}\" has no access to object {n}" if status == 403 else "no such object"
        result = json.dumps({"run_id": n, "details": "x" * (n % 200)}) if coin < 0.3 else None
        yield (min(start + rng.randrange(600_000), end - 1), "0" if kind == "catalog" else workspace, who, f"{address}:{n % 60000}" if coin > 0.9 else address, agent, service, action, params,
               status, error, result, str(uuid.UUID(int=rng.getrandbits(128), version=4)), str(uuid.UUID(int=rng.getrandbits(128), version=4)))


def part(job):
    """Writes rows [number x 50,000, ...) as text and hands back the delivery lines by (workspace, day), in pieces."""
    folder, number, count, parts, tokens, days, seed, forms, pieces = job
    world = part.world = getattr(part, "world", None) or World(tokens, seed)
    rng = random.Random(f"{seed}/{number}")
    span = days * 86_400_000
    begin, end = span * number // parts, span * (number + 1) // parts
    rows = []
    while len(rows) < count:
        rows += burst(rng, world, begin, end)
    rows = sorted(rows[:count], key=lambda row: row[0])
    text = lambda value: "null" if value is None else quote(value)
    lines, delivery = [], {}
    for at, workspace, who, ip, agent, service, action, params, status, error, result, request, event in rows:
        moment = START + timedelta(milliseconds=at)
        day, level = f"{moment:%Y-%m-%d}", "ACCOUNT_LEVEL" if workspace == "0" else "WORKSPACE_LEVEL"
        pairs = "{" + ",".join(f"{quote(k)}:{quote(v)}" for k, v in params.items()) + "}"
        lines.append(f"{{\"account_id\":\"{ACCOUNT}\",\"workspace_id\":\"{workspace}\",\"version\":\"2.0\",\"event_time\":\"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z\",\"event_date\":\"{day}\","
                     f"\"source_ip_address\":\"{ip}\",\"user_agent\":\"{agent}\",\"session_id\":null,\"user_identity\":{{\"email\":\"{who}\",\"subject_name\":null}},\"service_name\":\"{service}\","
                     f"\"action_name\":\"{action}\",\"request_id\":\"{request}\",\"request_params\":{pairs},\"response\":{{\"status_code\":{status},\"error_message\":{text(error)},\"result\":{text(result)}}},"
                     f"\"audit_level\":\"{level}\",\"event_id\":\"{event}\",\"identity_metadata\":{{\"run_by\":null,\"run_as\":null,\"acting_resource\":null}}}}\n")
        if "delivery" in forms:
            millis = int(START.timestamp() * 1000) + at
            delivery.setdefault((workspace, day), []).append(
                f"{{\"version\":\"2.0\",\"auditLevel\":\"{level}\",\"timestamp\":{millis},\"accountId\":\"{ACCOUNT}\",\"workspaceId\":\"{workspace}\",\"sourceIPAddress\":\"{ip}\",\"userAgent\":\"{agent}\","
                f"\"sessionId\":null,\"userIdentity\":{{\"email\":\"{who}\",\"subjectName\":null}},\"serviceName\":\"{service}\",\"actionName\":\"{action}\",\"requestId\":\"{request}\","
                f"\"requestParams\":{pairs},\"response\":{{\"statusCode\":{status},\"errorMessage\":{text(error)},\"result\":{text(result)}}},\"eventId\":\"{event}\"}}\n")
    (folder / f".{number:06d}").write_text("".join(lines))
    cut = lambda some: ["".join(some[len(some) * piece // pieces : len(some) * (piece + 1) // pieces]) for piece in range(pieces)]
    return {key: cut(some) for key, some in delivery.items()}


def write_text(folder, a, forms):
    parts = -(-a.rows // ROWS_A_PART)
    pieces = max(1, a.files // (a.days * 8))  # seven workspaces and the account: so many files a day
    jobs = [(folder, n, min(ROWS_A_PART, a.rows - n * ROWS_A_PART), parts, a.tokens, a.days, a.seed, forms, pieces) for n in range(parts)]
    with multiprocessing.Pool(2) as pool, open(folder / "system.jsonl", "wb") as out:
        for number, delivery in enumerate(pool.imap(part, jobs)):
            piece = folder / f".{number:06d}"
            with open(piece, "rb") as read:
                shutil.copyfileobj(read, out, 1 << 22)
            piece.unlink()
            for (workspace, day), texts in delivery.items():
                into = folder / "delivery" / f"workspaceId={workspace}" / f"date={day}"
                into.mkdir(parents=True, exist_ok=True)
                for piece, text in enumerate(texts):
                    if text:
                        with open(into / f"auditlogs_{piece}.json", "a") as file:
                            file.write(text)


def squeeze(job):
    source, target = job
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(source, "rb") as read, gzip.GzipFile(target, "wb", compresslevel=6, mtime=0) as out:
        shutil.copyfileobj(read, out, 1 << 22)


def by_duckdb(folder, forms):
    import duckdb

    db = duckdb.connect(config={"threads": 2})
    db.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = true")
    plain = "account_id workspace_id version event_time event_date source_ip_address user_agent session_id user_identity service_name action_name request_id request_params response audit_level event_id identity_metadata".split()
    columns = lambda types: "{" + ", ".join(f"'{c}': '{types.get(c, 'VARCHAR')}'" for c in plain) + "}"
    source = lambda types: f"read_json('{folder}/system.jsonl', format = 'newline_delimited', columns = {columns(types)})"
    if "parquet" in forms:
        types = {"event_time": "TIMESTAMPTZ", "event_date": "DATE", "user_identity": "STRUCT(email VARCHAR, subject_name VARCHAR)", "request_params": "MAP(VARCHAR, VARCHAR)",
                 "response": "STRUCT(status_code INTEGER, error_message VARCHAR, result VARCHAR)", "identity_metadata": "STRUCT(run_by VARCHAR, run_as VARCHAR, acting_resource VARCHAR)"}
        for codec in ("zstd", "snappy"):
            db.execute(f"COPY (FROM {source(types)}) TO '{folder}/{codec}.parquet' (FORMAT parquet, COMPRESSION {codec}, ROW_GROUP_SIZE 122880)")
    if "csv" in forms:
        db.execute(f"COPY (FROM {source({})}) TO '{folder}/audit.csv' (FORMAT csv, HEADER)")


def main():
    cli = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    cli.add_argument("folder", type=Path)
    cli.add_argument("--rows", type=int, default=1_000_000)
    cli.add_argument("--tokens", type=int, default=2_000)
    cli.add_argument("--days", type=int, default=50)
    cli.add_argument("--files", type=int, default=400)
    cli.add_argument("--seed", default="7")
    cli.add_argument("--forms", default="json,delivery,gz,parquet,csv")
    a = cli.parse_args()
    forms = set(a.forms.split(","))
    shutil.rmtree(a.folder, ignore_errors=True)
    a.folder.mkdir(parents=True)
    write_text(a.folder, a, forms)
    if forms & {"parquet", "csv"}:
        by_duckdb(a.folder, forms)
    if "gz" in forms:
        pairs = [(a.folder / "system.jsonl", a.folder / "system.jsonl.gz")]
        pairs += [(f, Path(str(f).replace("/delivery/", "/delivery-gz/") + ".gz")) for f in sorted(a.folder.glob("delivery/*/*/*"))]
        with multiprocessing.Pool(2) as pool:
            pool.map(squeeze, pairs, 1)
    if "json" not in forms:
        os.unlink(a.folder / "system.jsonl")


if __name__ == "__main__":
    main()
