-- Every run, also one without findings.
CREATE OR REPLACE VIEW {{schema}}.runs AS
SELECT run_id, max(as_of) AS as_of
FROM (
  SELECT run_id, as_of FROM {{schema}}.coverage_daily
  UNION
  SELECT run_id, as_of FROM {{schema}}.token_scopes
  UNION
  SELECT run_id, as_of FROM {{schema}}.findings
) AS every_row
GROUP BY run_id;
