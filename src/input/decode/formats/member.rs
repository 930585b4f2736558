//! What a format of logs declares about itself: how its JSON objects or its tables are recognised, and what its keys and columns
//! mean.

use crate::input::decode::field::EventField;
use crate::input::decode::raw_record::RawRecord;
use crate::input::file_kind::{FileKind, LogFormat};

/// A kind of JSON file, recognised by the keys of its objects.
pub(crate) struct JsonKind {
    pub(crate) kind: FileKind,
    /// What the keys of a record mean. A key may belong to several formats, but it means the same in all of them.
    pub(crate) keys: &'static [(&'static str, EventField)],
    /// Whether an object with these keys is of this kind.
    pub(crate) is_it: fn(&ObjectKeys<'_>) -> bool,
    /// Fills in fields that follow from others.
    pub(crate) complete: Option<fn(&mut RawRecord<'_>)>,
}

/// The keys of one JSON object, as far as the bytes go.
#[derive(Default)]
pub(crate) struct ObjectKeys<'a> {
    pub(crate) names: Vec<&'a str>,
    /// What the names mean as keys of a record, and through `--field`.
    pub(crate) fields: Vec<EventField>,
    /// The key of a list whose first object the names are from.
    pub(crate) wrapper: Option<&'a str>,
    /// The bytes end before the object does.
    pub(crate) cut_off: bool,
    /// The end of the object was seen, or that of the first object of its list.
    pub(crate) whole: bool,
}

impl ObjectKeys<'_> {
    pub(crate) fn has(&self, key: &str) -> bool {
        self.names.contains(&key)
    }

    pub(crate) fn any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.has(key))
    }

    pub(crate) fn means(&self, field: EventField) -> bool {
        self.fields.contains(&field)
    }
}

/// A kind of table of log rows, as CSV or Parquet, recognised by the names of its columns.
pub(crate) struct LogTable {
    pub(crate) as_csv: LogFormat,
    pub(crate) as_parquet: LogFormat,
    /// Whether a table with these columns is of this kind.
    pub(crate) is_it: fn(&ColumnNames<'_>) -> bool,
    /// The field that a column holds, by its [`normal`] name.
    pub(crate) field: fn(&str) -> Option<EventField>,
    /// The columns without which the table is refused: any of the fields is enough, and the name is the one for the message.
    pub(crate) required: &'static [(&'static [EventField], &'static str)],
    /// Fills in fields that follow from others.
    pub(crate) complete: Option<fn(&mut RawRecord<'_>)>,
}

/// The names of a table's columns.
pub(crate) struct ColumnNames<'a> {
    /// As the table has them, and [`normal`].
    pub(crate) names: Vec<(&'a str, String)>,
    /// Columns that `--field` maps.
    pub(crate) mapped: &'a [(String, EventField)],
}

impl<'a> ColumnNames<'a> {
    pub(crate) fn of(names: impl Iterator<Item = &'a str>, mapped: &'a [(String, EventField)]) -> Self {
        Self { names: names.map(|name| (name, normal(name))).collect(), mapped }
    }

    /// Whether there is a column of this [`normal`] name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|(_, n)| n == name)
    }

    /// The field of each column, under the names that `field` knows.
    pub(crate) fn fields(
        &self,
        field: fn(&str) -> Option<EventField>,
    ) -> impl Iterator<Item = Option<EventField>> {
        self.names.iter().map(move |(raw, normal)| self.mapped(raw).or_else(|| field(normal)))
    }

    /// Whether a column holds one of the fields, under the names that `field` knows.
    pub(crate) fn any(&self, field: fn(&str) -> Option<EventField>, wanted: &[EventField]) -> bool {
        self.fields(field).flatten().any(|f| wanted.contains(&f))
    }

    fn mapped(&self, name: &str) -> Option<EventField> {
        self.mapped.iter().find(|(n, _)| n == name).map(|(_, f)| *f)
    }
}

/// Letters and digits in lower case: what all spellings of one name share. A zone in brackets (`TimeGenerated [UTC]`) and Azure's
/// leading underscore are dropped.
pub(crate) fn normal(name: &str) -> String {
    let name = name.trim_start_matches('\u{feff}');
    let name = name.split_once(" [").map_or(name, |(name, _)| name);
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
