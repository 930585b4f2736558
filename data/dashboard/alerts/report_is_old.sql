-- Alert when n = 0: no run of the last 9 days, so the other alerts look at old news.
SELECT count(*) AS n
FROM {{schema}}.runs
WHERE as_of >= current_timestamp - INTERVAL 9 DAYS
