CREATE OR REPLACE VIEW {{schema}}.latest_{{table}} AS
SELECT * FROM {{schema}}.{{table}}
WHERE run_id = (SELECT run_id FROM {{schema}}.runs ORDER BY as_of DESC, run_id LIMIT 1);
