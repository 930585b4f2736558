//! Bytes that are not all UTF-8 -> text with replacement characters. It remembers how far each of them moved the text, because
//! problems are reported by their offset in the file.

/// A chunk with replacement characters for what is not UTF-8.
#[derive(Default)]
pub(super) struct Repaired {
    text: String,
    shifts: Vec<Shift>,
}

/// From `at` on, the repaired text is `by` bytes further than the original.
pub(super) struct Shift {
    at: usize,
    by: usize,
}

impl Repaired {
    /// The bytes as text, and how far it moved. Valid UTF-8 is not copied.
    pub(super) fn text_of<'t>(&'t mut self, bytes: &'t [u8]) -> (&'t str, &'t [Shift]) {
        self.text.clear();
        self.shifts.clear();
        match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => (text, &[]),
            Err(_) => {
                self.repair(bytes);
                (&self.text, &self.shifts)
            }
        }
    }

    fn repair(&mut self, bytes: &[u8]) {
        let mut by = 0;
        for part in bytes.utf8_chunks() {
            self.text.push_str(part.valid());
            if !part.invalid().is_empty() {
                self.text.push(char::REPLACEMENT_CHARACTER);
                by += char::REPLACEMENT_CHARACTER.len_utf8().saturating_sub(part.invalid().len());
                self.shifts.push(Shift { at: self.text.len(), by });
            }
        }
    }
}

/// The offset in the original bytes of an offset in the text.
pub(super) fn original(shifts: &[Shift], at: usize) -> u64 {
    let before = shifts.partition_point(|s| s.at <= at);
    (at - before.checked_sub(1).map_or(0, |i| shifts[i].by)) as u64
}

/// Whether bytes between two places of the text were replaced.
pub(super) fn changed(shifts: &[Shift], from: usize, to: usize) -> bool {
    shifts.partition_point(|s| s.at <= from) < shifts.partition_point(|s| s.at <= to)
}
