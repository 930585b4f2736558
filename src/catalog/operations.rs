//! Operations of the API: method and path template, and what each needs.

use super::mapping::{Access, Mapping};
use super::trie::{self, Method, Trie};
use super::url_path;
use hashbrown::HashMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pub method: Method,
    pub template: Box<str>,
    /// Names the SDK gives it, as `JobsAPI.run_now`; several joined by `|`.
    pub name: Box<str>,
    /// The API group it is documented under.
    pub group: Box<str>,
    pub mapping: Mapping,
    pub source: Box<str>,
}

/// The operation a request called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationMatch<'a> {
    pub row: &'a Operation,
    pub mapping: &'a Mapping,
}

/// All operations, found by path or by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Operations {
    pub(super) rows: Vec<Operation>,
    trie: Trie,
    /// Templates without variables by their whole text: nothing can be more literal, so these need no walk.
    literal: HashMap<Box<str>, Vec<(Method, u32)>, foldhash::fast::FixedState>,
    by_key: HashMap<(Method, Box<str>), u32, foldhash::fast::FixedState>,
    by_name: HashMap<Box<str>, u32, foldhash::fast::FixedState>,
}

impl Operations {
    /// Adds a row, or replaces the one with the same method and a template for the same paths.
    pub(super) fn put(&mut self, operation: Operation) {
        let Ok(parts) = trie::parts(&operation.template) else { return };
        let next = self.rows.len() as u32;
        // Another spelling of the variables is the same template.
        let row = self.trie.insert(operation.method, &parts, next).unwrap_or(next);
        if !operation.template.contains('{') {
            let rows = self.literal.entry(operation.template.clone()).or_default();
            rows.retain(|(method, _)| *method != operation.method);
            rows.push((operation.method, row));
        }
        let key = (operation.method, operation.template.clone());
        self.by_key.insert(key, row);
        for name in operation.name.split('|') {
            // Of several versions of one operation the first stands for all: they need the same.
            self.by_name.entry(name.into()).or_insert(row);
        }
        match self.rows.get_mut(row as usize) {
            Some(known) => *known = operation,
            None => self.rows.push(operation),
        }
    }

    pub(super) fn at(&self, method: Method, template: &str) -> Option<&Operation> {
        self.rows.get(*self.by_key.get(&(method, template.into()))? as usize)
    }

    pub(super) fn named(&self, name: &str) -> Option<&Operation> {
        self.rows.get(*self.by_name.get(name)? as usize)
    }

    /// HEAD asks what GET would give, so it needs the same where it has no row of its own.
    pub(super) fn find(&self, method: &str, path_or_url: &str) -> Option<&Operation> {
        let path = url_path::of_url(path_or_url);
        let method = Method::parse(method)?;
        let row = match self.best(method, path) {
            None if method == Method::Head => self.best(Method::Get, path),
            found => found,
        }?;
        self.rows.get(row as usize)
    }

    fn best(&self, method: Method, path: &str) -> Option<u32> {
        let literal = self.literal.get(path).and_then(|rows| rows.iter().find(|(m, _)| *m == method));
        literal.map(|(_, row)| *row).or_else(|| self.trie.find(method, path))
    }

    /// All rows whose template fits the path, the most literal first, whatever their method.
    pub(super) fn fitting(&self, path_or_url: &str) -> Vec<&Operation> {
        let path = url_path::of_url(path_or_url);
        let mut fitting: Vec<_> = self
            .rows
            .iter()
            .filter_map(|row| {
                trie::parts(&row.template)
                    .ok()
                    .filter(|p| trie::fits(p, path))
                    .map(|p| (trie::literal_len(&p), row))
            })
            .collect();
        fitting.sort_by(|(a, x), (b, y)| {
            b.cmp(a).then_with(|| (&x.template, x.method).cmp(&(&y.template, y.method)))
        });
        fitting.into_iter().map(|(_, row)| row).collect()
    }
}

impl Operation {
    pub fn is_read(&self) -> bool {
        self.mapping.need.access == Access::Read
    }
}

#[cfg(test)]
mod tests {
    use super::super::Catalog;
    use proptest::prelude::*;

    /// What stands for a variable in real paths, raw and as a client escapes it.
    const VALUES: [&str; 12] = [
        "4711",
        "1234567890123456",
        "7d0c6b0e-0f5e-4b9e-9a53-2f1f0a1b2c3d",
        "main.sales.orders",
        "main.sales.my%20table",
        "etl%40example.com",
        "a%2Fb",
        "0612-101010-abc123",
        "%C3%A4rger",
        "x:y",
        "100%",
        "-",
    ];
    const HOSTS: [&str; 5] =
        ["", "https://dbc-1.cloud.databricks.com", "HTTP://h:8443", "adb-1.2.azuredatabricks.net", "//"];
    const TAILS: [&str; 6] =
        ["", "/", "//", "?limit=20&path=/api/2.0/jobs/list", "/?x#y", "#/api/2.0/clusters/list"];

    /// A path for a template; `pick` chooses values, `escape` writes a letter of a literal as `%xx`.
    fn filled(template: &str, pick: &[usize], escape: bool) -> String {
        let mut values = pick.iter().map(|n| VALUES[n % VALUES.len()]).cycle();
        let mut path = String::new();
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            let close = rest.find('}').unwrap();
            let many = rest[open..close].ends_with("=**");
            path.push_str(&rest[..open]);
            if many && !path.ends_with('/') {
                path.push('/');
            }
            path.push_str(values.next().unwrap());
            if many && pick[0].is_multiple_of(2) {
                path.push('/');
                path.push_str(values.next().unwrap());
            }
            rest = &rest[close + 1..];
        }
        path.push_str(rest);
        if escape { path.replacen('a', "%61", 1) } else { path }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_operation_resolves_to_its_scope(
            pick in proptest::collection::vec(0usize..60, 1..6), host in 0usize..5, tail in 0usize..6,
            escape: bool, lower: bool, double: bool,
        ) {
            let catalog = Catalog::builtin();
            for row in catalog.operations() {
                let path = filled(&row.template, &pick, escape);
                let path = if double { path.replacen('/', "//", 2) } else { path };
                let url = format!("{}{path}{}", HOSTS[host], TAILS[tail]);
                let method = if lower { row.method.as_str().to_lowercase() } else { row.method.as_str().to_owned() };
                let found = catalog.operation(&method, &url);
                let scopes = found.map(|found| catalog.names(found.mapping.scopes()));
                prop_assert_eq!(scopes, Some(catalog.names(row.mapping.scopes())), "{} {} for {}", method, url, row.template);
            }
        }

        #[test]
        fn any_text_is_looked_up_without_panic(method in "\\PC{0,6}|GET|post", path in "\\PC{0,60}|/api/2.[0-2]/[a-z/%:{}]{0,40}") {
            let catalog = Catalog::builtin();
            let _ = (catalog.operation(&method, &path), catalog.template("GET", &path));
        }
    }

    #[test]
    fn near_misses_find_nothing() {
        let catalog = Catalog::builtin();
        for (method, path) in [
            ("GET", "/api/2.2/jobs/run-now"),
            ("POST", "/api/2.2/jobs/run-now/extra"),
            ("POST", "/api/2.2/jobs/run-nowx"),
            ("POST", "/api/9.9/jobs/run-now"),
            ("OPTIONS", "/api/2.2/jobs/list"),
            ("GET", "/prefix/api/2.2/jobs/list"),
            ("GET", ""),
            ("", "/api/2.2/jobs/list"),
        ] {
            assert_eq!(catalog.template(method, path), None, "{method} {path}");
        }
        assert_eq!(catalog.template("HEAD", "/api/2.2/jobs/list"), Some("/api/2.2/jobs/list"));
        let long = format!("/api/2.0/postgres{}/failover", "/a".repeat(20_000));
        assert!(catalog.operation("POST", &long).is_some());
    }

    #[test]
    fn markers_and_conflicts_show() {
        let catalog = Catalog::builtin();
        let mapping = |method, path| catalog.operation(method, path).unwrap().mapping;
        assert!(mapping("GET", "/api/2.0/preview/scim/v2/Me").is_any());
        let iceberg = mapping("GET", "/api/2.1/unity-catalog/iceberg-rest/v1/config");
        assert!(iceberg.is_all_apis() && !iceberg.is_any());
        let permissions = mapping("PATCH", "/api/2.0/permissions/jobs/7");
        assert_eq!(catalog.names(permissions.scopes()), "access-management");
        assert!(permissions.conflict.is_some());
        let query = mapping("POST", "/serving-endpoints/llm/invocations");
        assert!(query.is_ambiguous() && catalog.names(query.scopes()).starts_with("model-serving|"));
    }
}
