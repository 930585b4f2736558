//! A ledger survives being written as a table, and a table from another engine is read or refused with a reason.

use super::*;
use crate::input::event::EventSink;
use crate::input::source::SharedFile;
use crate::input::story::{event, story};
use crate::ledger::{Duplicates, Fold, FoldContext, Ledger, LedgerBuilder, merge};
use arrow::array::{
    ArrayRef, Date32Array, Int32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use std::sync::Arc;

fn ledger() -> Ledger {
    let context = FoldContext {
        duplicates: Duplicates::default(),
        wanted_requests: Default::default(),
        templates: &|_, _| None,
        closed: None,
    };
    let mut fold = Fold::new(&context);
    story(20).rows().iter().for_each(|row| fold.event(&event(row)));
    merge(vec![fold])
}

#[test]
fn a_ledger_survives_its_table() {
    let (one, other) = (ledger(), ledger());
    let mut file = tempfile::tempfile().unwrap();
    write_parquet(other, &mut file).unwrap();
    let mut again = read_parquet(&SharedFile::new(file).unwrap()).unwrap().ledger();
    // Texts that no part uses are not kept; compared under the same numbering.
    let mut same = LedgerBuilder::of(one);
    same.absorb(LedgerBuilder::default());
    let one = same.ledger();
    let text = |l: &Ledger| {
        let rows =
            l.rows.iter().map(|r| format!("{} {:?} {:?}", l.text(r.key.action), r.key.day, r.outcomes));
        (
            rows.collect::<Vec<_>>(),
            l.tally.clone(),
            l.days.len(),
            l.tokens.len(),
            l.addresses.len(),
            l.aliases.len(),
        )
    };
    assert_eq!(text(&again), text(&one));
    again.rows.clear();
}

/// Engines write many row groups, and each is read by whichever thread is free.
#[test]
fn many_row_groups_on_many_threads_are_read_as_one() {
    let mut file = tempfile::tempfile().unwrap();
    let batches = to_batches::batches(ledger()).unwrap();
    let small =
        parquet::file::properties::WriterProperties::builder().set_max_row_group_row_count(Some(20)).build();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut file, batches[0].schema(), Some(small)).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    let groups = writer.close().unwrap().num_row_groups();
    assert!(groups > 20, "{groups}");
    let file = SharedFile::new(file).unwrap();
    let one = ledger();
    let threads = rayon::ThreadPoolBuilder::new().num_threads(8).build().unwrap();
    for _ in 0..100 {
        let again = threads.install(|| read_parquet(&file)).unwrap().ledger();
        assert_eq!((again.rows.len(), &again.tally), (one.rows.len(), &one.tally));
    }
}

fn table(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap()
}

fn texts(of: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(of.to_vec()))
}

#[test]
fn types_and_cases_of_other_engines_are_read() {
    let batch = table(vec![
        ("KIND", texts(&[Some("row"), Some("tally")])),
        ("SCHEMA_VERSION", Arc::new(Int32Array::from(vec![1, 1]))),
        ("LINK", texts(&[Some("sole"), None])),
        ("WORKSPACE", texts(&[Some("7"), None])),
        ("DAY", texts(&[Some("2026-07-01"), None])),
        ("NAME", texts(&[None, Some("rows")])),
        ("EVENTS", texts(&[None, Some("12")])),
        ("SUCCEEDED", Arc::new(Int32Array::from(vec![Some(3), None]))),
        ("FIRST_SUCCEEDED", texts(&[Some("2026-07-01 08:00:00"), None])),
        ("LAST_SUCCEEDED", texts(&[Some("2026-07-01T09:00:00.5Z"), None])),
        ("REMARK", texts(&[Some("ours"), None])),
    ]);
    let mut parts = LedgerBuilder::default();
    read_batch(&batch, &mut parts).unwrap();
    let ledger = parts.ledger();
    assert_eq!(ledger.tally.rows, 12);
    let count = ledger.rows[0].outcomes.succeeded();
    assert_eq!((count.events, count.last.to_string().as_str()), (3, "2026-07-01T09:00:00.500Z"));
    assert_eq!(ledger.text(ledger.rows[0].key.workspace), "7");
}

#[test]
fn what_cannot_be_a_ledger_is_refused_with_a_reason() {
    let row = |kind: &str, version: i64, link: &str, succeeded: i64| {
        let batch = table(vec![
            ("kind", texts(&[Some(kind)])),
            ("schema_version", Arc::new(Int64Array::from(vec![version]))),
            ("link", texts(&[Some(link)])),
            ("day", texts(&[Some("2026-07-01")])),
            ("succeeded", Arc::new(Int64Array::from(vec![succeeded]))),
        ]);
        read_batch(&batch, &mut LedgerBuilder::default()).map_err(|e| e.to_string())
    };
    assert_eq!(row("row", 1, "sole", 0), Ok(()));
    let told = [
        (row("row", 2, "sole", 0), "version 2 of its schema; this build reads version 1"),
        (row("rows", 1, "sole", 0), "is of an unknown kind"),
        (row("row", 1, "surely", 0), "has an unknown link"),
        (row("row", 1, "sole", -1), "counts less than nothing"),
        (row("row", 1, "sole", 1), "without saying when"),
    ];
    for (said, why) in told {
        let said = said.unwrap_err();
        assert!(said.contains(why), "{said}");
    }
}

#[test]
fn days_times_and_counts_that_cannot_be_are_refused() {
    let times = |micros| -> ArrayRef { Arc::new(TimestampMicrosecondArray::from(vec![micros])) };
    let row = |day: i32, time: i64, events: i64, generated: i64, kind: &str| {
        let batch = table(vec![
            ("kind", texts(&[Some(kind)])),
            ("schema_version", Arc::new(Int64Array::from(vec![1]))),
            ("link", texts(&[Some("sole")])),
            ("name", texts(&[Some("rows")])),
            ("day", Arc::new(Date32Array::from(vec![day]))),
            ("events", Arc::new(Int64Array::from(vec![events]))),
            ("first_time", times(time)),
            ("last_time", times(time)),
            ("generated", times(generated)),
        ]);
        read_batch(&batch, &mut LedgerBuilder::default()).map_err(|e| e.to_string())
    };
    let told = [
        (row(i32::MAX, 0, 1, 0, "row"), "one that cannot be"),
        (row(i32::MIN, 0, 1, 0, "day"), "one that cannot be"),
        (row(0, i64::MIN, 1, 0, "tally"), "cannot be"),
        (row(0, 0, 1, i64::MAX, "token"), "cannot be"),
        (row(0, 0, i64::MAX, 0, "tally"), "counts more than can be"),
    ];
    for (said, why) in told {
        let said = said.unwrap_err();
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(["row", "day", "tally", "token"].map(|kind| row(0, 0, 1, 0, kind)), [(); 4].map(Ok));
}

#[test]
fn every_column_has_its_own_name() {
    let names: std::collections::BTreeSet<_> = COLUMNS.iter().map(|c| c.name).collect();
    assert_eq!(names.len(), COLUMNS.len());
    assert_eq!(schema().fields().len(), COLUMNS.len() + 1);
    assert!(COLUMNS.iter().all(|c| c.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
}
