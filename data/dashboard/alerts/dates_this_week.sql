-- Alert when n > 0: tokens with an open high or medium finding and a mail, enforcement, revocation or expiry within 7 days.
SELECT count(DISTINCT token_id) AS n
FROM {{schema}}.latest_findings
WHERE status = 'open' AND severity IN ('high', 'medium')
  AND ((reminder >= current_timestamp AND reminder < current_timestamp + INTERVAL 7 DAYS)
    OR (enforced >= current_timestamp AND enforced < current_timestamp + INTERVAL 7 DAYS)
    OR (idle_revocation >= current_timestamp AND idle_revocation < current_timestamp + INTERVAL 7 DAYS)
    OR (expiry >= current_timestamp AND expiry < current_timestamp + INTERVAL 7 DAYS))
