//! Calls and logins of open days, unlinked, and the fingerprints of their rows: what the next run of ingest starts from.

use crate::input::event::Outcome;
use crate::ledger::columns::{Texts, texts, words};
use crate::ledger::fold::{Act, LoginRecord, Meeting, Wanted};
use crate::ledger::link::{Call, Credential, Login};
use crate::ledger::names::{Id, Names};
use crate::ledger::numbers::Numbers;
use crate::ledger::prints::Print;
use crate::ledger::share::Share;
use crate::ledger::waiting::Waiting;
use crate::support::time::{Day, Time};
use arrow::array::{
    ArrayRef, AsArray, Date32Array, Int64Array, RecordBatch, TimestampMicrosecondArray, UInt32Array,
    UInt64Array,
};
use arrow::datatypes::{Date32Type, TimestampMicrosecondType, UInt32Type, UInt64Type};
use arrow::error::ArrowError;
use std::sync::Arc;

/// What a row of the file is.
const CALL: &str = "call";
const LOGIN: &str = "login";
const OTHER: &str = "other";
const WANTED: &str = "wanted";

const OUTCOMES: [(&str, Outcome); 3] =
    [("succeeded", Outcome::Succeeded), ("denied", Outcome::Denied), ("failed", Outcome::Failed)];

/// Which of the waiting records to keep.
pub(super) trait Keep {
    fn call(&self, m: &Meeting, time: Time) -> bool;
    fn login(&self, m: &Meeting, time: Time) -> bool;
    fn other(&self, m: &Meeting, time: Time) -> bool;
    fn wanted(&self, m: &Meeting, time: Time) -> bool;
}

#[derive(Clone, Copy)]
struct Record {
    kind: &'static str,
    key: u32,
    act: Option<u32>,
    token: Option<Id>,
    time: Time,
    run: u32,
    mark: u32,
    request: Option<u64>,
}

/// The records to keep, as a table.
pub(super) fn batch(names: &Names, waiting: &Waiting, keep: &impl Keep) -> Result<RecordBatch, ArrowError> {
    let meeting = |key: u32| &waiting.meetings[key as usize];
    let call = |kind, c: &Call, request| Record {
        kind,
        key: c.key,
        act: Some(c.action),
        token: None,
        time: c.time,
        run: c.run,
        mark: c.mark,
        request,
    };
    let login = |kind, l: &Login, run, mark| Record {
        kind,
        key: l.key,
        act: None,
        token: l.credential.token(),
        time: l.time,
        run,
        mark,
        request: None,
    };
    let calls =
        waiting.calls.iter().filter(|c| keep.call(meeting(c.key), c.time)).map(|c| call(CALL, c, None));
    let logins = waiting.logins.iter().filter(|r| keep.login(meeting(r.login.key), r.login.time));
    let logins = logins.map(|r| login(LOGIN, &r.login, r.run, r.mark));
    let others = waiting.others.iter().filter(|l| keep.other(meeting(l.key), l.time));
    let others = others.map(|l| login(OTHER, l, 0, 0));
    let wanted = waiting.wanted.iter().filter(|w| keep.wanted(meeting(w.call.key), w.call.time));
    let wanted = wanted.map(|w| call(WANTED, &w.call, Some(w.request)));
    let mut records: Vec<Record> = calls.chain(logins).chain(others).chain(wanted).collect();
    let order = |r: &Record| {
        (
            r.kind,
            *meeting(r.key),
            r.time,
            r.act.map(|a| waiting.acts[a as usize].action),
            r.token,
            r.run,
            r.mark,
        )
    };
    records.sort_by_key(order);
    let key = |part: fn(&Meeting) -> Id| texts(names, records.iter().map(|r| Some(part(meeting(r.key)))));
    let act = |part: fn(&Act) -> Id| {
        texts(names, records.iter().map(|r| r.act.map(|a| part(&waiting.acts[a as usize]))))
    };
    let outcome = |r: &Record| {
        let outcome = r.act.map_or(Outcome::Succeeded, |a| waiting.acts[a as usize].outcome);
        OUTCOMES[outcome as usize].0
    };
    let times: TimestampMicrosecondArray = records.iter().map(|r| Some(r.time.0)).collect();
    let columns: [(&str, ArrayRef); 12] = [
        ("kind", words(records.iter().map(|r| r.kind))?),
        ("workspace", key(|m| m.workspace)?),
        ("principal", key(|m| m.principal)?),
        ("address", key(|m| m.address)?),
        ("agent", key(|m| m.agent)?),
        ("action", act(|a| a.action)?),
        ("named", act(|a| a.named)?),
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

/// The records of an earlier run as a share of this one; `None` if the table is not one of them.
pub(super) fn share(batches: &[RecordBatch]) -> Option<(Names, Share)> {
    let (mut names, mut share) = (Names::default(), Share::default());
    let (mut meetings, mut acts) = (Numbers::default(), Numbers::default());
    for batch in batches {
        let column = |name| batch.column_by_name(name).map(AsRef::as_ref);
        let mut text = |name| Texts::found(column(name)?, &mut names);
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
            let key = meetings.number(Meeting {
                workspace: workspace.id(i),
                principal: principal.id(i),
                address: address.id(i),
                agent: agent.id(i),
            });
            let time = Some(Time(times.value(i))).filter(|t| t.is_plausible())?;
            let (run, mark) = (runs.value(i), marks.value(i));
            let kind = kinds[kind.place(i)?]?;
            if kind == LOGIN || kind == OTHER {
                let credential = if kind == LOGIN { Credential(token.id(i)) } else { Credential::OTHER };
                let login = Login { key, time, credential };
                if kind == LOGIN {
                    share.logins.push(LoginRecord { login, run, mark });
                } else {
                    share.others.push(login);
                }
                continue;
            }
            let act = Act { action: action.id(i), named: named.id(i), outcome: outcomes[outcome.place(i)?]? };
            let call = Call { key, action: acts.number(act), time, run, mark };
            if kind == CALL {
                share.calls.push(call);
            } else {
                share.wanted.push(Wanted { request: requests.value(i), call });
            }
        }
    }
    (share.meetings, share.acts) = (meetings.list, acts.list);
    Some((names, share))
}

/// Fingerprints of the rows of one day of a workspace.
pub(super) type DayOfPrints = ((Id, Day), Vec<Print>);

/// Fingerprints as a table.
pub(super) fn prints_batch(names: &Names, days: &[DayOfPrints]) -> Result<RecordBatch, ArrowError> {
    let each = || days.iter().flat_map(|((w, d), prints)| prints.iter().map(move |p| (*w, *d, *p)));
    let columns: [(&str, ArrayRef); 4] = [
        ("workspace", texts(names, each().map(|(w, ..)| Some(w)))?),
        ("day", Arc::new(each().map(|(_, d, _)| Some(d.0)).collect::<Date32Array>())),
        ("id", Arc::new(each().map(|(.., p)| Some(p.id.cast_signed())).collect::<Int64Array>())),
        ("content", Arc::new(each().map(|(.., p)| Some(p.content)).collect::<UInt32Array>())),
    ];
    RecordBatch::try_from_iter(columns)
}

/// Fingerprints of an earlier run; `None` if the table is not one of them.
pub(super) fn prints(batches: &[RecordBatch], names: &mut Names) -> Option<Vec<DayOfPrints>> {
    let mut days: Vec<DayOfPrints> = Vec::new();
    for batch in batches {
        let column = |name| batch.column_by_name(name).map(AsRef::as_ref);
        let workspace = Texts::found(column("workspace")?, names)?;
        let days_of = column("day")?.as_primitive_opt::<Date32Type>()?;
        let id = column("id")?.as_primitive_opt::<arrow::datatypes::Int64Type>()?;
        let content = column("content")?.as_primitive_opt::<UInt32Type>()?;
        for i in 0..batch.num_rows() {
            let day = Some(Day(days_of.value(i))).filter(|d| d.start().is_plausible())?;
            let key = (workspace.id(i), day);
            let print = Print { id: id.value(i).cast_unsigned(), content: content.value(i) };
            match days.last_mut() {
                Some((last, prints)) if *last == key => prints.push(print),
                _ => days.push((key, vec![print])),
            }
        }
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{DictionaryArray, StringArray};

    fn table(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap()
    }

    fn prints_of(workspace: ArrayRef, day: i32) -> Option<Vec<DayOfPrints>> {
        let batch = table(vec![
            ("workspace", workspace),
            ("day", Arc::new(Date32Array::from(vec![day]))),
            ("id", Arc::new(Int64Array::from(vec![1]))),
            ("content", Arc::new(UInt32Array::from(vec![2]))),
        ]);
        prints(&[batch], &mut Names::default())
    }

    #[test]
    fn what_this_build_never_wrote_is_no_table_of_prints() {
        let words = || Arc::new(DictionaryArray::<arrow::datatypes::Int32Type>::from_iter(["7"]));
        assert_eq!(prints_of(words(), 20_000).map(|days| days.len()), Some(1));
        assert_eq!(prints_of(words(), i32::MAX), None);
        assert_eq!(prints_of(Arc::new(StringArray::from(vec!["7"])), 20_000), None);
        assert_eq!(prints_of(Arc::new(Int64Array::from(vec![7])), 20_000), None);
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
            share(&[table(columns)]).map(|(_, share)| share.others.len())
        };
        assert_eq!(records(word(), 0), Some(1));
        assert_eq!(records(word(), i64::MAX), None);
        assert_eq!(records(Arc::new(StringArray::from(vec!["cli"])), 0), None);
    }
}
