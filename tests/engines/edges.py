"""Audit rows in which every rule of the ledger meets every other: few keys, few ids, times close to each other and to midnight.

Random with a fixed seed, so that two runs write the same bytes.
"""

import datetime
import json
import random
import sys

START = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
DAYS = 4
EXEC = "6f1d0c52-0a5e-4d5b-9a39-1f1b7a4f1e0%d"
WORKSPACES = ["111", "111", "222", "222", "0", "", None]
# Cyrillic, Turkish and German letters have other lower cases in SQL than in ASCII; the blank before the third is no ASCII one.
IDENTITIES = ["Ann@Example.com", "ann@example.com ", "\u00a0bob@example.com", "SP-ÄÖ-\u0130@example.com", "System-User", "", None,
              "3f0c6f5e-8a0b-4c57-9d7e-5b1f0a6f2c11", "Ольга@example.com"]
USERS = ["ann@example.com", "Bob@Example.com", "", None, "ops@example.com"]
ADDRESSES = ["203.0.113.7", "203.0.113.7:443", "203.0.113.7:50001", "[2001:db8::1]:443", "2001:db8::1", "", None, " 198.51.100.2 ",
             "host:name", "198.51.100.2"]
AGENTS = [
    "databricks-sdk-py/0.67.0 auth/pat",
    "databricks-sdk-py/0.67.0 auth/pat",
    "cli/0.240.0 databricks-sdk-go/0.60.0 cmd/jobs_list cmd-exec-id/{run} auth/pat",
    "cmd-exec-id/{run} cli/0.240.0",
    "cli/0.240.0 cmd-exec-id/{run}",
    "cmd-exec-id/{run} cmd-exec-id/abcdefg cli",
    "databricks-cli-0.18.0-jobs_list-{run}",
    "databricks-cli-0.18.0-cmd-exec-id/x-{run}",
    "databricks-cli-0.18.0-jobs-{run}\n",
    "curl/8.1", "", None,
    "Mozilla/5.0 (X11)", "python Databricks-Service/3", "a dbr:15", "feature-store", "x feature-store/1", "feature-stores", "Delta-Sharing-Spark/1",
    "tool auth/oauth-m2m", "tool auth/oauth-m2m auth/PAT", "tool auth/", "tool auth/Basic", "xauth/oauth",
]
CALLS = [("clusters", "list"), ("jobs", "runNow"), ("Jobs", "RunNow"), ("filesystem", "filesPut"), ("workspace", "getStatus")]
OTHERS = [("accounts", "oidcTokenAuthorization"), ("Accounts", "LOGIN"), ("workspace", "samlLogin"), ("jobs", "login"), ("accounts", "mintOAuthToken")]
LONG = "x" * 101
ERRORS = [
    None, "", "No permission.", "Provided OAuth token does not have required scopes: sql",
    "Provided access token does not have required scopes: clusters, jobs [ReqId: 1-2]",
    "Provided access token does not have the required scopes: [jobs, clusters, jobs]. config: host=x, auth_type=pat",
    "Provided access token does not have required scopes: 'sql' , `x.y:read`.\nconfig: auth_type=oauth-m2m.",
    "PAT: Provided PAT token does not have required scope: unity-catalog.",
    "error: Invalid scope, required scopes: vector-search", "\\nYour token is missing the required scopes: a1, 9b",
    f"Provided token does not have required scopes: sql, {LONG}, jobs", f"Provided token does not have required scopes: {LONG}",
    "Provided API key does not have required scopes: sql", "Required scopes: sql. Provided access token does not have required scopes: jobs",
    "Provided access token does not have required scopes: [ReqId: 5]", "ERNEUT: provided PERSONAL  access\ttoken DOES NOT HAVE required Scopes :jobs",
    "Provided access token does not have required scopes: " + ", ".join(f"s{n}" for n in range(40)),
]
EXPIRIES = [None, "", "-1", "0", "1798761600000", "1798761600", "1798761600000000", "1798761600000000000", "never", " 1798761600000"]


def moments(chance):
    """Clusters of moments, half of them around a midnight."""
    seconds = []
    for _ in range(160):
        day = chance.randrange(DAYS)
        at = day * 86400 + chance.choice([0, 0, 86395, 150, 43200, chance.randrange(86400)])
        for _ in range(chance.randrange(1, 30)):
            seconds.append(at)
            at += chance.choice([0, 1, 1, 4, 9.999999, 10, 10.000001, 11, 60, 61, 240, 3600, 86390 / 4])
    return [s for s in seconds if 0 <= s < DAYS * 86400]


def text(chance):
    agent = chance.choice(AGENTS)
    run = chance.choice([EXEC % chance.randrange(6), "0Ab3xY7", "toolong8"])
    return agent.replace("{run}", run) if agent else agent


def row(chance, second, number):
    time = START + datetime.timedelta(seconds=second)
    kind = chance.random()
    params = chance.choice([None, {}, {"path": "/x"}, {"a": "b... truncated"}, {"TRUNCATED": "true"}, {"workspace_id": "222"}, {"orgId": "111"}])
    status = chance.choice([200, 200, 200, 200, 201, None, 403, 401, 400, 500, 1, 0])
    name = chance.choice(CALLS)
    if kind < 0.3:
        name = chance.choice([("accounts", "tokenLogin"), ("Accounts", "TOKENLOGIN")])
        token = chance.choice(["aaa1", "aaa1", "bbb2", "ccc3", "", None])
        method = chance.choice(["API_EXT_PAT_TOKEN"] * 6 + ["API_INT_PAT_TOKEN", "", None])
        key = chance.choice(["authenticationMethod", "authentication_method"])
        params = {"user": chance.choice(USERS), "tokenId": token, key: method, "workspace_id": chance.choice([None, "", "0", "111"])}
        params = {k: v for k, v in params.items() if v is not None}
    elif kind < 0.4:
        name = chance.choice(OTHERS)
    elif kind < 0.44:
        name = chance.choice([("accounts", "generateDbToken"), ("accounts", "revokeDbToken"), ("accounts", "garbageCollectDbToken")])
        params = {"tokenId": chance.choice(["aaa1", "ddd4", ""]), "tokenHash": chance.choice(["eee5", ""]),
                  "tokenExpirationTime": chance.choice(EXPIRIES)}
        params = {k: v for k, v in params.items() if v is not None}
    # Half of the rows belong to one caller, so that logins and calls meet.
    busy = chance.random() < 0.5
    identity = "ann@example.com" if busy else chance.choice(IDENTITIES)
    workspace = chance.choice(["111", "222"]) if busy else chance.choice(WORKSPACES)
    if name[1] in ("oidcTokenAuthorization", "mintOAuthToken"):
        workspace = chance.choice(["0", "111"])
    return {
        "account_id": "acc", "workspace_id": workspace, "version": "2.0", "event_time": time.isoformat(timespec="microseconds"),
        "source_ip_address": "203.0.113.7" if busy else chance.choice(ADDRESSES), "user_agent": AGENTS[0] if busy else text(chance),
        "user_identity": {"email": identity} if identity is not None or busy else None,
        "service_name": name[0], "action_name": name[1], "request_id": chance.choice(["", None] + [f"r{n}" for n in range(400)]),
        "request_params": params,
        "response": chance.choice([{"status_code": status, "error_message": chance.choice(ERRORS)}] * 9 + [None]),
        "audit_level": "ACCOUNT_LEVEL" if workspace == "0" else "WORKSPACE_LEVEL",
        "event_id": chance.choice([f"e{number}"] * 20 + [None, "", f"e{number // 7}"]),
    }


def rows(seed):
    chance = random.Random(seed)
    made = [row(chance, second, number) for number, second in enumerate(moments(chance))]
    again = [dict(chance.choice(made)) for _ in range(len(made) // 20)]
    for one in again[::3]:
        one["user_agent"] = "curl/8.1"
    return made + again


def main(path, seed="1"):
    with open(path, "w", encoding="utf-8") as out:
        for one in rows(int(seed)):
            out.write(json.dumps(one, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
