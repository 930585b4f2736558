-- What happens on which day to tokens with an open finding, from the newest run on.
WITH dates AS (
  SELECT workspace_id, token_id, principal, severity, as_of, 'reminder mail' AS what, reminder AS due
  FROM {{schema}}.latest_findings WHERE status = 'open'
  UNION ALL
  SELECT workspace_id, token_id, principal, severity, as_of, 'enforcement', enforced
  FROM {{schema}}.latest_findings WHERE status = 'open'
  UNION ALL
  SELECT workspace_id, token_id, principal, severity, as_of, 'revoked if unused', idle_revocation
  FROM {{schema}}.latest_findings WHERE status = 'open'
  UNION ALL
  SELECT workspace_id, token_id, principal, severity, as_of, 'expires', expiry
  FROM {{schema}}.latest_findings WHERE status = 'open'
  UNION ALL
  SELECT workspace_id, token_id, principal, severity, as_of, 'next call expected', next_call_earliest
  FROM {{schema}}.latest_findings WHERE status = 'open'
)
SELECT CAST(due AS DATE) AS day, what, workspace_id, token_id, max(principal) AS principal,
       CASE min(CASE severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END)
         WHEN 1 THEN 'high' WHEN 2 THEN 'medium' WHEN 3 THEN 'low' ELSE 'info' END AS severity
FROM dates
WHERE due >= as_of AND token_id IS NOT NULL
GROUP BY CAST(due AS DATE), what, workspace_id, token_id
ORDER BY day, what, workspace_id, token_id
