//! Whether the scopes a token holds meet a need.

use super::Catalog;
use super::mapping::{Access, Need};
use super::scope::{ScopeId, ScopeKind};

/// Whether a need is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Held {
    No,
    /// A held name may or may not meet it.
    Unknown,
    Yes,
}

/// Whether any of the held names meets the need.
///
/// One alternative of the need is enough. `all-apis` meets everything; `x:read` meets reads of `x`; `sql:restricted-query`
/// meets statements. A name the catalog lacks, or knows only as a name, may open what it resembles; one that resembles nothing
/// may open anything.
pub fn meets<S: AsRef<str>>(catalog: &Catalog, held: &[S], need: &Need) -> Held {
    if need.scopes.contains(&ScopeId::ANY) {
        return Held::Yes;
    }
    let by_name = |name: &S| {
        need.scopes.iter().map(|scope| one(catalog, name.as_ref().trim_ascii(), *scope, need)).max()
    };
    held.iter().filter_map(by_name).max().unwrap_or(Held::No)
}

/// Whether one held name opens one scope.
fn one(catalog: &Catalog, held: &str, scope: ScopeId, need: &Need) -> Held {
    let (base, modifiers) = held.split_once(':').unwrap_or((held, ""));
    let Some(id) = catalog.base_scope(base) else { return unknown_name(catalog, held, scope) };
    let opens = match (id, modifiers) {
        (ScopeId::ALL_APIS, "") => return Held::Yes,
        (_, "") => Held::Yes,
        (_, "read") if need.access == Access::Read => Held::Yes,
        (_, "read") => Held::No,
        (_, "restricted-query") if base == "sql" => {
            if need.query {
                Held::Yes
            } else {
                Held::No
            }
        }
        // Both together: what of a statement that still reads is not documented.
        (_, "read:restricted-query" | "restricted-query:read") if base == "sql" => {
            if need.query {
                Held::Unknown
            } else {
                Held::No
            }
        }
        _ => Held::Unknown,
    };
    if id == scope {
        return opens;
    }
    match catalog.scope(id) {
        Some(held) if held.may_open.contains(&scope) => opens.min(Held::Unknown),
        Some(held) if held.kind == ScopeKind::Name && held.may_open.is_empty() => {
            same_family(catalog, id, scope)
        }
        _ => Held::No,
    }
}

fn same_family(catalog: &Catalog, held: ScopeId, scope: ScopeId) -> Held {
    let family = |id| catalog.scope(id).map(|s| &s.family);
    if family(held) == family(scope) { Held::Unknown } else { Held::No }
}

/// A name that the catalog lacks may open the families of the scopes it shares a word with, and anything if it shares none.
fn unknown_name(catalog: &Catalog, held: &str, scope: ScopeId) -> Held {
    if held.is_empty() || scope == ScopeId::ALL_APIS {
        return Held::No;
    }
    let families = families_like(catalog, held);
    let is_one = || catalog.scope(scope).is_some_and(|s| families.contains(&&*s.family));
    if families.is_empty() || is_one() { Held::Unknown } else { Held::No }
}

/// The families of the scopes that share a word with a name. Words such as `access` do not count.
pub fn families_like<'a>(catalog: &'a Catalog, name: &str) -> Vec<&'a str> {
    let words = |text: &str| -> Vec<String> {
        let name = text.split(':').next().unwrap_or(text);
        name.split(|c: char| !c.is_ascii_alphanumeric())
            .map(|w| w.trim_end_matches('s').to_ascii_lowercase())
            .filter(|w| {
                w.len() > 2 && !matches!(w.as_str(), "api" | "all" | "access" | "management" | "v1" | "v2")
            })
            .collect()
    };
    let wanted = words(name);
    let mut families: Vec<&str> = catalog
        .scopes()
        .filter(|(id, s)| *id > ScopeId::ALL_APIS && s.kind != ScopeKind::Oauth)
        .filter(|(_, s)| words(&s.name).iter().any(|w| wanted.contains(w)))
        .map(|(_, s)| &*s.family)
        .collect();
    families.sort_unstable();
    families.dedup();
    families
}

#[cfg(test)]
mod tests {
    use super::Held::{No, Unknown, Yes};
    use super::*;
    use proptest::prelude::*;

    fn need(scopes: &str, access: &str) -> Need {
        let catalog = Catalog::builtin();
        Need {
            scopes: scopes.split('|').map(|name| catalog.base_scope(name).unwrap()).collect(),
            access: if access.ends_with("read") { Access::Read } else { Access::Write },
            query: access.starts_with("query"),
        }
    }

    #[test]
    fn the_table_of_cases() {
        for (held, scopes, access, expected) in [
            // Plain names.
            ("jobs", "jobs", "write", Yes),
            ("clusters sql", "jobs", "write", No),
            ("", "jobs", "read", No),
            ("all-apis", "jobs", "write", Yes),
            ("all-apis", "all-apis", "write", Yes),
            ("jobs sql unity-catalog", "all-apis", "read", No),
            ("brand-new", "all-apis", "read", No),
            ("", "any", "read", Yes),
            // One of several is enough.
            ("model-serving-inference", "model-serving|model-serving-inference", "write", Yes),
            ("model-serving", "model-serving|model-serving-inference", "write", Yes),
            ("model-serving-inference", "model-serving", "write", No),
            ("jobs", "model-serving|model-serving-inference", "write", No),
            // Modifiers.
            ("jobs:read", "jobs", "read", Yes),
            ("jobs:read", "jobs", "write", No),
            ("jobs:read jobs", "jobs", "write", Yes),
            ("jobs:read", "clusters", "read", No),
            ("sql:restricted-query", "sql", "query-write", Yes),
            ("sql:restricted-query", "sql", "read", No),
            ("sql:restricted-query", "sql", "write", No),
            ("sql:read", "sql", "query-write", No),
            ("sql:read", "sql", "query-read", Yes),
            ("sql:read:restricted-query", "sql", "query-write", Unknown),
            ("sql:read:restricted-query", "sql", "write", No),
            ("jobs:restricted-query", "jobs", "write", Unknown),
            ("jobs:manage", "jobs", "read", Unknown),
            ("jobs:manage", "sql", "read", No),
            // Names that are not settled.
            ("ai-search", "vector-search", "read", Unknown),
            ("vector-search:read", "ai-search", "write", No),
            ("forecasting", "mlflow", "write", Unknown),
            ("forecasting", "jobs", "write", No),
            ("serving-endpoints", "model-serving", "write", Unknown),
            ("offline_access", "jobs", "write", No),
            // Names that the catalog lacks.
            ("dashboards.genie", "genie", "write", Unknown),
            ("dashboards.genie", "jobs", "write", No),
            ("catalog.tables:read", "unity-catalog", "read", Unknown),
            ("catalog.tables:read", "clusters", "read", No),
            ("brand-new", "jobs", "write", Unknown),
            ("brand-new jobs", "jobs", "write", Yes),
            ("JOBS", "jobs", "write", Unknown),
        ] {
            let held: Vec<&str> = held.split(' ').collect();
            assert_eq!(
                meets(Catalog::builtin(), &held, &need(scopes, access)),
                expected,
                "{held:?} for {scopes} {access}"
            );
        }
    }

    proptest! {
        #[test]
        fn holding_more_never_opens_less(held in proptest::collection::vec("jobs(:read)?|sql(:restricted-query)?|all-apis|[a-z:-]{0,9}", 0..5), at in 0usize..4) {
            let need = [need("jobs", "read"), need("sql", "query-write"), need("all-apis", "write"), need("ai-search|vector-search", "write")][at].clone();
            let whole = meets(Catalog::builtin(), &held, &need);
            prop_assert!((0..held.len()).all(|n| meets(Catalog::builtin(), &held[..n], &need) <= whole));
        }
    }
}
