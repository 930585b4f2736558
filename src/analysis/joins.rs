//! Rows -> polars frames, and back as plain values: the one seam to the crate that joins and groups small roll-ups.
//!
//! A join answers with the places of rows and a grouping with texts and sums, so no other module sees a frame. polars finds the
//! equal rows; both results are sorted here, because its groups come in no fixed order.

use crate::error::Error;
use polars::prelude::{
    Column, DataFrame, GroupsIndicator, Int64Chunked, NamedFrom, PolarsError, PolarsResult, Series,
};

impl From<PolarsError> for Error {
    fn from(error: PolarsError) -> Self {
        Self::Relation(error.to_string())
    }
}

/// A table under construction: equally long columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    columns: Vec<Column>,
}

impl Rows {
    /// Adds a column of texts.
    #[must_use]
    pub(crate) fn text<S: AsRef<str>>(mut self, name: &str, values: impl IntoIterator<Item = S>) -> Self {
        let values: Vec<S> = values.into_iter().collect();
        let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
        self.columns.push(Series::new(name.into(), values).into());
        self
    }

    /// Adds a column of whole numbers.
    #[must_use]
    pub(crate) fn number(mut self, name: &str, values: impl IntoIterator<Item = i64>) -> Self {
        let values: Vec<i64> = values.into_iter().collect();
        self.columns.push(Series::new(name.into(), values).into());
        self
    }

    fn frame(self) -> Result<DataFrame, Error> {
        Ok(DataFrame::new_infer_height(self.columns)?)
    }
}

/// A row of a join: its places in the left and in the right table; one of them at least is there.
pub(crate) type Pair = (Option<usize>, Option<usize>);

/// Pairs the rows of two tables whose text columns `keys` are equal; rows without a partner stand alone. In order of the left
/// table, then of the right.
///
/// # Errors
/// When polars refuses, which is a defect here.
pub(crate) fn full_join(left: Rows, right: Rows, keys: &[&str]) -> Result<Vec<Pair>, Error> {
    let names = || keys.iter().copied();
    let left = left.frame()?.select(names())?;
    let both = left.vstack(&right.frame()?.select(names())?)?;
    let mut pairs: Vec<Pair> = Vec::with_capacity(both.height());
    for rows in equal_rows(&both, keys)? {
        let (lefts, rights): (Vec<usize>, Vec<usize>) =
            rows.into_iter().partition(|row| *row < left.height());
        let rights: Vec<usize> = rights.into_iter().map(|row| row - left.height()).collect();
        if lefts.is_empty() {
            pairs.extend(rights.iter().map(|r| (None, Some(*r))));
        } else if rights.is_empty() {
            pairs.extend(lefts.iter().map(|l| (Some(*l), None)));
        } else {
            pairs.extend(lefts.iter().flat_map(|l| rights.iter().map(|r| (Some(*l), Some(*r)))));
        }
    }
    pairs.sort_unstable_by_key(|(l, r)| (l.is_none(), *l, *r));
    Ok(pairs)
}

/// The keys of a group, and its sums.
pub(crate) type Total = (Vec<String>, Vec<u64>);

/// Sums the number columns `sums` over all rows whose text columns `keys` are equal; in order of the keys.
///
/// # Errors
/// When polars refuses, which is a defect here.
pub(crate) fn totals(rows: Rows, keys: &[&str], sums: &[&str]) -> Result<Vec<Total>, Error> {
    let frame = rows.frame()?;
    let texts = keys.iter().map(|k| frame.column(k)?.str()).collect::<PolarsResult<Vec<_>>>()?;
    let numbers = sums.iter().map(|s| frame.column(s)?.i64()).collect::<PolarsResult<Vec<_>>>()?;
    let mut out: Vec<Total> = Vec::new();
    for rows in equal_rows(&frame, keys)? {
        let first = rows.first().copied().unwrap_or_default();
        let group = texts.iter().map(|t| t.get(first).unwrap_or_default().to_owned()).collect();
        let sum = |n: &&Int64Chunked| rows.iter().filter_map(|row| n.get(*row)).sum::<i64>();
        out.push((group, numbers.iter().map(|n| u64::try_from(sum(n)).unwrap_or(0)).collect()));
    }
    out.sort_unstable();
    Ok(out)
}

/// The numbers of the rows that are equal in all columns `keys`, one list per distinct key, in no fixed order.
fn equal_rows(frame: &DataFrame, keys: &[&str]) -> PolarsResult<Vec<Vec<usize>>> {
    let groups = frame.group_by(keys.iter().copied())?.into_groups();
    let rows = |group: GroupsIndicator<'_>| match group {
        GroupsIndicator::Idx((_, rows)) => rows.iter().map(|row| *row as usize).collect(),
        GroupsIndicator::Slice([first, len]) => (first as usize..(first + len) as usize).collect(),
    };
    Ok(groups.iter().map(rows).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_join_pairs_equal_keys_and_keeps_the_lonely() {
        let left = Rows::default().text("token", ["a", "a", "b"]).text("scope", ["jobs", "sql", "jobs"]);
        let right = Rows::default().text("token", ["b", "a", "c"]).text("scope", ["jobs", "sql", "sql"]);
        let pairs = full_join(left, right, &["token", "scope"]).unwrap();
        assert_eq!(pairs, [(Some(0), None), (Some(1), Some(1)), (Some(2), Some(0)), (None, Some(2))]);
    }

    #[test]
    fn nothing_joins_with_nothing() {
        let none = || Rows::default().text::<&str>("key", []);
        assert_eq!(full_join(none(), none(), &["key"]).unwrap(), []);
        assert_eq!(totals(none().number("n", []), &["key"], &["n"]).unwrap(), []);
    }

    proptest! {
        #[test]
        fn totals_are_what_counting_gives(rows in prop::collection::vec(("[ab]", 0i64..9), 0..40)) {
            let table = Rows::default()
                .text("key", rows.iter().map(|r| &r.0))
                .number("n", rows.iter().map(|r| r.1))
                .number("rows", rows.iter().map(|_| 1));
            let mut want: std::collections::BTreeMap<String, (u64, u64)> = Default::default();
            for (key, n) in &rows {
                let entry = want.entry(key.clone()).or_default();
                *entry = (entry.0 + *n as u64, entry.1 + 1);
            }
            let want: Vec<_> = want.into_iter().map(|(k, (n, rows))| (vec![k], vec![n, rows])).collect();
            prop_assert_eq!(totals(table, &["key"], &["n", "rows"]).unwrap(), want);
        }
    }
}
