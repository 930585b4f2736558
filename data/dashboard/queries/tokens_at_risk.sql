-- One row per token with an open finding, the worst first.
WITH tokens AS (
  SELECT workspace_id, token_id, max(principal) AS principal,
         min(CASE severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END) AS place,
         count(*) AS findings,
         count(DISTINCT scope) AS scopes,
         max(loss_odds) AS loss_odds,
         min(enforced) AS enforced,
         min(next_call_earliest) AS next_call,
         min(idle_revocation) AS idle_revocation,
         min(expiry) AS expiry,
         max(needed_scopes) AS needed_scopes
  FROM {{schema}}.latest_findings
  WHERE status = 'open' AND token_id IS NOT NULL
  GROUP BY workspace_id, token_id
)
SELECT workspace_id, token_id, principal,
       CASE place WHEN 1 THEN 'high' WHEN 2 THEN 'medium' WHEN 3 THEN 'low' ELSE 'info' END AS severity,
       findings, scopes, loss_odds, enforced, next_call, idle_revocation, expiry, needed_scopes
FROM tokens
ORDER BY place, enforced NULLS LAST, workspace_id, token_id
