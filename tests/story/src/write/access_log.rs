//! An HTTP access log as an egress proxy would keep it: only calls of tokens, each naming its token. Its facts are a subset
//! of what the audit log shows, better attributed.

use crate::Row;
use crate::time::Time;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Line<'a> {
    time: Time,
    workspace_id: &'static str,
    method: &'static str,
    path: &'static str,
    status: u16,
    token_id: &'a str,
    principal: &'static str,
    source_ip: Option<&'static str>,
    user_agent: Option<&'a str>,
    request_id: &'a str,
}

pub(super) fn line(row: &Row) -> Option<Line<'_>> {
    let call = row.call.as_ref()?;
    Some(Line {
        time: row.time,
        workspace_id: row.workspace,
        method: call.method,
        path: call.path,
        status: row.status,
        token_id: &call.token_id,
        principal: row.identity,
        source_ip: row.address,
        user_agent: row.agent.as_deref(),
        request_id: &row.request_id,
    })
}
