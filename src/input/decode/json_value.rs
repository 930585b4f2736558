//! A value of a record as the text has it: nothing is copied before it is asked for.

use crate::support::unescape::unescape_json;
use std::borrow::Cow;

/// A value as it is in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FieldValue<'a> {
    /// `null`, or nothing there.
    #[default]
    Null,
    /// A text without escapes, or one that did not come from JSON.
    Text(&'a str),
    /// The inside of a JSON string with escapes in it.
    Escaped(&'a str),
    /// A number, `true` or `false`, as written.
    Bare(&'a str),
    /// A whole object.
    Object(&'a str),
    /// A whole array.
    Array(&'a str),
}

impl<'a> FieldValue<'a> {
    /// The value as text: strings without their escapes, everything else as written, `null` empty.
    pub(crate) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Escaped(raw) => {
                let mut text = String::with_capacity(raw.len());
                unescape_json(raw, &mut text);
                Cow::Owned(text)
            }
            Self::Text(s) | Self::Bare(s) | Self::Object(s) | Self::Array(s) => Cow::Borrowed(s),
        }
    }

    /// Neither `null` nor an empty text.
    pub(crate) fn is_some(self) -> bool {
        !matches!(self, Self::Null | Self::Text(""))
    }
}
