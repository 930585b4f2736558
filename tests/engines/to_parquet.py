"""JSON lines of system.access.audit become Parquet with the types of the real table: a MAP, structs, timestamps."""

import datetime
import gzip
import json
import sys

import pyarrow
import pyarrow.parquet

TEXT = pyarrow.string()
SCHEMA = pyarrow.schema([
    ("account_id", TEXT),
    ("workspace_id", TEXT),
    ("version", TEXT),
    ("event_time", pyarrow.timestamp("us", "UTC")),
    ("event_date", pyarrow.date32()),
    ("source_ip_address", TEXT),
    ("user_agent", TEXT),
    ("session_id", TEXT),
    ("user_identity", pyarrow.struct([("email", TEXT), ("subject_name", TEXT)])),
    ("service_name", TEXT),
    ("action_name", TEXT),
    ("request_id", TEXT),
    ("request_params", pyarrow.map_(TEXT, TEXT)),
    ("response", pyarrow.struct([("status_code", pyarrow.int32()), ("error_message", TEXT), ("result", TEXT)])),
    ("audit_level", TEXT),
    ("event_id", TEXT),
    ("identity_metadata", pyarrow.struct([("run_by", TEXT), ("run_as", TEXT), ("acting_resource", TEXT)])),
])


def row(record):
    made = {name: record.get(name) for name in SCHEMA.names}
    time = datetime.datetime.fromisoformat(record["event_time"].replace("Z", "+00:00"))
    params = record.get("request_params")
    made.update(event_time=time, event_date=time.date(), request_params=None if params is None else list(params.items()))
    return made


def convert(out, files):
    rows = []
    for name in files:
        opened = gzip.open if name.endswith(".gz") else open
        with opened(name, "rt", encoding="utf-8") as lines:
            rows += [row(json.loads(line)) for line in lines]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema=SCHEMA), out)
    return len(rows)


if __name__ == "__main__":
    print(convert(sys.argv[1], sys.argv[2:]), "rows")
