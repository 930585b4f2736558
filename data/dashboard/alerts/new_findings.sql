-- Alert when n > 0: open findings of high or medium severity that the run before the newest did not have.
WITH ordered AS (
  SELECT run_id, row_number() OVER (ORDER BY as_of DESC, run_id) AS place FROM {{schema}}.runs
)
SELECT count(*) AS n
FROM {{schema}}.latest_findings AS f
WHERE f.status = 'open' AND f.severity IN ('high', 'medium')
  AND f.finding_id NOT IN (
    SELECT old.finding_id FROM {{schema}}.findings AS old
    JOIN ordered ON ordered.run_id = old.run_id AND ordered.place = 2
    WHERE old.status = 'open')
