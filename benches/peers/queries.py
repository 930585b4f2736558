"""The same question for DuckDB, in the form it answers fastest: only the needed columns, declared, never inferred.

A: the whole ledger (workspace, principal, address, agent without its run id, service, action, day, token; counts for each outcome; first, last).
B: the last use for each workspace, principal, service, action and token.
"""

RUN_ID = " ?cmd-exec-id/[^ ]+"
STRINGS = {"workspace_id": "workspaceId", "source_ip_address": "sourceIPAddress", "user_agent": "userAgent", "service_name": "serviceName", "action_name": "actionName"}


def source(form, path):
    """The FROM clause and the expression of each field."""
    if form == "parquet":
        fields = {name: name for name in STRINGS}
        fields |= {"time": "event_time::TIMESTAMP", "day": "event_time::DATE", "email": "user_identity.email", "subject": "user_identity.subject_name", "status": "response.status_code"}
        fields |= {f"param_{key}": f"request_params['{key}']" for key in ("workspace_id", "tokenId", "authenticationMethod")}
        return f"read_parquet('{path}')", fields
    if form == "csv":
        inner = lambda cell, key: f"json_extract_string({cell}, '$.{key}')"
        fields = {name: name for name in STRINGS}
        fields |= {"time": "event_time", "day": "left(event_time, 10)", "email": inner("user_identity", "email"), "subject": inner("user_identity", "subject_name"), "status": inner("response", "status_code") + "::INTEGER"}
        fields |= {f"param_{key}": inner("request_params", key) for key in ("workspace_id", "tokenId", "authenticationMethod")}
        return f"read_csv('{path}', header = true, all_varchar = true)", fields
    camel = form.startswith("delivery")
    name = (lambda snake, other: other) if camel else (lambda snake, other: snake)
    fields = {snake: name(snake, other) for snake, other in STRINGS.items()}
    types = {column: "VARCHAR" for column in fields.values()}
    identity, subject, params, response, status = (name(*pair) for pair in (("user_identity", "userIdentity"), ("subject_name", "subjectName"), ("request_params", "requestParams"), ("response", "response"), ("status_code", "statusCode")))
    time = name("event_time", "timestamp")
    types |= {identity: f"STRUCT(email VARCHAR, {subject} VARCHAR)", params: "STRUCT(workspace_id VARCHAR, tokenId VARCHAR, authenticationMethod VARCHAR)", response: f"STRUCT({status} INTEGER)"}
    types[time] = "BIGINT" if camel else "VARCHAR"
    fields |= {"time": time, "day": "timestamp // 86400000" if camel else "left(event_time, 10)", "email": f"{identity}.email", "subject": f"{identity}.{subject}", "status": f"{response}.{status}"}
    fields |= {f"param_{key}": f"{params}.{key}" for key in ("workspace_id", "tokenId", "authenticationMethod")}
    columns = "{" + ", ".join(f"'{column}': '{kind}'" for column, kind in types.items()) + "}"
    files = {"json": path, "gz": path, "delivery": f"{path}/*/*/*.json", "delivery-gz": f"{path}/*/*/*.json.gz"}[form]
    hive = ", hive_partitioning = false" if camel else ""
    return f"read_json('{files}', format = 'newline_delimited', columns = {columns}{hive})", fields


def query(which, form, path):
    table, f = source(form, path)
    login = f"{f['service_name']} = 'accounts' AND {f['action_name']} = 'tokenLogin' AND {f['param_authenticationMethod']} = 'API_EXT_PAT_TOKEN'"
    keys = f"coalesce({f['param_workspace_id']}, {f['workspace_id']}) AS workspace, lower(coalesce({f['email']}, {f['subject']})) AS principal, {f['service_name']} AS service, {f['action_name']} AS action, CASE WHEN {login} THEN {f['param_tokenId']} END AS token"
    if which == "B":
        return f"SELECT {keys}, count(*) AS events, max({f['time']}) AS last FROM {table} GROUP BY ALL"
    agent, status = f["user_agent"], f["status"]
    return (f"SELECT {keys}, split_part({f['source_ip_address']}, ':', 1) AS address, CASE WHEN contains({agent}, 'cmd-exec-id/') THEN regexp_replace({agent}, '{RUN_ID}', '') ELSE {agent} END AS agent, {f['day']} AS day, "
            f"count(*) AS events, count(*) FILTER ({status} IS NULL OR {status} < 400) AS ok, count(*) FILTER ({status} IN (401, 403)) AS denied, count(*) FILTER ({status} >= 400 AND {status} NOT IN (401, 403)) AS failed, "
            f"min({f['time']}) AS first, max({f['time']}) AS last FROM {table} GROUP BY ALL")
