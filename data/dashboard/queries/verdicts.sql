-- How many scopes have which verdict, and why, in the newest run.
SELECT workspace_id, verdict, reason, count(*) AS scopes, count(DISTINCT token_id) AS tokens
FROM {{schema}}.latest_token_scopes
GROUP BY workspace_id, verdict, reason
ORDER BY scopes DESC, workspace_id, verdict, reason
