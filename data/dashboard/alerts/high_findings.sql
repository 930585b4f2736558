-- Alert when n > 0: open findings of high severity in the newest run.
SELECT count(*) AS n
FROM {{schema}}.latest_findings
WHERE status = 'open' AND severity = 'high'
