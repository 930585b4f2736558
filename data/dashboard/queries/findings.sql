-- Every open finding of the newest run.
SELECT finding_id, severity, confidence, rule, workspace_id, token_id, principal, scope, title, loss_odds, enforced,
       next_call_earliest AS next_call, reminder_goes_to, advice, admin_command
FROM {{schema}}.latest_findings
WHERE status = 'open'
ORDER BY CASE severity WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END, finding_id
