//! Needs held against Databricks' own lists, in sentences and as rows of a table; the same in every format.

use crate::analysis::cross_check::{Needed, Says, ScopeCheck, Totals};
use crate::report::model::{Report, TokenRow};
use crate::support::format::count;

/// What the columns of [`rows`] hold.
pub(crate) const COLUMNS: [&str; 6] =
    ["token", "scope", "needed", "Databricks lists", "holds it now", "says"];

/// The numbers of it all; `None` where no list was compared.
pub(crate) fn overview(totals: &Totals) -> Option<String> {
    (totals.tokens > 0).then(|| {
        let mut parts = vec![format!("{} needed and listed", totals.agrees)];
        for (n, says) in [
            (totals.platform_misses, Says::PlatformMisses),
            (totals.beyond_need, Says::BeyondNeed),
            (totals.not_yet, Says::NotYet),
        ] {
            if n > 0 {
                parts.push(format!("{n} {}", says.text()));
            }
        }
        if totals.cannot_say > 0 {
            parts.push(format!("{} of which nobody can say", totals.cannot_say));
        }
        format!(
            "Databricks' own lists were held against the history of {}; {} in full. Scopes: {}.",
            count(totals.tokens as u64, "token", "tokens"),
            count(totals.agreeing_tokens as u64, "agrees", "agree"),
            parts.join(", ")
        )
    })
}

/// Tokens whose list and history differ, each with the scopes that differ. Text from logs is not escaped yet.
pub(crate) fn rows(report: &Report) -> impl Iterator<Item = (&TokenRow, &ScopeCheck)> {
    report.tokens.iter().flat_map(|t| {
        let scopes = t.cross_check.iter().flat_map(|c| &c.scopes);
        scopes.filter(|s| s.says != Says::Agrees).map(move |s| (t, s))
    })
}

/// Cells after the token: scope, needed, listed, held now, what follows.
pub(crate) fn cells(token: &TokenRow, scope: &ScopeCheck) -> [String; 5] {
    let field = token.cross_check.as_ref().map_or("", |c| c.list.name());
    let needed = match scope.needed {
        Needed::History => "yes, by its history",
        Needed::Declared => "yes, as declared",
        Needed::Possible => "perhaps: by one of several tokens",
        Needed::No => "not seen",
    };
    let listed = match &scope.listed_as {
        Some(name) if *name == scope.scope => format!("yes ({field})"),
        Some(name) => format!("as {name} ({field})"),
        None => format!("no ({field})"),
    };
    let granted = match scope.granted {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known",
    };
    let says = match scope.why {
        Some(why) => format!("{}: {why}", scope.says.text()),
        None => scope.says.text().to_owned(),
    };
    [scope.scope.clone(), needed.to_owned(), listed, granted.to_owned(), says]
}
