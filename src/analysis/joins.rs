//! Rows -> polars frames, and back as plain values: the one seam to the crate that joins and groups small roll-ups.
//!
//! A join answers with the places of rows and a grouping with texts and sums, so no other module sees a frame. Both come back
//! in an order of their own making: hash tables inside polars cannot show.

use crate::error::Error;
use polars::prelude::{Column, DataFrame, IntoLazy, JoinArgs, JoinType, NamedFrom, Series, col};

const LEFT: &str = "left row";
const RIGHT: &str = "right row";

/// A table under construction: equally long columns.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    columns: Vec<Column>,
}

impl Rows {
    /// Adds a column of texts.
    #[must_use]
    pub fn text<S: AsRef<str>>(mut self, name: &str, values: impl IntoIterator<Item = S>) -> Self {
        let values: Vec<S> = values.into_iter().collect();
        let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
        self.columns.push(Series::new(name.into(), values).into());
        self
    }

    /// Adds a column of whole numbers.
    #[must_use]
    pub fn number(mut self, name: &str, values: impl IntoIterator<Item = i64>) -> Self {
        let values: Vec<i64> = values.into_iter().collect();
        self.columns.push(Series::new(name.into(), values).into());
        self
    }

    fn frame(self) -> Result<DataFrame, Error> {
        Ok(DataFrame::new_infer_height(self.columns)?)
    }

    /// The frame with the place of each row beside it.
    fn numbered(self, name: &str) -> Result<DataFrame, Error> {
        let rows = self.columns.first().map_or(0, Column::len);
        self.number(name, 0..i64::try_from(rows).unwrap_or(i64::MAX)).frame()
    }
}

/// A row of a join: its places in the left and in the right table; one of them at least is there.
pub type Pair = (Option<usize>, Option<usize>);

/// Pairs the rows of two tables whose text columns `keys` are equal; rows without a partner stand alone. In order of the left
/// table, then of the right.
///
/// # Errors
/// When polars refuses, which is a defect here.
pub fn full_join(left: Rows, right: Rows, keys: &[&str]) -> Result<Vec<Pair>, Error> {
    let on: Vec<_> = keys.iter().map(|k| col(*k)).collect();
    let joined = left
        .numbered(LEFT)?
        .lazy()
        .join(right.numbered(RIGHT)?.lazy(), &on, &on, JoinArgs::new(JoinType::Full))
        .select([col(LEFT), col(RIGHT)])
        .collect()?;
    let place = |n: Option<i64>| n.and_then(|n| usize::try_from(n).ok());
    let (lefts, rights) = (joined.column(LEFT)?.i64()?, joined.column(RIGHT)?.i64()?);
    let mut pairs: Vec<Pair> = lefts.iter().zip(rights.iter()).map(|(l, r)| (place(l), place(r))).collect();
    pairs.sort_unstable_by_key(|(l, r)| (l.is_none(), *l, *r));
    Ok(pairs)
}

/// The keys of a group, and its sums.
pub type Total = (Vec<String>, Vec<u64>);

/// Sums the number columns `sums` over all rows whose text columns `keys` are equal; in order of the keys.
///
/// # Errors
/// When polars refuses, which is a defect here.
pub fn totals(rows: Rows, keys: &[&str], sums: &[&str]) -> Result<Vec<Total>, Error> {
    let by: Vec<_> = keys.iter().map(|k| col(*k)).collect();
    let summed: Vec<_> = sums.iter().map(|s| col(*s).sum()).collect();
    let frame = rows.frame()?.lazy().group_by(by).agg(summed).collect()?;
    let mut out: Vec<Total> = vec![Default::default(); frame.height()];
    for key in keys {
        for (row, text) in out.iter_mut().zip(frame.column(key)?.str()?.iter()) {
            row.0.push(text.unwrap_or_default().to_owned());
        }
    }
    for sum in sums {
        for (row, n) in out.iter_mut().zip(frame.column(sum)?.i64()?.iter()) {
            row.1.push(n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0));
        }
    }
    out.sort_unstable();
    Ok(out)
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
