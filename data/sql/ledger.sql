-- scopecast's ledger of {{table}}, version {{schema_version}} of its schema, for {{engine}}.
--
-- Four statements: the events without copies, the names of each principal, the ids that logins share with their calls, and the
-- ledger itself, which is the result. What it returns are counts by day, never a row of the log.
-- Version {{rules_version}} of the rules that strip run ids from agents; times are computed in UTC whatever the session's time zone.

-- Statement 1 of 4: every event once, under the names of the ledger. The only one that reads the log.
{{create:scopecast_events}}
WITH
-- The audit rows to read. To read fewer, narrow them here; a ledger of part of the days cannot know the logins before them.
chosen AS (
  SELECT *
  FROM {{table}}
  WHERE event_time IS NOT NULL AND service_name IS NOT NULL AND action_name IS NOT NULL
  -- AND event_date >= DATE '2026-01-01'
),

-- A row without an event id is told from its copies by the whole of it; all others need few columns.
audit AS (
  SELECT {{columns}}, '' AS whole_row
  FROM chosen
  WHERE event_id <> ''
  UNION ALL
  SELECT {{columns}}, {{whole_row}} AS whole_row
  FROM chosen
  WHERE coalesce(event_id, '') = ''
),

-- Cells under the names of the ledger. Letters are lowered and blanks trimmed by fixed lists, so that every engine agrees.
cells AS (
  SELECT
    coalesce(event_id, '') AS event_id,
    whole_row,
    {{event_micros}} AS time,
    {{lower:service_name}} AS service,
    {{lower:action_name}} AS verb,
    concat(service_name, '/', action_name) AS action,
    coalesce(workspace_id, '') AS workspace_column,
    {{lower:coalesce(user_identity.email, '')}} = 'system-user' AS is_system,
    {{trim:{{lower:coalesce(user_identity.email, '')}}}} AS identity,
    {{trim:coalesce(source_ip_address, '')}} AS host,
    {{agent}} AS agent,
    {{run}} AS run,
    coalesce(request_id, '') AS request,
    CASE
      WHEN response.status_code IS NULL OR response.status_code BETWEEN 200 AND 299 THEN 'succeeded'
      WHEN response.status_code IN (401, 403) THEN 'denied'
      ELSE 'failed'
    END AS outcome,
    coalesce(response.error_message, '') AS error,
    -- Parameters count in rows of the service accounts, and where the row itself names no workspace.
    coalesce(request_params['workspace_id'], '') AS workspace_param,
    coalesce(request_params['orgId'], '') AS org_param,
    coalesce(request_params['user'], '') AS user_param,
    coalesce(request_params['tokenId'], '') AS token_param,
    coalesce(request_params['tokenHash'], '') AS hash_param,
    coalesce(request_params['authenticationMethod'], request_params['authentication_method'], '') AS method,
    -- Milliseconds since 1970 in every log seen; other spellings than whole numbers are left out.
    {{number:{{trim:coalesce(request_params['tokenExpirationTime'], '')}}}} AS expiry,
    {{is_cut}} AS is_cut
  FROM audit
),

-- What a row means for the tie between calls and tokens.
meanings AS (
  SELECT *,
    CASE
      WHEN service = 'accounts' AND verb = 'tokenlogin' AND method = '{{external_token}}' AND token_param <> '' THEN 'token login'
      WHEN service = 'accounts' AND verb = 'tokenlogin' THEN 'internal login'
      WHEN service = 'accounts' AND verb = 'generatedbtoken' THEN 'generate'
      WHEN service = 'accounts' AND verb IN ('revokedbtoken', 'garbagecollectdbtoken') THEN 'revoke'
      WHEN service IN ('accounts', 'workspace') AND verb IN ({{other_logins}}) THEN 'other login'
      ELSE 'call'
    END AS role,
    service = 'accounts' OR workspace_column IN ('', '0') AS has_params,
    CASE
      WHEN host LIKE '[%' THEN split_part(substr(host, 2), ']', 1)
      WHEN instr(host, ':') > 0 AND translate(substr(host, instr(host, ':') + 1), '0123456789', '') = ''
        THEN substr(host, 1, instr(host, ':') - 1)
      ELSE host
    END AS address,
    CASE WHEN outcome <> 'succeeded' THEN {{refusal_credential}} END AS refused,
    CASE WHEN outcome <> 'succeeded' THEN {{refusal_rest}} END AS after
  FROM cells
  -- Years that a log can hold: 2000 to 2099.
  WHERE time >= {{first_of_a_log}} AND time < {{end_of_a_log}}
),

-- A refusal names scopes: the list behind its colon, if it is not about an OAuth token.
refusals AS (
  SELECT *,
    CASE WHEN after LIKE '[%' AND lower(substr(after, 2, 5)) <> 'reqid' THEN substr(after, 2) ELSE after END AS refusal
  FROM meanings
),
scopes AS (
  SELECT *, {{refusal_list}} AS scopes, substr(refusal, length({{refusal_list}}) + 1, 600) AS refusal_tail
  FROM refusals
),

spelled AS (
  SELECT
    event_id, whole_row, time, role, outcome, agent, run, request, address, identity, is_system,
    CASE
      WHEN has_params AND workspace_param NOT IN ('', '0') THEN workspace_param
      WHEN workspace_column <> '' THEN workspace_column
      WHEN has_params AND org_param NOT IN ('', '0') THEN org_param
      ELSE '0'
    END AS workspace,
    CASE WHEN role = 'token login' AND user_param <> '' THEN {{trim:{{lower:user_param}}}} ELSE identity END AS principal,
    CASE WHEN role IN ('token login', 'internal login') THEN 'accounts/tokenLogin' ELSE action END AS action,
    CASE WHEN service = 'accounts' THEN token_param ELSE '' END AS token,
    -- The token a row is about, though it is not made by it.
    CASE
      WHEN role NOT IN ('generate', 'revoke') OR outcome <> 'succeeded' THEN ''
      WHEN token_param <> '' THEN token_param
      ELSE hash_param
    END AS about,
    CASE
      WHEN abs(expiry) < 100000000 THEN NULL
      WHEN abs(expiry) < 100000000000 THEN expiry * 1000000
      WHEN abs(expiry) < 100000000000000 THEN expiry * 1000
      WHEN abs(expiry) < 100000000000000000 THEN expiry
      ELSE CAST((expiry - expiry % 1000) / 1000 AS BIGINT)
    END AS expires,
    coalesce(CASE WHEN {{names_token}} THEN {{scope_list}} END, '') AS named,
    -- A token from outside may stand behind the row: a client's call that says where from or by what.
    role = 'call' AND NOT is_system AND (address <> '' OR agent <> '') AND NOT {{is_no_client}} AS waits,
    CASE WHEN role = 'internal login' AND method = '' THEN 1 ELSE 0 END AS without_method,
    CASE WHEN has_params AND is_cut THEN 1 ELSE 0 END AS truncated
  FROM scopes
)
-- Same id and same content, or without an id the same whole row: the same event.
SELECT
  event_id, time, outcome, workspace, principal, address, agent, action, token, role, waits,
  max(identity) AS identity, max(run) AS run, max(request) AS request, max(about) AS about, max(expires) AS expires,
  max(named) AS named, max(without_method) AS without_method, max(truncated) AS truncated, count(*) - 1 AS duplicates,
  CASE WHEN event_id <> '' THEN 1 ELSE 0 END AS has_id
FROM spelled
GROUP BY event_id, whole_row, time, outcome, workspace, principal, address, agent, action, token, role, waits;

-- Statement 2 of 4: the names of one principal, an identity and the user its token logins name. Each round takes the least user
-- along every pair and every name. What four rounds do not bring together is joined when the result is read, but its links stay.
{{create:scopecast_names}}
WITH
pairs AS (
  SELECT DISTINCT workspace, identity, principal AS of_user
  FROM scopecast_events
  WHERE role = 'token login' AND outcome = 'succeeded' AND identity <> '' AND identity <> principal
),
ends AS (
  SELECT p.workspace, p.identity, p.of_user, CASE WHEN s.side = 0 THEN p.identity ELSE p.of_user END AS name, p.of_user AS least
  FROM pairs p CROSS JOIN (SELECT 0 AS side UNION ALL SELECT 1 AS side) s
),
by_name_1 AS (SELECT workspace, identity, of_user, name, min(least) OVER (PARTITION BY workspace, name) AS least FROM ends),
by_pair_1 AS (SELECT workspace, identity, of_user, name, min(least) OVER (PARTITION BY workspace, identity, of_user) AS least FROM by_name_1),
by_name_2 AS (SELECT workspace, identity, of_user, name, min(least) OVER (PARTITION BY workspace, name) AS least FROM by_pair_1),
by_pair_2 AS (SELECT workspace, identity, of_user, name, min(least) OVER (PARTITION BY workspace, identity, of_user) AS least FROM by_name_2),
by_name_3 AS (SELECT workspace, identity, of_user, name, min(least) OVER (PARTITION BY workspace, name) AS least FROM by_pair_2),
by_pair_3 AS (SELECT workspace, identity, of_user, name, min(least) OVER (PARTITION BY workspace, identity, of_user) AS least FROM by_name_3)
SELECT workspace, identity, of_user, name, min(least) OVER (PARTITION BY workspace, name) AS least FROM by_pair_3;

-- Statement 3 of 4: calls that share an id with the logins near them of exactly one token: the run of one command line within
-- a day, the request id within a minute.
{{create:scopecast_ids}}
WITH
aliases AS (
  SELECT DISTINCT workspace, name, least AS principal FROM scopecast_names
),
carriers AS (
  SELECT /*+ BROADCAST(a) */ e.workspace, coalesce(a.principal, e.principal) AS principal, k.kind,
    CASE WHEN k.kind = 'run' THEN e.run ELSE e.request END AS id, e.time, e.waits, e.token
  FROM scopecast_events e
  CROSS JOIN (SELECT 'run' AS kind UNION ALL SELECT 'request' AS kind) k
  LEFT JOIN aliases a ON a.workspace = e.workspace AND a.name = e.principal
  WHERE (e.waits OR e.role = 'token login' AND e.outcome = 'succeeded')
    AND CASE WHEN k.kind = 'run' THEN e.run ELSE e.request END <> ''
)
SELECT c.workspace, c.principal, c.kind, c.id, c.time, min(l.token) AS token
FROM carriers c
JOIN carriers l ON l.workspace = c.workspace AND l.principal = c.principal AND l.kind = c.kind AND l.id = c.id
  AND abs(l.time - c.time) <= CASE WHEN c.kind = 'run' THEN {{same_run}} ELSE {{same_request}} END
WHERE c.waits AND NOT l.waits
GROUP BY c.workspace, c.principal, c.kind, c.id, c.time
HAVING min(l.token) = max(l.token);

-- Statement 4 of 4: the ledger.
{{into}}WITH
aliases AS (
  SELECT DISTINCT workspace, name, least AS principal FROM scopecast_names
),

-- Calls and logins of a key (workspace, principal, address, agent) in order. A login counts for calls up to 10 s before it,
-- so calls stand 10 s later than they were. Beyond 24 h no login matters: every day of a key is looked at apart, with
-- copies of the logins of the day before and of whatever lies within 10 s of it.
moments AS (
  SELECT /*+ BROADCAST(a) */
    e.workspace, coalesce(a.principal, e.principal) AS principal, e.address, e.agent, e.action, e.named, e.outcome, e.token,
    e.run, e.request, e.duplicates, e.truncated, e.has_id, e.time,
    e.waits AS is_call, e.role = 'token login' AS is_token, e.role IN ('other login', 'internal login') AS is_other,
    copy.shift, {{day_number:e.time}} + copy.shift AS day_number,
    e.time + CASE WHEN e.waits THEN {{near}} ELSE 0 END AS order_time,
    CASE WHEN e.waits THEN 2 WHEN e.role = 'token login' THEN 0 ELSE 1 END AS place
  FROM scopecast_events e
  CROSS JOIN (SELECT 0 AS shift UNION ALL SELECT 1 AS shift UNION ALL SELECT -1 AS shift) copy
  LEFT JOIN aliases a ON a.workspace = e.workspace AND a.name = e.principal
  WHERE (e.waits OR e.outcome = 'succeeded' AND e.role IN ('token login', 'other login', 'internal login'))
    AND (copy.shift = 0
      OR copy.shift = 1 AND (NOT e.waits OR {{micros_of_day:e.time}} >= {{before_midnight}})
      OR copy.shift = -1 AND {{micros_of_day:e.time}} < {{near}})
),
seen AS (
  SELECT *,
    max(CASE WHEN is_token THEN time END) OVER upto AS token_time,
    {{last:CASE WHEN is_token THEN token END}} OVER upto AS last_token,
    max(CASE WHEN is_token THEN time END) OVER before AS previous_time,
    {{last:CASE WHEN is_token THEN token END}} OVER before AS previous_token,
    max(CASE WHEN is_other THEN time END) OVER upto AS other_time,
    -- Logins by OAuth or browser at account level count in every workspace.
    max(CASE WHEN is_other AND workspace = '0' THEN time END) OVER (
      PARTITION BY principal, address, agent, day_number ORDER BY order_time, place
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS account_time,
    min(CASE WHEN is_call THEN time END) OVER (
      PARTITION BY principal, address, agent, day_number, workspace ORDER BY order_time DESC, place DESC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS next_call
  FROM moments
  WINDOW
    upto AS (PARTITION BY principal, address, agent, day_number, workspace ORDER BY order_time, place, token
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
    before AS (PARTITION BY principal, address, agent, day_number, workspace ORDER BY order_time, place, token
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
-- The last login by another token than the last one.
credentials AS (
  SELECT *,
    greatest(other_time, account_time) AS last_other,
    max(CASE WHEN is_token AND previous_token <> token THEN previous_time END) OVER (
      PARTITION BY principal, address, agent, day_number, workspace ORDER BY order_time, place, token
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS another_token_time
  FROM seen
),
-- The last login, p, and the last one before it by another credential, p2.
nearest AS (
  SELECT *,
    last_other IS NULL OR token_time > last_other AS is_by_token,
    greatest(token_time, last_other) AS p,
    CASE WHEN last_other IS NULL OR token_time > last_other THEN greatest(last_other, another_token_time) ELSE token_time END AS p2
  FROM credentials
  WHERE shift = 0 AND (is_call OR is_token)
),
linked AS (
  SELECT n.*, q.token AS request_token, coalesce(r.token, q.token) AS exact_token,
    CASE
      WHEN is_token AND next_call <= n.time + {{near}} THEN 'row'
      WHEN is_token THEN 'unanswered'
      WHEN coalesce(r.token, q.token) IS NOT NULL THEN 'run'
      WHEN p >= n.time - {{near}} AND p2 >= n.time - {{near}} THEN 'several'
      WHEN is_by_token AND p >= n.time - {{near}} AND (p2 IS NULL OR p2 < n.time - {{a_day}}) THEN 'sole'
      WHEN is_by_token AND p >= n.time - {{near}} THEN 'near'
      WHEN is_by_token AND p >= n.time - {{a_day}} AND (p2 IS NULL OR p2 < n.time - {{a_day}}) THEN 'recent'
      ELSE 'stale'
    END AS link
  FROM nearest n
  LEFT JOIN scopecast_ids r ON r.workspace = n.workspace AND r.principal = n.principal AND r.kind = 'run' AND r.id = n.run
    AND r.time = n.time AND n.is_call
  LEFT JOIN scopecast_ids q ON q.workspace = n.workspace AND q.principal = n.principal AND q.kind = 'request' AND q.id = n.request
    AND q.time = n.time AND n.is_call
),

-- Facts of a day, by address where the event waited for a login or is one.
told AS (
  SELECT workspace, principal, address, agent, action, named, outcome, link, 1 AS has_address,
    CASE
      WHEN is_token THEN token
      WHEN link = 'run' THEN exact_token
      WHEN link IN ('sole', 'near', 'recent') THEN last_token
      ELSE ''
    END AS token,
    '' AS about, NULL AS generated, NULL AS expires, NULL AS revoked, time, duplicates, truncated, has_id,
    0 AS is_internal, 0 AS without_method,
    CASE WHEN is_token AND {{in_sample:request}} THEN 1 ELSE 0 END AS request_login,
    CASE WHEN is_call AND request_token IS NOT NULL AND {{in_sample:request}} THEN 1 ELSE 0 END AS request_call,
    CASE WHEN is_token AND run <> '' THEN 1 ELSE 0 END AS run_login,
    CASE WHEN is_call AND run <> '' THEN 1 ELSE 0 END AS run_call
  FROM linked
  UNION ALL
  SELECT /*+ BROADCAST(a) */ e.workspace, coalesce(a.principal, e.principal), '', e.agent, e.action, e.named, e.outcome,
    CASE WHEN e.role = 'token login' THEN 'row' ELSE 'none' END, 0,
    CASE WHEN e.role = 'token login' THEN e.token ELSE '' END,
    e.about,
    CASE WHEN e.role = 'generate' AND e.about <> '' THEN e.time END,
    CASE WHEN e.role = 'generate' AND e.about <> '' THEN e.expires END,
    CASE WHEN e.role = 'revoke' AND e.about <> '' THEN e.time END,
    e.time, e.duplicates, e.truncated, e.has_id,
    CASE WHEN e.role = 'internal login' THEN 1 ELSE 0 END, e.without_method, 0, 0, 0, 0
  FROM scopecast_events e
  LEFT JOIN aliases a ON a.workspace = e.workspace AND a.name = e.principal
  WHERE NOT e.waits AND NOT (e.role = 'token login' AND e.outcome = 'succeeded')
),
facts AS (
  SELECT workspace, principal, address, agent, action, named, {{day_number:time}} AS day_number, token, link, about, has_address,
    count(CASE WHEN outcome = 'succeeded' THEN 1 END) AS succeeded,
    min(CASE WHEN outcome = 'succeeded' THEN time END) AS first_succeeded,
    max(CASE WHEN outcome = 'succeeded' THEN time END) AS last_succeeded,
    count(CASE WHEN outcome = 'denied' THEN 1 END) AS denied,
    min(CASE WHEN outcome = 'denied' THEN time END) AS first_denied,
    max(CASE WHEN outcome = 'denied' THEN time END) AS last_denied,
    count(CASE WHEN outcome = 'failed' THEN 1 END) AS failed,
    min(CASE WHEN outcome = 'failed' THEN time END) AS first_failed,
    max(CASE WHEN outcome = 'failed' THEN time END) AS last_failed,
    count(*) AS events, min(time) AS first_time, max(time) AS last_time,
    min(generated) AS generated, max(expires) AS expires, min(revoked) AS revoked,
    sum(duplicates) AS duplicates, sum(has_id) AS has_id, sum(truncated) AS truncated, sum(is_internal) AS internal_logins,
    sum(without_method) AS logins_without_method, sum(request_login) AS request_logins, sum(request_call) AS request_calls,
    sum(run_login) AS run_logins, sum(run_call) AS run_calls
  FROM told
  GROUP BY workspace, principal, address, agent, action, named, {{day_number:time}}, token, link, about, has_address
),
-- A key on which no token ever logged in has the link none.
keys AS (
  SELECT *,
    has_address = 1 AND link IN ('row', 'unanswered') AS is_login,
    max(CASE WHEN has_address = 1 AND link IN ('row', 'unanswered') THEN 1 ELSE 0 END)
      OVER (PARTITION BY workspace, principal, address, agent, has_address) AS has_logins
  FROM facts
),

-- Every part of the ledger out of the same facts.
kinds AS (
  SELECT 'row' AS kind, '' AS name
  UNION ALL SELECT 'day', ''
  UNION ALL SELECT 'token', ''
  UNION ALL SELECT 'address', ''
  {{tallies}}
),
parts AS (
  SELECT k.kind, k.name,
    CASE WHEN k.kind IN ('row', 'day', 'address') THEN f.workspace END AS workspace,
    CASE WHEN k.kind IN ('row', 'address') THEN f.principal END AS principal,
    CASE WHEN k.kind IN ('row', 'address') THEN f.agent END AS agent,
    CASE WHEN k.kind = 'row' THEN f.action END AS action,
    CASE WHEN k.kind = 'row' THEN f.named END AS named,
    CASE WHEN k.kind IN ('row', 'day') THEN f.day_number END AS day_number,
    CASE WHEN k.kind = 'token' AND f.about <> '' THEN f.about WHEN k.kind IN ('row', 'token', 'address') THEN f.token END AS token,
    CASE WHEN k.kind = 'row' AND f.link = 'stale' AND f.has_logins = 0 THEN 'none' WHEN k.kind = 'row' THEN f.link END AS link,
    CASE WHEN k.kind = 'address' THEN f.address END AS address,
    -- A token named with two workspaces or principals keeps those of its first login.
    CASE WHEN k.kind = 'token' THEN {{owner}} END AS owner,
    f.succeeded, f.first_succeeded, f.last_succeeded, f.denied, f.first_denied, f.last_denied, f.failed, f.first_failed, f.last_failed,
    CASE k.name
      {{tally_values}}
      ELSE f.events
    END AS events,
    CASE WHEN k.kind <> 'token' OR f.is_login THEN f.first_time END AS first_time,
    CASE WHEN k.kind <> 'token' OR f.is_login THEN f.last_time END AS last_time,
    CASE WHEN f.is_login THEN f.succeeded ELSE 0 END AS logins,
    f.generated, f.expires, f.revoked
  FROM keys f CROSS JOIN kinds k
  WHERE k.kind IN ('row', 'day', 'tally')
    OR k.kind = 'address' AND f.has_address = 1
    OR k.kind = 'token' AND (f.is_login OR f.about <> '')
),
merged AS (
  SELECT kind, name, workspace, principal, agent, action, named, day_number, token, link, address, min(owner) AS owner,
    sum(succeeded) AS succeeded, min(first_succeeded) AS first_succeeded, max(last_succeeded) AS last_succeeded,
    sum(denied) AS denied, min(first_denied) AS first_denied, max(last_denied) AS last_denied,
    sum(failed) AS failed, min(first_failed) AS first_failed, max(last_failed) AS last_failed,
    sum(events) AS events, min(first_time) AS first_time, max(last_time) AS last_time, sum(logins) AS logins,
    min(generated) AS generated, max(expires) AS expires, min(revoked) AS revoked
  FROM parts
  GROUP BY kind, name, workspace, principal, agent, action, named, day_number, token, link, address
)
SELECT
  kind, {{schema_version}} AS schema_version,
  CASE WHEN kind = 'token' THEN owner.workspace ELSE workspace END AS workspace,
  CASE WHEN kind = 'token' THEN owner.principal ELSE principal END AS principal,
  agent, action, nullif(named, '') AS named, DATE '1970-01-01' + CAST(day_number AS INT) AS day, nullif(token, '') AS token, link,
  address, nullif(name, '') AS name,
  CASE WHEN kind = 'row' THEN succeeded END AS succeeded,
  CASE WHEN kind = 'row' THEN {{time:first_succeeded}} END AS first_succeeded,
  CASE WHEN kind = 'row' THEN {{time:last_succeeded}} END AS last_succeeded,
  CASE WHEN kind = 'row' THEN denied END AS denied,
  CASE WHEN kind = 'row' THEN {{time:first_denied}} END AS first_denied,
  CASE WHEN kind = 'row' THEN {{time:last_denied}} END AS last_denied,
  CASE WHEN kind = 'row' THEN failed END AS failed,
  CASE WHEN kind = 'row' THEN {{time:first_failed}} END AS first_failed,
  CASE WHEN kind = 'row' THEN {{time:last_failed}} END AS last_failed,
  CASE
    WHEN name = 'id_reused' THEN events - (SELECT count(DISTINCT event_id) FROM scopecast_events WHERE event_id <> '')
    WHEN kind IN ('day', 'address', 'tally') THEN events
  END AS events,
  CASE WHEN kind IN ('token', 'address') OR name = 'rows' THEN {{time:first_time}} END AS first_time,
  CASE WHEN kind IN ('token', 'address') OR name = 'rows' THEN {{time:last_time}} END AS last_time,
  CASE WHEN kind IN ('day', 'token') THEN logins END AS logins,
  CASE WHEN kind = 'token' THEN {{time:generated}} END AS generated,
  CASE WHEN kind = 'token' THEN {{time:expires}} END AS expires,
  CASE WHEN kind = 'token' THEN {{time:revoked}} END AS revoked
FROM merged
UNION ALL
SELECT 'alias', {{schema_version}}, workspace, principal, NULL, NULL, NULL, NULL, NULL, NULL, NULL, name,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM aliases
WHERE name <> principal
UNION ALL
-- Pairs that the rounds of statement 2 did not bring together.
SELECT DISTINCT 'alias', {{schema_version}}, workspace, min(least), NULL, NULL, NULL, NULL, NULL, NULL, NULL, max(least),
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM scopecast_names
GROUP BY workspace, identity, of_user
HAVING min(least) <> max(least){{end}};
{{afterwards}}