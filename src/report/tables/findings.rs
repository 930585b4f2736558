//! Findings -> the table `findings`.

use super::values::{float, optional, owned, text, time};
use super::{CellType, ReportTable, RowSink, TableValue};
use crate::assess::OperationUse;
use crate::assess::{Finding, Status};

/// Findings, worst first.
pub(crate) static FINDINGS: ReportTable = ReportTable {
    name: "findings",
    about: "what is wrong or about to be, worst first",
    columns: &[
        ("finding_id", CellType::Text),
        ("rule", CellType::Text),
        ("severity", CellType::Text),
        ("confidence", CellType::Text),
        ("status", CellType::Text),
        ("accepted_until", CellType::Time),
        ("workspace_id", CellType::Text),
        ("token_id", CellType::Text),
        ("principal", CellType::Text),
        ("scope", CellType::Text),
        ("title", CellType::Text),
        ("loss_odds", CellType::Float),
        ("window_start", CellType::Time),
        ("window_end", CellType::Time),
        ("reminder", CellType::Time),
        ("enforced", CellType::Time),
        ("next_call_earliest", CellType::Time),
        ("next_call_latest", CellType::Time),
        ("idle_revocation", CellType::Time),
        ("expiry", CellType::Time),
        ("reminder_goes_to", CellType::Text),
        ("evidence", CellType::Text),
        ("advice", CellType::Text),
        ("needed_scopes", CellType::Text),
        ("owner_command", CellType::Text),
        ("admin_command", CellType::Text),
        ("accepted_because", CellType::Text),
        ("last_safe_day", CellType::Day),
    ],
    rows: |report, sink| {
        let mut rows = RowSink::of(report);
        for finding in &report.findings {
            rows.put(sink, finding_cells(finding))?;
        }
        Ok(())
    },
};

fn finding_cells(f: &Finding) -> [TableValue<'_>; 28] {
    let (status, until, because) = match &f.status {
        Status::Open => ("open", None, None),
        Status::Accepted { expires, reason } => ("accepted", Some(*expires), Some(reason.as_str())),
    };
    let evidence: Vec<_> = f
        .evidence
        .operations
        .iter()
        .map(OperationUse::sentence)
        .chain(f.evidence.notes.iter().cloned())
        .collect();
    let remedy = f.remedy.as_ref();
    [
        text(&f.finding_id),
        text(f.rule.name()),
        text(f.severity.name()),
        text(f.confidence.as_str()),
        text(status),
        time(until),
        text(&f.workspace_id),
        optional(f.token_id.as_deref()),
        text(&f.principal),
        optional(f.scope.as_deref()),
        text(&f.title),
        float(f.loss_odds),
        time(f.dates.window_start),
        time(f.dates.window_end),
        time(f.dates.reminder),
        time(f.dates.enforced),
        time(f.dates.next_call.map(|n| n.earliest)),
        time(f.dates.next_call.map(|n| n.latest)),
        time(f.dates.idle_revocation),
        time(f.dates.expiry),
        optional(f.reminder_goes_to.as_deref()),
        owned(evidence.join("; ")),
        text(&f.advice),
        remedy.map_or(TableValue::Null, |r| owned(r.scopes.join(" "))),
        optional(remedy.map(|r| r.owner_command.as_str())),
        optional(remedy.map(|r| r.admin_command.as_str())),
        optional(because),
        f.dates.last_safe_day.map_or(TableValue::Null, TableValue::Day),
    ]
}
