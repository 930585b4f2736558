-- Time series: rows of log of each workspace per day.
SELECT CAST(day AS TIMESTAMP) AS time, workspace_id AS metric, rows AS value
FROM {{schema}}.latest_coverage_daily
WHERE $__timeFilter(day)
ORDER BY day, workspace_id
