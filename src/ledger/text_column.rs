//! Numbered texts as Arrow dictionary columns, and back.

use super::interner::{Id, Interner};
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array, StringArray};
use arrow::datatypes::Int32Type;
use arrow::error::ArrowError;
use std::sync::Arc;

/// A dictionary column of numbered texts.
pub(super) fn texts(names: &Interner, ids: impl Iterator<Item = Option<Id>>) -> Result<ArrayRef, ArrowError> {
    let mut place_of = vec![-1_i32; names.len()];
    let mut values: Vec<&str> = Vec::new();
    let keys = ids.map(|id| {
        let id = id?;
        let place = &mut place_of[id as usize];
        if *place < 0 {
            *place = values.len() as i32;
            values.push(names.text(id));
        }
        Some(*place)
    });
    let keys: Int32Array = keys.collect();
    dictionary(keys, values)
}

/// A dictionary column of words of this program, with few distinct ones.
pub(super) fn words(of: impl Iterator<Item = &'static str>) -> Result<ArrayRef, ArrowError> {
    let mut values: Vec<&str> = Vec::new();
    let keys: Int32Array = of
        .map(|word| {
            let known = values.iter().position(|v| *v == word);
            Some(known.unwrap_or_else(|| {
                values.push(word);
                values.len() - 1
            }) as i32)
        })
        .collect();
    dictionary(keys, values)
}

fn dictionary(keys: Int32Array, values: Vec<&str>) -> Result<ArrayRef, ArrowError> {
    let values = Arc::new(StringArray::from(values));
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values)?))
}

/// A dictionary column that was read: the place of each row's text among the distinct ones, and their numbers.
pub(super) struct TextColumn {
    places: Option<DictionaryArray<Int32Type>>,
    ids: Vec<Id>,
}

impl TextColumn {
    /// Like [`of`](Self::of); `None` if the column is not a dictionary of texts.
    pub(super) fn found(array: &dyn Array, names: &mut Interner) -> Option<Self> {
        array.as_dictionary_opt::<Int32Type>()?.values().as_string_opt::<i32>()?;
        Some(Self::of(Some(array), names))
    }

    /// Numbers the distinct texts of a dictionary column; without one, no row has a text.
    pub(super) fn of(array: Option<&dyn Array>, names: &mut Interner) -> Self {
        let places = array.map(|a| a.as_dictionary::<Int32Type>().clone());
        let values = places.as_ref().map(|a| a.values().as_string::<i32>().clone());
        let ids =
            values.iter().flat_map(|v| v.iter()).map(|text| names.id(text.unwrap_or_default())).collect();
        Self { places, ids }
    }

    /// Converts each distinct text.
    pub(super) fn meaning<T>(&self, names: &Interner, of: impl Fn(&str) -> Option<T>) -> Vec<Option<T>> {
        self.ids.iter().map(|id| of(names.text(*id))).collect()
    }

    /// The place of the row's text among the distinct ones.
    pub(super) fn place(&self, i: usize) -> Option<usize> {
        let keys = self.places.as_ref()?.keys();
        keys.is_valid(i).then(|| keys.value(i) as usize)
    }

    /// The number of the row's text, which may be the empty one; `None` if the row has no text.
    pub(super) fn given(&self, i: usize) -> Option<Id> {
        self.place(i).map(|place| self.ids[place])
    }

    /// The number of the row's text; 0 if it has none.
    pub(super) fn id(&self, i: usize) -> Id {
        self.given(i).unwrap_or(0)
    }
}
