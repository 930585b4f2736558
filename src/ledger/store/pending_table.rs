//! Pending calls and logins of open days as a table: a later run of ingest links them together with its own.

use super::open_days::OpenDays;
use crate::input::event::Outcome;
use crate::ledger::interner::{Id, Interner};
use crate::ledger::keys::{ActionKey, ClientKey};
use crate::ledger::link::{Call, Login, LoginCredential};
use crate::ledger::pending_calls::{LoginRecord, PendingCalls, WantedCall};
use crate::ledger::text_column::{TextColumn, texts, words};
use crate::support::time::Time;
use arrow::array::{ArrayRef, AsArray, RecordBatch, TimestampMicrosecondArray, UInt32Array, UInt64Array};
use arrow::datatypes::{TimestampMicrosecondType, UInt32Type, UInt64Type};
use arrow::error::ArrowError;
use std::sync::Arc;

/// The kinds of rows in the table.
const CALL: &str = "call";
const LOGIN: &str = "login";
const OTHER: &str = "other";
const WANTED: &str = "wanted";

const OUTCOMES: [(&str, Outcome); 3] =
    [("succeeded", Outcome::Succeeded), ("denied", Outcome::Denied), ("failed", Outcome::Failed)];

#[derive(Clone, Copy)]
struct PendingRow {
    kind: &'static str,
    key: u32,
    action: Option<u32>,
    token: Option<Id>,
    time: Time,
    run: u32,
    mark: u32,
    request: Option<u64>,
}

/// Writes the calls and logins that later runs need as a table.
pub(super) fn pending_batch(
    names: &Interner,
    pending: &PendingCalls,
    days: &OpenDays,
) -> Result<RecordBatch, ArrowError> {
    let client = |key: u32| pending.clients.key(key);
    let action = |number: u32| pending.actions.key(number);
    let call = |kind, c: &Call, request| PendingRow {
        kind,
        key: c.key,
        action: Some(c.action),
        token: None,
        time: c.time,
        run: c.run,
        mark: c.mark,
        request,
    };
    let login = |kind, l: &Login, run, mark| PendingRow {
        kind,
        key: l.key,
        action: None,
        token: l.credential.token(),
        time: l.time,
        run,
        mark,
        request: None,
    };
    let calls =
        pending.calls.iter().filter(|c| days.keeps_call(client(c.key), c.time)).map(|c| call(CALL, c, None));
    let logins = pending.logins.iter().filter(|r| days.keeps_login(client(r.login.key), r.login.time));
    let logins = logins.map(|r| login(LOGIN, &r.login, r.run, r.mark));
    let others = pending.other_logins.iter().filter(|l| days.keeps_other_login(client(l.key), l.time));
    let others = others.map(|l| login(OTHER, l, 0, 0));
    let wanted = pending.wanted.iter().filter(|w| days.keeps_wanted(client(w.call.key), w.call.time));
    let wanted = wanted.map(|w| call(WANTED, &w.call, Some(w.request)));
    let mut records: Vec<PendingRow> = calls.chain(logins).chain(others).chain(wanted).collect();
    let order = |r: &PendingRow| {
        (r.kind, *client(r.key), r.time, r.action.map(|a| action(a).action), r.token, r.run, r.mark)
    };
    records.sort_by_key(order);
    let key = |part: fn(&ClientKey) -> Id| texts(names, records.iter().map(|r| Some(part(client(r.key)))));
    let action_text =
        |part: fn(&ActionKey) -> Id| texts(names, records.iter().map(|r| r.action.map(|a| part(action(a)))));
    let outcome = |r: &PendingRow| {
        let outcome = r.action.map_or(Outcome::Succeeded, |a| action(a).outcome);
        OUTCOMES[outcome as usize].0
    };
    let times: TimestampMicrosecondArray = records.iter().map(|r| Some(r.time.0)).collect();
    let columns: [(&str, ArrayRef); 12] = [
        ("kind", words(records.iter().map(|r| r.kind))?),
        ("workspace", key(|m| m.workspace)?),
        ("principal", key(|m| m.principal)?),
        ("address", key(|m| m.address)?),
        ("agent", key(|m| m.agent)?),
        ("action", action_text(|a| a.action)?),
        ("named", action_text(|a| a.named)?),
        ("outcome", words(records.iter().map(outcome))?),
        ("token", texts(names, records.iter().map(|r| r.token))?),
        ("time", Arc::new(times.with_timezone("UTC"))),
        ("run", Arc::new(records.iter().map(|r| Some(r.run)).collect::<UInt32Array>())),
        ("mark", Arc::new(records.iter().map(|r| Some(r.mark)).collect::<UInt32Array>())),
    ];
    let requests: UInt64Array = records.iter().map(|r| r.request).collect();
    let nullable = |(name, array)| (name, array, true);
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().chain([("request", Arc::new(requests) as ArrayRef)]).map(nullable),
    )
}

/// Reads the calls and logins that an earlier run wrote; `None` if the table was not written by this program.
pub(super) fn read_pending(batches: &[RecordBatch]) -> Option<(Interner, PendingCalls)> {
    let (mut names, mut pending) = (Interner::default(), PendingCalls::default());
    for batch in batches {
        let column = |name| batch.column_by_name(name).map(AsRef::as_ref);
        let mut text = |name| TextColumn::found(column(name)?, &mut names);
        let (kind, outcome) = (text("kind")?, text("outcome")?);
        let (workspace, principal) = (text("workspace")?, text("principal")?);
        let (address, agent) = (text("address")?, text("agent")?);
        let (action, named, token) = (text("action")?, text("named")?, text("token")?);
        let times = column("time")?.as_primitive_opt::<TimestampMicrosecondType>()?;
        let runs = column("run")?.as_primitive_opt::<UInt32Type>()?;
        let marks = column("mark")?.as_primitive_opt::<UInt32Type>()?;
        let requests = column("request")?.as_primitive_opt::<UInt64Type>()?;
        let kinds = kind.meaning(&names, |k| [CALL, LOGIN, OTHER, WANTED].into_iter().find(|w| *w == k));
        let outcomes = outcome.meaning(&names, |o| OUTCOMES.iter().find(|(w, _)| *w == o).map(|(_, o)| *o));
        for i in 0..batch.num_rows() {
            let key = pending.clients.number(ClientKey {
                workspace: workspace.id(i),
                principal: principal.id(i),
                address: address.id(i),
                agent: agent.id(i),
            });
            let time = Some(Time(times.value(i))).filter(|t| t.is_plausible())?;
            let (run, mark) = (runs.value(i), marks.value(i));
            let kind = kinds[kind.place(i)?]?;
            if kind == LOGIN || kind == OTHER {
                let credential =
                    if kind == LOGIN { LoginCredential(token.id(i)) } else { LoginCredential::OTHER };
                let login = Login { key, time, credential };
                if kind == LOGIN {
                    pending.logins.push(LoginRecord { login, run, mark });
                } else {
                    pending.other_logins.push(login);
                }
                continue;
            }
            let key_of_action =
                ActionKey { action: action.id(i), named: named.id(i), outcome: outcomes[outcome.place(i)?]? };
            let call = Call { key, action: pending.actions.number(key_of_action), time, run, mark };
            if kind == CALL {
                pending.calls.push(call);
            } else {
                pending.wanted.push(WantedCall { request: requests.value(i), call });
            }
        }
    }
    Some((names, pending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringArray;

    fn table(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap()
    }

    #[test]
    fn what_this_build_never_wrote_is_no_table_of_records() {
        let word = || words(std::iter::once(OTHER)).unwrap();
        let records = |agent: ArrayRef, time: i64| {
            let number = || Arc::new(UInt32Array::from(vec![0]));
            let texts = ["workspace", "principal", "address", "action", "named", "outcome", "token"];
            let mut columns: Vec<(&str, ArrayRef)> = texts.map(|name| (name, word())).into();
            columns.extend([("kind", word()), ("agent", agent)]);
            columns.push(("time", Arc::new(TimestampMicrosecondArray::from(vec![time]))));
            columns.extend([("run", number() as ArrayRef), ("mark", number())]);
            columns.push(("request", Arc::new(UInt64Array::from(vec![0]))));
            read_pending(&[table(columns)]).map(|(_, pending)| pending.other_logins.len())
        };
        assert_eq!(records(word(), 0), Some(1));
        assert_eq!(records(word(), i64::MAX), None);
        assert_eq!(records(Arc::new(StringArray::from(vec!["cli"])), 0), None);
    }
}
