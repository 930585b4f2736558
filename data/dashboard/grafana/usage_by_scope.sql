-- Time series: uses of each scope per day.
SELECT CAST(day AS TIMESTAMP) AS time, scope AS metric, sum(uses) AS value
FROM {{schema}}.latest_usage_daily
WHERE $__timeFilter(day)
GROUP BY day, scope
ORDER BY day, scope
