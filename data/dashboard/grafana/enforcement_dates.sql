-- Annotations: the days on which scopes are narrowed.
SELECT enforced AS time, 'scopes narrowed: ' || coalesce(max(principal), '') || ' ' || substr(token_id, 1, 12) AS text,
       max(severity) AS tags
FROM {{schema}}.latest_findings
WHERE status = 'open' AND enforced IS NOT NULL AND token_id IS NOT NULL AND $__timeFilter(enforced)
GROUP BY enforced, token_id
ORDER BY time, text
