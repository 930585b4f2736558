//! Path templates as a tree of segments: finds the template with the most literal text that fits a path.
//!
//! A template segment is a literal, `{x}` (one segment), `{x=**}` (one or more), either with a literal tail (`{x}:query`), or
//! `literal{x=**}` for values that begin with a slash. No regular expression, no allocation while looking up.

use super::url_path::next_segment;
use std::fmt;
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Method {
    Delete,
    Get,
    Head,
    Patch,
    Post,
    Put,
}

impl Method {
    /// The method as HTTP spells it.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Reads a method in any case.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "GET" => return Some(Self::Get),
            "POST" => return Some(Self::Post),
            _ => {}
        }
        Self::iter().find(|m| m.as_str().eq_ignore_ascii_case(text.trim_ascii()))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TemplatePart<'a> {
    Literal(&'a str),
    One {
        tail: &'a str,
    },
    Many {
        tail: &'a str,
    },
    /// `literal{x=**}`: the literal, then any number of segments.
    LiteralMany(&'a str),
}

/// The segments of a template, or why it is none.
pub(super) fn parts(template: &str) -> Result<Vec<TemplatePart<'_>>, &'static str> {
    let Some(path) = template.strip_prefix('/') else { return Err("it does not begin with a slash") };
    path.split('/').map(part).collect()
}

fn part(segment: &str) -> Result<TemplatePart<'_>, &'static str> {
    if segment.is_empty() {
        return Err("it has an empty segment");
    }
    let Some(open) = segment.find('{') else {
        let is_plain = !segment.contains(['}', '*', '%', '?', '#', ' ']);
        return if is_plain {
            Ok(TemplatePart::Literal(segment))
        } else {
            Err("a literal segment holds one of }*%?# or a blank")
        };
    };
    let Some(close) = segment.find('}') else { return Err("a brace is not closed") };
    let (head, tail) = (&segment[..open], &segment[close + 1..]);
    let Some(inside) = segment.get(open + 1..close) else { return Err("a brace is closed before it opens") };
    let (name, many) = inside.strip_suffix("=**").map_or((inside, false), |name| (name, true));
    let is_name =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.');
    match (head, tail, many) {
        _ if !is_name => Err("a variable has no plain name"),
        _ if tail.contains(['{', '}']) => Err("a segment holds two variables"),
        ("", tail, false) => Ok(TemplatePart::One { tail }),
        ("", tail, true) => Ok(TemplatePart::Many { tail }),
        (head, "", true) => Ok(TemplatePart::LiteralMany(head)),
        _ => Err("only {x=**} may follow a literal within a segment"),
    }
}

/// A literal segment. Its first bytes as a number find it without a look at its text, which lies elsewhere in memory.
#[derive(Clone, Debug)]
struct Literal {
    first: u64,
    next: u32,
    text: Box<str>,
}

/// The first eight bytes of a segment.
#[inline]
fn first_bytes(segment: &str) -> u64 {
    match segment.as_bytes().first_chunk() {
        Some(first) => u64::from_le_bytes(*first),
        None => segment.bytes().rev().fold(0, |number, b| number << 8 | u64::from(b)),
    }
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// Sorted by their first bytes.
    literals: Vec<Literal>,
    ones: Vec<(Box<str>, u32)>,
    many: Vec<(Box<str>, u32)>,
    /// Sorted by method.
    rows: Vec<(Method, u32)>,
}

impl Node {
    #[inline]
    fn literal(&self, segment: &str) -> Option<u32> {
        let first = first_bytes(segment);
        let start = self.literals.partition_point(|l| l.first < first);
        let alike = self.literals[start..].iter().take_while(|l| l.first == first);
        alike.filter(|l| &*l.text == segment).map(|l| l.next).next()
    }
}

/// The tree; rows are numbers of the table it was built from.
#[derive(Clone, Debug)]
pub(super) struct Trie {
    nodes: Vec<Node>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { nodes: vec![Node::default()] }
    }
}

impl Trie {
    /// Adds a template; gives the row that already holds exactly its place and method.
    pub(super) fn insert(&mut self, method: Method, parts: &[TemplatePart<'_>], row: u32) -> Option<u32> {
        let mut at = 0;
        let mut bare = None;
        for part in parts {
            at = match *part {
                TemplatePart::Literal(text) => self.literal(at, text),
                TemplatePart::One { tail } => self.variable(at, tail, false),
                TemplatePart::Many { tail } => self.variable(at, tail, true),
                TemplatePart::LiteralMany(text) => {
                    let before = self.literal(at, text);
                    bare = Some(before);
                    self.variable(before, "", true)
                }
            };
        }
        // The value of `literal{x=**}` may be the root alone, which leaves the literal.
        if let Some(node) = bare.filter(|_| matches!(parts.last(), Some(TemplatePart::LiteralMany(_)))) {
            self.put(node, method, row);
        }
        self.put(at, method, row)
    }

    fn put(&mut self, node: u32, method: Method, row: u32) -> Option<u32> {
        let rows = &mut self.node_mut(node).rows;
        match rows.binary_search_by_key(&method, |(m, _)| *m) {
            Ok(at) => rows.get(at).map(|(_, row)| *row),
            Err(at) => {
                rows.insert(at, (method, row));
                None
            }
        }
    }

    fn literal(&mut self, at: u32, text: &str) -> u32 {
        let next = self.nodes.len() as u32;
        let node = self.node_mut(at);
        let found = node.literal(text).unwrap_or_else(|| {
            let first = first_bytes(text);
            let place = node.literals.partition_point(|l| l.first < first);
            node.literals.insert(place, Literal { first, next, text: text.into() });
            next
        });
        self.grown_to(found)
    }

    fn variable(&mut self, at: u32, tail: &str, many: bool) -> u32 {
        let next = self.nodes.len() as u32;
        let node = self.node_mut(at);
        let children = if many { &mut node.many } else { &mut node.ones };
        let found = match children.iter().find(|(t, _)| &**t == tail) {
            Some((_, found)) => *found,
            None => {
                children.push((tail.into(), next));
                // Longer tails are more literal text: try them first.
                children.sort_by_key(|(t, _)| std::cmp::Reverse(t.len()));
                next
            }
        };
        self.grown_to(found)
    }

    fn grown_to(&mut self, node: u32) -> u32 {
        if node as usize == self.nodes.len() {
            self.nodes.push(Node::default());
        }
        node
    }

    fn node_mut(&mut self, at: u32) -> &mut Node {
        &mut self.nodes[at as usize]
    }

    /// The row of the best template for a method and a path without host and query.
    pub(super) fn find(&self, method: Method, path: &str) -> Option<u32> {
        let mut best = None;
        self.walk(0, method, path, 0, &mut best);
        best.map(|(_, row)| row)
    }

    fn walk(&self, at: u32, method: Method, path: &str, literal: usize, best: &mut Option<(usize, u32)>) {
        let node = &self.nodes[at as usize];
        let Some((segment, rest)) = next_segment(path) else {
            if let Ok(found) = node.rows.binary_search_by_key(&method, |(m, _)| *m)
                && best.is_none_or(|(most, _)| literal > most)
            {
                *best = Some((literal, node.rows[found].1));
            }
            return;
        };
        if let Some(next) = node.literal(&segment) {
            self.walk(next, method, rest, literal + segment.len(), best);
        }
        // What is left of the path bounds the literal text that a template can still add.
        let is_hopeless = |literal: usize, rest: &str, best: &Option<(usize, u32)>| {
            best.is_some_and(|(most, _)| literal + rest.len().saturating_sub(1) <= most)
        };
        for (tail, next) in &node.ones {
            let literal = literal + tail.len();
            if has_tail(&segment, tail) && !is_hopeless(literal, rest, best) {
                self.walk(*next, method, rest, literal, best);
            }
        }
        for (tail, next) in &node.many {
            let literal = literal + tail.len();
            let (mut segment, mut rest) = (segment.clone(), rest);
            while !is_hopeless(literal, rest, best) {
                if has_tail(&segment, tail) {
                    self.walk(*next, method, rest, literal, best);
                }
                match next_segment(rest) {
                    Some(more) => (segment, rest) = more,
                    None => break,
                }
            }
        }
    }
}

fn has_tail(segment: &str, tail: &str) -> bool {
    segment.len() > tail.len() && segment.ends_with(tail)
}

/// Whether one template fits a path, by the definition alone: slow, for explanations and as a second opinion in tests.
pub(super) fn fits(parts: &[TemplatePart<'_>], path: &str) -> bool {
    let Some((part, later)) = parts.split_first() else { return next_segment(path).is_none() };
    let Some((segment, rest)) = next_segment(path) else { return false };
    match *part {
        TemplatePart::Literal(text) => segment == text && fits(later, rest),
        TemplatePart::One { tail } => has_tail(&segment, tail) && fits(later, rest),
        TemplatePart::Many { tail } => fits_many(tail, later, path),
        TemplatePart::LiteralMany(text) => {
            segment == text
                && (fits_many("", later, rest) || (later.is_empty() && next_segment(rest).is_none()))
        }
    }
}

fn fits_many(tail: &str, later: &[TemplatePart<'_>], mut path: &str) -> bool {
    while let Some((segment, rest)) = next_segment(path) {
        if has_tail(&segment, tail) && fits(later, rest) {
            return true;
        }
        path = rest;
    }
    false
}

/// How much literal text a template has.
pub(super) fn literal_len(parts: &[TemplatePart<'_>]) -> usize {
    parts
        .iter()
        .map(|part| match part {
            TemplatePart::Literal(text) | TemplatePart::LiteralMany(text) => text.len(),
            TemplatePart::One { tail } | TemplatePart::Many { tail } => tail.len(),
        })
        .sum()
}

/// A path that fits a template.
pub(super) fn example(parts: &[TemplatePart<'_>]) -> String {
    parts
        .iter()
        .map(|part| match part {
            TemplatePart::Literal(text) => format!("/{text}"),
            TemplatePart::One { tail } => format!("/4711{tail}"),
            TemplatePart::Many { tail } => format!("/main/4711{tail}"),
            TemplatePart::LiteralMany(text) => format!("/{text}/Volumes/main/4711"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn trie(templates: &[&str]) -> Trie {
        let mut trie = Trie::default();
        for (row, template) in templates.iter().enumerate() {
            assert_eq!(trie.insert(Method::Get, &parts(template).unwrap(), row as u32), None, "{template}");
        }
        trie
    }

    #[test]
    fn the_most_literal_template_wins() {
        let templates = [
            "/a/{x}",
            "/a/b",
            "/a/{x}/c",
            "/a/{x=**}",
            "/a/{x}:go",
            "/a/{x=**}/end",
            "/f/dir{x=**}",
            "/a/{x=**}:cancel",
        ];
        let trie = trie(&templates);
        let find = |path| trie.find(Method::Get, path).map(|row| templates[row as usize]);
        for (path, expected) in [
            ("/a/b", Some("/a/b")),
            ("/a/z", Some("/a/{x}")),
            ("/a/z/c", Some("/a/{x}/c")),
            ("/a/z/d", Some("/a/{x=**}")),
            ("/a/z:go", Some("/a/{x}:go")),
            ("/a/:go", Some("/a/{x}")),
            ("/a/p/q/end", Some("/a/{x=**}/end")),
            ("/a/end", Some("/a/{x}")),
            ("/a/p/q:cancel", Some("/a/{x=**}:cancel")),
            ("/f/dir/Volumes/a/b", Some("/f/dir{x=**}")),
            ("/f/dir", Some("/f/dir{x=**}")),
            ("/f/directory", None),
            ("/a", None),
            ("/", None),
        ] {
            assert_eq!(find(path), expected, "{path}");
        }
        assert_eq!(trie.find(Method::Put, "/a/b"), None);
    }

    #[test]
    fn broken_templates_say_why() {
        for template in
            ["a/b", "/a//b", "/a/{x", "/a/}x{", "/a/{}", "/a/{x}{y}", "/a/b{x}", "/a/{x y}", "/a/b?c", "/a/*"]
        {
            assert!(parts(template).is_err(), "{template}");
        }
    }

    proptest! {
        #[test]
        fn the_tree_agrees_with_the_definition(path in proptest::collection::vec("a|b|c|end|x:go|d:cancel|f|dir|%62", 0..6)) {
            let templates = ["/a/{x}", "/a/b", "/a/{x}/c", "/a/{x=**}", "/a/{x}:go", "/a/{x=**}/end", "/f/dir{x=**}",
                "/a/{x=**}:cancel", "/{x}/b/{y=**}", "/{x=**}/c/{y}"];
            let path = format!("/{}", path.join("/"));
            let best = templates.iter().map(|t| parts(t).unwrap()).filter(|p| fits(p, &path)).map(|p| literal_len(&p)).max();
            let found = trie(&templates).find(Method::Get, &path).map(|row| literal_len(&parts(templates[row as usize]).unwrap()));
            prop_assert_eq!(found, best, "{}", path);
        }
    }
}
