-- Alert when n > 0: days of the last 30 before the newest run on which a workspace has no log although it should.
SELECT count(*) AS n
FROM {{schema}}.latest_coverage_daily
WHERE is_gap AND day >= CAST(as_of AS DATE) - INTERVAL 30 DAYS
