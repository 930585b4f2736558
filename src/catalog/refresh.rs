//! Reads the service modules of the Python SDK and lists the operations that the catalog lacks, as rows to review.

use super::trie::{self, Method};
use super::{Catalog, MappingEvidence, ScopeId, is_account_path};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// An operation that the catalog lacks, with the scopes its neighbours need.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingOperation {
    pub template: String,
    pub method: Method,
    /// Class and function in the SDK.
    pub name: String,
    /// Suggested scopes; empty where nothing resembles it.
    pub scopes: Vec<ScopeId>,
    /// What the suggestion rests on.
    pub evidence: MappingEvidence,
}

/// The start of a class or a function, or a call of the API, in source text.
static LANDMARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let call = r#"\.do\(\s*"(?P<method>[A-Z]+)",\s*f?"(?P<path>/[^"\n]+)""#;
    Regex::new(&format!(r"(?m)^class (?P<class>\w+)|^    def (?P<function>\w+)|{call}")).ok()
});

/// The operations of SDK source texts that the catalog lacks, by path and method.
pub fn missing<'a>(catalog: &Catalog, sources: impl IntoIterator<Item = &'a str>) -> Vec<MissingOperation> {
    let mut missing = BTreeMap::new();
    for source in sources {
        let (mut class, mut function) = ("", "");
        for found in LANDMARK.iter().flat_map(|landmark| landmark.captures_iter(source)) {
            let group = |name| found.name(name).map_or("", |m| m.as_str());
            if !group("class").is_empty() {
                class = group("class");
            } else if !group("function").is_empty() {
                function = group("function");
            } else if let Some(method) = Method::parse(group("method")) {
                let template = template(group("path"));
                let is_account = is_account_path(&template) || class.starts_with("Account");
                let (Ok(parts), false) = (trie::parts(&template), is_account) else { continue };
                let name = format!("{class}.{function}");
                let is_known = catalog.operation(method.as_str(), &trie::example(&parts)).is_some()
                    || is_known_by_name(catalog, &name, method, &template);
                if !is_known {
                    let (scopes, evidence) = suggestion(catalog, class, &template);
                    let row = MissingOperation { template: template.clone(), method, name, scopes, evidence };
                    missing.entry((template, method)).or_insert(row);
                }
            }
        }
    }
    missing.into_values().collect()
}

/// `/x/{kind.value}{escape_multi_segment(path)}` becomes `/x/{kind}{path=**}`.
fn template(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, later) = after.split_once('}').unwrap_or((after, ""));
        let name =
            inside.rsplit('(').next().unwrap_or(inside).trim_end_matches(')').trim_end_matches(".value");
        let many = if inside.contains("multi_segment") { "=**" } else { "" };
        out.push_str(&format!("{before}{{{name}{many}}}"));
        rest = later;
    }
    out.push_str(rest);
    out
}

/// The SDK writes whole resource names as one variable, `/api/2.0/agents/{name}`; the catalog spells them out. Such an
/// operation is known by its name, unless it moved to another version.
fn is_known_by_name(catalog: &Catalog, name: &str, method: Method, template: &str) -> bool {
    let root = |path: &str| path.split('/').take(3).map(str::to_owned).collect::<Vec<_>>();
    catalog.operations().iter().any(|row| {
        row.method == method
            && row.name.split('|').any(|n| n == name)
            && root(&row.template) == root(template)
    })
}

/// Suggests the scopes that the other operations of the class need, if they agree, or else those that the nearest paths need.
fn suggestion(catalog: &Catalog, class: &str, template: &str) -> (Vec<ScopeId>, MappingEvidence) {
    let agreed = |evidence, rows: &mut dyn Iterator<Item = &super::Operation>| {
        let own = rows.filter(|row| !row.group.starts_with("access-management"));
        let scopes: BTreeSet<_> = own.map(|row| row.mapping.need.scopes.clone()).collect();
        (scopes.len() == 1).then(|| (scopes.into_iter().next().unwrap_or_default(), evidence))
    };
    let in_class = |name: &str| name.split('|').any(|n| n.split('.').next() == Some(class));
    let mut same_class = catalog.operations().iter().filter(|row| in_class(&row.name));
    if let Some(found) = agreed(MappingEvidence::GroupRule, &mut same_class) {
        return found;
    }
    let mut prefix = template;
    while let Some((shorter, _)) =
        prefix.rsplit_once('/').filter(|(shorter, _)| shorter.matches('/').count() > 2)
    {
        let start = format!("{shorter}/");
        let mut near = catalog.operations().iter().filter(|row| row.template.starts_with(&start));
        if let Some(found) = agreed(MappingEvidence::PathInference, &mut near) {
            return found;
        }
        prefix = shorter;
    }
    (Vec::new(), MappingEvidence::PathInference)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
class JobsAPI:
    def list(self):
        return self._api.do("GET", "/api/2.2/jobs/list", query=query)
    def brand_new(self, job_id):
        res = self._api.do(
            "POST",
            f"/api/2.9/jobs/{job_id}/brand-new",
            body=body,
        )
class AccountJobsAPI:
    def list(self):
        self._api.do("GET", f"/api/2.0/accounts/{self._api.account_id}/jobs")
class TeapotsAPI:
    def pour(self, kind, file_path):
        self._api.do("PUT", f"/api/2.0/teapots/{kind.value}/pour{_escape_multi_segment_path_parameter(file_path)}")
    def near(self):
        self._api.do("GET", "/api/2.1/unity-catalog/brand-new/thing")
class AgentKitAPI:
    def delete_memory(self, name):
        self._api.do("DELETE", f"/api/2.0/agents/{name}")
"#;

    #[test]
    fn only_what_the_catalog_lacks_is_listed() {
        let catalog = Catalog::builtin();
        let found: Vec<_> = missing(catalog, [SOURCE, SOURCE])
            .into_iter()
            .map(|m| {
                (format!("{} {} {}", m.method, m.template, m.name), catalog.names(&m.scopes), m.evidence)
            })
            .collect();
        let row = |text: &str, scopes: &str, evidence| (text.to_owned(), scopes.to_owned(), evidence);
        assert_eq!(
            found,
            [
                row(
                    "PUT /api/2.0/teapots/{kind}/pour{file_path=**} TeapotsAPI.pour",
                    "",
                    MappingEvidence::PathInference
                ),
                row(
                    "GET /api/2.1/unity-catalog/brand-new/thing TeapotsAPI.near",
                    "",
                    MappingEvidence::PathInference
                ),
                row(
                    "POST /api/2.9/jobs/{job_id}/brand-new JobsAPI.brand_new",
                    "jobs",
                    MappingEvidence::GroupRule
                ),
            ]
        );
    }
}
