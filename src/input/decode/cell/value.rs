//! One value of a cell, as written. It is unescaped only if it is needed.

use crate::support::unescape::unescape_json_or_python;
use std::borrow::Cow;

/// One value of a cell, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellValue<'a> {
    /// `null`, `NULL` or `None`.
    Null,
    /// A number, a nested value or unquoted text.
    Bare(&'a str),
    /// What was between quotes, with its escapes.
    Quoted(&'a str),
}

impl<'a> CellValue<'a> {
    /// The value as text, unescaped; empty for null.
    pub(super) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bare(text) => Cow::Borrowed(text),
            Self::Quoted(raw) => unescape_json_or_python(raw),
        }
    }

    /// As written, without quotes: enough to look at how a long value ends.
    pub(super) fn raw(self) -> &'a str {
        match self {
            Self::Null => "",
            Self::Bare(text) | Self::Quoted(text) => text,
        }
    }

    pub(super) fn bare(text: &'a str) -> Self {
        match text {
            "null" | "NULL" | "None" => Self::Null,
            _ => Self::Bare(text),
        }
    }
}
