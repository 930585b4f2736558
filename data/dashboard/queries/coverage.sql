-- How much log each workspace has on each day: a day without any proves nothing.
SELECT workspace_id, day, rows AS log_rows, is_gap
FROM {{schema}}.latest_coverage_daily
ORDER BY workspace_id, day
