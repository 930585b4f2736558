//! Where a stream of JSON may be cut: at newlines if each line is a record, else between the values of a list or a sequence, found
//! by a scan over strings and brackets. Both need memory for one record only.

use super::{Cut, Cutter};

/// Cuts at newlines.
#[derive(Debug, Default)]
pub(crate) struct LineCutter {
    abandoned: bool,
}

impl Cutter for LineCutter {
    fn cut(&mut self, bytes: &[u8], end: bool) -> Cut {
        let mut skip = 0;
        if self.abandoned {
            match memchr::memchr(b'\n', bytes) {
                Some(at) => skip = at + 1,
                None => return Cut { skip: bytes.len(), take: 0 },
            }
            self.abandoned = false;
        }
        let rest = &bytes[skip..];
        let take = if end { rest.len() } else { memchr::memrchr(b'\n', rest).map_or(0, |at| at + 1) };
        Cut { skip, take }
    }

    fn abandon(&mut self) -> bool {
        self.abandoned = true;
        true
    }
}

/// Cuts between values.
#[derive(Debug, Default)]
pub(crate) struct ValueCutter {
    /// Bytes of the passed text that were scanned.
    seen: usize,
    in_string: bool,
    escaped: bool,
    depth: u32,
    /// The depth of records: 0, 1 in a list, 2 in a list inside an object.
    base: u32,
    /// The last string, if it may be the key of a list of records.
    name: Vec<u8>,
    /// The record has a line break inside a string: its brackets cannot be trusted.
    broken: bool,
    abandoned: bool,
}

impl Cutter for ValueCutter {
    fn cut(&mut self, bytes: &[u8], end: bool) -> Cut {
        let mut done = None;
        let mut skip = 0;
        let mut at = self.seen.min(bytes.len());
        while at < bytes.len() {
            if self.in_string {
                at = self.string(bytes, at);
                continue;
            }
            match bytes[at] {
                b'"' => {
                    self.in_string = true;
                    self.name.clear();
                }
                b'{' => {
                    if self.broken && self.starts_line(bytes, at) {
                        // The next record: what was open belongs to the broken one.
                        self.depth = self.base;
                        self.broken = false;
                        done = Some(at);
                    }
                    self.depth += 1;
                }
                b'[' if self.depth == 0 => {
                    self.depth = 1;
                    self.base = 1;
                }
                b'[' if self.depth == 1 && self.base == 0 && self.name == b"records" => {
                    self.depth = 2;
                    self.base = 2;
                    done = Some(at + 1);
                }
                b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth <= self.base {
                        if self.depth < self.base {
                            self.base = 0;
                        }
                        if self.depth == self.base {
                            self.broken = false;
                            if std::mem::take(&mut self.abandoned) {
                                skip = at + 1;
                            }
                            done = Some(at + 1);
                        }
                    }
                }
                _ => {}
            }
            at += 1;
        }
        if self.abandoned {
            self.seen = 0;
            return Cut { skip: bytes.len(), take: 0 };
        }
        let upto = if end { bytes.len() } else { done.unwrap_or(skip) };
        self.seen = bytes.len() - upto;
        Cut { skip, take: upto - skip }
    }

    fn abandon(&mut self) -> bool {
        self.seen = 0;
        self.abandoned = true;
        true
    }
}

impl ValueCutter {
    /// Scans inside a string; gives the place after what it scanned.
    fn string(&mut self, bytes: &[u8], at: usize) -> usize {
        if std::mem::take(&mut self.escaped) {
            return at + 1;
        }
        let found = memchr::memchr3(b'"', b'\\', b'\n', &bytes[at..]).map(|n| at + n);
        let stop = found.unwrap_or(bytes.len());
        if self.depth == 1 && self.base == 0 && self.name.len() < 16 {
            self.name.extend_from_slice(&bytes[at..stop.min(at + 16)]);
        }
        match found.map(|n| bytes[n]) {
            Some(b'\\') => self.escaped = true,
            Some(newline_or_quote) => {
                self.in_string = false;
                self.broken |= newline_or_quote == b'\n';
            }
            None => {}
        }
        stop + 1
    }

    fn starts_line(&self, bytes: &[u8], at: usize) -> bool {
        let before = bytes[..at].trim_ascii_end().len();
        bytes[before..at].contains(&b'\n')
    }
}

#[cfg(test)]
mod tests {
    use super::super::json_layout::JsonLayout;
    use super::super::json_oracle::decode;
    use super::*;
    use proptest::prelude::*;

    /// Hands the text over in steps, as a stream does, and decodes every cut on its own.
    fn rows(mut cutter: impl Cutter, layout: JsonLayout, text: &[u8], step: usize) -> (u64, u64) {
        let (mut pending, mut fed, mut counts) = (Vec::new(), 0, (0, 0));
        loop {
            let next = text.len().min(fed + step);
            pending.extend_from_slice(&text[fed..next]);
            let end = next == fed;
            fed = next;
            let cut = cutter.cut(&pending, end);
            let chunk = &pending[cut.skip..cut.skip + cut.take];
            let (events, tally) = decode(layout, chunk);
            counts = (counts.0 + events.len() as u64, counts.1 + tally.bad);
            pending.drain(..cut.skip + cut.take);
            if end {
                return counts;
            }
        }
    }

    fn records() -> impl Strategy<Value = Vec<String>> {
        let text = prop::sample::select(vec!["", "x", "}{", "[", "\\\"", "\\\\", "records", "]}"]);
        let one = (text, 0..9).prop_map(|(text, day)| {
            format!(
                r#"{{"timestamp":178289711650{day},"serviceName":"jobs","requestParams":{{"a":"{text}","b":[[{{}}],{{"records":[1]}}]}},"actionName":"{text}x"}}"#
            )
        });
        prop::collection::vec(one, 0..6)
    }

    proptest! {
        #[test]
        fn however_it_arrives_every_record_is_found(records in records(), step in 1usize..90, shape in 0..6) {
            let pretty = |r: &String| serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(r).unwrap()).unwrap();
            let text = match shape {
                0 => format!("[{}]", records.join(",")),
                1 => format!("{{\"count\": 7, \"records\" : [ {} ], \"next\":[{{}}]}}", records.join("\n,\n")),
                2 => records.concat(),
                3 => records.iter().map(pretty).collect::<Vec<_>>().join("\n"),
                4 => format!("[\n{}\n]\n", records.iter().map(pretty).collect::<Vec<_>>().join(",\n")),
                _ => records.join("\n"),
            };
            let found = rows(ValueCutter::default(), JsonLayout::Values, text.as_bytes(), step);
            prop_assert_eq!(found, (records.len() as u64, 0), "{}", text);
            if shape == 5 {
                prop_assert_eq!(rows(LineCutter::default(), JsonLayout::Lines, text.as_bytes(), step), found);
            }
        }
    }
}
