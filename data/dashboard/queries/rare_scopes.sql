-- Scopes that a token used, but not in the 30 days before the newest run: what a narrow window would miss.
SELECT s.workspace_id, s.token_id, s.principal, s.scope, s.verdict, s.cadence, s.last_used, s.next_call_earliest AS next_call,
       s.loss_odds
FROM {{schema}}.latest_token_scopes AS s
LEFT JOIN (
  SELECT workspace_id, token_id, scope
  FROM {{schema}}.latest_usage_daily
  WHERE day >= CAST(as_of AS DATE) - INTERVAL 30 DAYS
  GROUP BY workspace_id, token_id, scope
) AS recent ON recent.workspace_id = s.workspace_id AND recent.token_id = s.token_id AND recent.scope = s.scope
WHERE s.uses > 0 AND recent.token_id IS NULL
ORDER BY s.last_used DESC, s.workspace_id, s.token_id, s.scope
