-- One row per run: is it getting better?
WITH scopes AS (
  SELECT run_id,
         sum(CASE WHEN verdict = 'lost' THEN 1 ELSE 0 END) AS lost,
         sum(CASE WHEN verdict = 'unknown' THEN 1 ELSE 0 END) AS unknown,
         sum(CASE WHEN verdict = 'kept' THEN 1 ELSE 0 END) AS kept
  FROM {{schema}}.token_scopes
  GROUP BY run_id
),
found AS (
  SELECT run_id,
         sum(CASE WHEN severity = 'high' THEN 1 ELSE 0 END) AS high,
         sum(CASE WHEN severity = 'medium' THEN 1 ELSE 0 END) AS medium
  FROM {{schema}}.findings
  WHERE status = 'open'
  GROUP BY run_id
)
SELECT runs.run_id, runs.as_of,
       coalesce(scopes.lost, 0) AS lost, coalesce(scopes.unknown, 0) AS unknown, coalesce(scopes.kept, 0) AS kept,
       coalesce(found.high, 0) AS high, coalesce(found.medium, 0) AS medium
FROM {{schema}}.runs AS runs
LEFT JOIN scopes ON scopes.run_id = runs.run_id
LEFT JOIN found ON found.run_id = runs.run_id
ORDER BY runs.as_of, runs.run_id
