-- The newest run in one row.
WITH tokens AS (
  SELECT workspace_id, token_id,
         max(CASE WHEN verdict = 'lost' THEN 1 ELSE 0 END) AS loses,
         max(CASE WHEN verdict = 'unknown' THEN 1 ELSE 0 END) AS unknown
  FROM {{schema}}.latest_token_scopes
  GROUP BY workspace_id, token_id
),
counted AS (
  SELECT count(*) AS tokens,
         coalesce(sum(loses), 0) AS tokens_losing,
         coalesce(sum(CASE WHEN loses = 0 THEN unknown ELSE 0 END), 0) AS tokens_unknown
  FROM tokens
)
SELECT counted.tokens, counted.tokens_losing, counted.tokens_unknown,
       (SELECT count(*) FROM {{schema}}.latest_findings WHERE status = 'open' AND severity = 'high') AS high_findings,
       (SELECT max(as_of) FROM {{schema}}.runs) AS as_of
FROM counted
