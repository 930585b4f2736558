//! Which leaves of a Parquet schema are needed, and their values in a batch as texts: every engine nests, names and types
//! them differently.

use crate::input::decode::field::EventField;
use crate::input::decode::formats::normal;
use crate::input::decode::table_columns::Columns;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringViewArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Field as ArrowField, Fields, Int64Type, Schema, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow::error::ArrowError;
use parquet::basic::Type as Physical;
use parquet::schema::types::SchemaDescriptor;
use std::sync::Arc;

/// A leaf of the schema that holds a field.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) index: usize,
    pub(super) path: Vec<String>,
    pub(super) field: EventField,
}

/// The needed leaves of a file. Those of the request parameters are separate, because most rows do not need them.
#[derive(Debug)]
pub(super) struct Leaves {
    pub(super) plain: Vec<Leaf>,
    pub(super) params: Vec<Leaf>,
    /// The columns of the row itself, without the parameters.
    pub(super) columns: Columns,
    pub(super) names: Vec<String>,
}

impl Leaves {
    /// `None` if this is not a known table. `constants` are columns whose values are in folder names.
    pub(super) fn of(schema: &SchemaDescriptor, constants: &[(String, String)]) -> Option<Self> {
        let paths: Vec<&[String]> = schema.columns().iter().map(|c| c.path().parts()).collect();
        // Inside a map or list, engines use names of their own: only the column's name counts.
        let repeated = |i: usize| schema.column(i).max_rep_level() > 0;
        let name = |i: usize| if repeated(i) { paths[i][0].clone() } else { paths[i].join(".") };
        let mut names: Vec<String> = (0..paths.len()).map(name).collect();
        names.extend(constants.iter().map(|(name, _)| name.clone()));
        let columns = Columns::of(names.iter().map(String::as_str), &[])?;
        let (mut plain, mut params) = (Vec::new(), Vec::new());
        for (index, path) in paths.iter().enumerate() {
            let Some(field) = columns.fields[index] else { continue };
            let of_params = path.len() > 1 && normal(&path[0]) == "requestparams";
            if repeated(index) && !of_params {
                continue;
            }
            let leaf = Leaf { index, path: path.to_vec(), field };
            if of_params || field == EventField::Params { params.push(leaf) } else { plain.push(leaf) }
        }
        names.dedup();
        Some(Self { plain, params, columns, names })
    }
}

/// The schema to read with: texts as views into the pages, so that nothing is copied, and INT96 without overflow.
pub(super) fn views(schema: &Schema, parquet: &SchemaDescriptor) -> Schema {
    let int96: Vec<&str> = parquet
        .columns()
        .iter()
        .filter(|c| c.physical_type() == Physical::INT96)
        .map(|c| c.path().parts().last().map_or("", String::as_str))
        .collect();
    Schema::new_with_metadata(
        schema.fields().iter().map(|f| view(f, &int96)).collect::<Fields>(),
        schema.metadata().clone(),
    )
}

fn view(field: &Arc<ArrowField>, int96: &[&str]) -> Arc<ArrowField> {
    let typ = match field.data_type() {
        DataType::Utf8 | DataType::Binary => DataType::Utf8View,
        DataType::Timestamp(TimeUnit::Nanosecond, None) if int96.contains(&field.name().as_str()) => {
            DataType::Timestamp(TimeUnit::Microsecond, None)
        }
        // A zone changes only how a moment is shown, and its name would need a table of zones.
        DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some("+00:00".into())),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(|f| view(f, int96)).collect()),
        DataType::Map(entries, sorted) => DataType::Map(view(entries, int96), *sorted),
        DataType::List(item) => DataType::List(view(item, int96)),
        other => other.clone(),
    };
    Arc::new(field.as_ref().clone().with_data_type(typ))
}

/// One column of a batch.
pub(super) enum Cells {
    Text(ParquetTexts),
    /// Microseconds.
    Times(Vec<Option<i64>>),
    /// ParquetTexts as keys and values: row `n` has the entries from `offsets[n]` to `offsets[n + 1]`.
    Map {
        offsets: Vec<i32>,
        keys: ParquetTexts,
        values: ParquetTexts,
    },
}

impl Cells {
    pub(super) fn text(&self, row: usize) -> Option<&str> {
        match self {
            Self::Text(texts) => texts.text(row),
            _ => None,
        }
    }
}

/// The needed columns of a batch; a map's two leaves become one column.
pub(super) fn cells(batch: &RecordBatch, leaves: &[Leaf]) -> Result<Vec<(EventField, Cells)>, ArrowError> {
    let mut all = Vec::with_capacity(leaves.len());
    let mut maps: Vec<&str> = Vec::new();
    for leaf in leaves {
        let root = leaf.path[0].as_str();
        let Some(mut array) = batch.column_by_name(root).cloned() else { continue };
        if matches!(array.data_type(), DataType::Map(..) | DataType::List(_)) {
            if !maps.contains(&root) {
                maps.push(root);
                all.extend(map(&array)?.map(|cells| (leaf.field, cells)));
            }
            continue;
        }
        for name in &leaf.path[1..] {
            let child = array.as_struct_opt().and_then(|s| s.column_by_name(name).cloned());
            match child {
                Some(child) => array = child,
                None => break,
            }
        }
        all.push((leaf.field, column(&array, leaf.field)?));
    }
    Ok(all)
}

fn column(array: &ArrayRef, field: EventField) -> Result<Cells, ArrowError> {
    if let DataType::Timestamp(unit, _) = array.data_type() {
        return Ok(Cells::Times(micros(array, *unit)));
    }
    if array.data_type().is_temporal() && matches!(field, EventField::Time | EventField::StoredTime) {
        let array = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
        return Ok(Cells::Times(micros(&array, TimeUnit::Microsecond)));
    }
    // Engines turn whole numbers with gaps into floats, which would print as 77.0.
    let whole =
        array.data_type().is_floating() && !matches!(field, EventField::Time | EventField::StoredTime);
    let array = if whole { &cast(array, &DataType::Int64)? } else { array };
    ParquetTexts::of(array).map(Cells::Text)
}

/// Texts, some null.
pub(super) struct ParquetTexts(StringViewArray);

impl ParquetTexts {
    fn of(array: &ArrayRef) -> Result<Self, ArrowError> {
        match array.as_string_view_opt() {
            Some(texts) => Ok(Self(texts.clone())),
            None => cast(array, &DataType::Utf8View).map(|a| Self(a.as_string_view().clone())),
        }
    }

    /// The text of a row; `None` for null.
    pub(super) fn text(&self, row: usize) -> Option<&str> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }
}

fn map(array: &ArrayRef) -> Result<Option<Cells>, ArrowError> {
    let (offsets, entries): (Vec<i32>, &StructArray) = match array.as_map_opt() {
        Some(map) => (map.offsets().to_vec(), map.entries()),
        None => match array
            .as_list_opt::<i32>()
            .and_then(|l| Some((l.offsets().to_vec(), l.values().as_struct_opt()?)))
        {
            Some(parts) => parts,
            None => return Ok(None),
        },
    };
    let [keys, values, ..] = entries.columns() else { return Ok(None) };
    Ok(Some(Cells::Map { offsets, keys: ParquetTexts::of(keys)?, values: ParquetTexts::of(values)? }))
}

fn micros(array: &ArrayRef, unit: TimeUnit) -> Vec<Option<i64>> {
    match unit {
        TimeUnit::Second => {
            numbers(array.as_primitive_opt::<TimestampSecondType>(), |n| n.checked_mul(1_000_000))
        }
        TimeUnit::Millisecond => {
            numbers(array.as_primitive_opt::<TimestampMillisecondType>(), |n| n.checked_mul(1000))
        }
        TimeUnit::Microsecond => numbers(array.as_primitive_opt::<TimestampMicrosecondType>(), Some),
        TimeUnit::Nanosecond => {
            numbers(array.as_primitive_opt::<TimestampNanosecondType>(), |n| Some(n.div_euclid(1000)))
        }
    }
}

fn numbers<
    T: arrow::datatypes::ArrowPrimitiveType<
            Native = <Int64Type as arrow::datatypes::ArrowPrimitiveType>::Native,
        >,
>(
    array: Option<&arrow::array::PrimitiveArray<T>>,
    scale: impl Fn(i64) -> Option<i64>,
) -> Vec<Option<i64>> {
    array.map(|a| a.iter().map(|n| n.and_then(&scale)).collect()).unwrap_or_default()
}
