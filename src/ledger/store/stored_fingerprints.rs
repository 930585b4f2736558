//! The fingerprints of the rows of open days, as a table: a later run of ingest recognises duplicates by them.

use crate::ledger::fingerprints::RowFingerprint;
use crate::ledger::interner::{Id, Interner};
use crate::ledger::text_column::{TextColumn, texts};
use crate::support::time::Day;
use arrow::array::{ArrayRef, AsArray, Date32Array, Int64Array, RecordBatch, UInt32Array};
use arrow::datatypes::{Date32Type, Int64Type, UInt32Type};
use arrow::error::ArrowError;
use std::sync::Arc;

/// Fingerprints of the rows of one day of a workspace.
pub(super) type RowsOfDay = ((Id, Day), Vec<RowFingerprint>);

/// Writes fingerprints as a table.
pub(super) fn fingerprints_batch(names: &Interner, days: &[RowsOfDay]) -> Result<RecordBatch, ArrowError> {
    let each = || days.iter().flat_map(|((w, d), list)| list.iter().map(move |p| (*w, *d, *p)));
    let columns: [(&str, ArrayRef); 4] = [
        ("workspace", texts(names, each().map(|(w, ..)| Some(w)))?),
        ("day", Arc::new(each().map(|(_, d, _)| Some(d.0)).collect::<Date32Array>())),
        ("id", Arc::new(each().map(|(.., p)| Some(p.id.cast_signed())).collect::<Int64Array>())),
        ("content", Arc::new(each().map(|(.., p)| Some(p.content)).collect::<UInt32Array>())),
    ];
    RecordBatch::try_from_iter(columns)
}

/// Reads the fingerprints that an earlier run wrote; `None` if the table was not written by this program.
pub(super) fn read_fingerprints(batches: &[RecordBatch], names: &mut Interner) -> Option<Vec<RowsOfDay>> {
    let mut days: Vec<RowsOfDay> = Vec::new();
    for batch in batches {
        let column = |name| batch.column_by_name(name).map(AsRef::as_ref);
        let workspace = TextColumn::found(column("workspace")?, names)?;
        let days_of = column("day")?.as_primitive_opt::<Date32Type>()?;
        let id = column("id")?.as_primitive_opt::<Int64Type>()?;
        let content = column("content")?.as_primitive_opt::<UInt32Type>()?;
        for i in 0..batch.num_rows() {
            let day = Some(Day(days_of.value(i))).filter(|d| d.start().is_plausible())?;
            let key = (workspace.id(i), day);
            let fingerprint = RowFingerprint { id: id.value(i).cast_unsigned(), content: content.value(i) };
            match days.last_mut() {
                Some((last, list)) if *last == key => list.push(fingerprint),
                _ => days.push((key, vec![fingerprint])),
            }
        }
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{DictionaryArray, StringArray};
    use arrow::datatypes::Int32Type;

    fn read(workspace: ArrayRef, day: i32) -> Option<Vec<RowsOfDay>> {
        let batch = RecordBatch::try_from_iter(vec![
            ("workspace", workspace),
            ("day", Arc::new(Date32Array::from(vec![day]))),
            ("id", Arc::new(Int64Array::from(vec![1]))),
            ("content", Arc::new(UInt32Array::from(vec![2]))),
        ])
        .unwrap();
        read_fingerprints(&[batch], &mut Interner::default())
    }

    #[test]
    fn what_this_build_never_wrote_is_no_table_of_fingerprints() {
        let words = || Arc::new(DictionaryArray::<Int32Type>::from_iter(["7"]));
        assert_eq!(read(words(), 20_000).map(|days| days.len()), Some(1));
        assert_eq!(read(words(), i32::MAX), None);
        assert_eq!(read(Arc::new(StringArray::from(vec!["7"])), 20_000), None);
        assert_eq!(read(Arc::new(Int64Array::from(vec![7])), 20_000), None);
    }
}
