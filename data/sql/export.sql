-- The audit log of the last year, with only the columns and parameters that scopecast reads, for {{engine}}.
{{into}}SELECT account_id, workspace_id, event_time, source_ip_address, user_agent, user_identity, service_name, action_name,
       request_id, event_id, audit_level,
       {{params_kept:{{params}}}} AS request_params,
       {{response_kept}} AS response
FROM {{table}}
WHERE event_time >= current_date() - INTERVAL 365 DAYS{{end}};
