//! Coverage, tokens and logs -> what a scan will be able to say, what it will not, and what to export instead.

use crate::analysis::coverage::{Coverage, WorkspaceCoverage};
use crate::assess::Assessment;
use crate::assess::readiness::InputReport;
use crate::context::inventory::ListKind;
use crate::input::file_kind::{FileKind, LogFormat};
use crate::ledger::Id;
use crate::ledger::link::Link;
use crate::support::by_name::ByName;
use crate::support::format::{self, count, number};
use crate::support::time::Span;
use crate::timeline::enforcement::Enforcement;
use serde::Serialize;
use std::collections::BTreeSet;

/// Whether a scan can answer a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Availability {
    Yes,
    /// Of some tokens, or less surely.
    Partly,
    No,
}

impl Availability {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
        }
    }
}

/// A question that a scan may be able to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Question {
    /// Whether every input was read to its end.
    Complete,
    /// Whether the log lacks days.
    EveryDay,
    /// Whether the log is long enough for calls made once a quarter.
    RareCalls,
    /// Whether calls can be tied to tokens.
    TieCallsToTokens,
    /// Whether they can be tied to one token of several.
    TellTokensApart,
    /// Whether the catalog knows the actions.
    MapCallsToScopes,
    /// Whether account-level rows are there.
    AccountLevelRows,
    /// Whether a token list shows states and expiry.
    StatesAndExpiry,
    /// Whether enforcement dates are known.
    Dates,
}

impl Question {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Complete => "All that was given was read",
            Self::EveryDay => "Every day is there",
            Self::RareCalls => "Calls made once a quarter",
            Self::TieCallsToTokens => "Which token made a call",
            Self::TellTokensApart => "Which of a principal's tokens it was",
            Self::MapCallsToScopes => "Which scope a call needs",
            Self::AccountLevelRows => "Needs of unity-catalog",
            Self::StatesAndExpiry => "What Databricks has decided, and what expires",
            Self::Dates => "On which date a scope is lost",
        }
    }
}

/// Something a scan may be able to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Capability {
    pub name: Question,
    pub answer: Availability,
    /// Why, as sentences.
    pub because: String,
    /// What to export or give instead, as sentences.
    pub remedy: Option<String>,
}

impl Capability {
    fn new(name: Question, answer: Availability, because: impl Into<String>) -> Self {
        Self { name, answer, because: because.into(), remedy: None }
    }

    fn do_this(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }
}

/// What the members of the family look at.
struct InspectionFacts<'a> {
    assessment: &'a Assessment<'a>,
    coverage: &'a Coverage,
    inputs: &'a [InputReport],
}

/// Formats of audit logs, which hold account-level rows too.
const AUDIT_LOGS: [LogFormat; 7] = [
    LogFormat::SystemTableJson,
    LogFormat::SystemTableCsv,
    LogFormat::DeliveryJson,
    LogFormat::AzureJson,
    LogFormat::LogAnalyticsCsv,
    LogFormat::Parquet,
    LogFormat::Delta,
];

/// One function for each question, in the order in which they are printed. `None` where the question does not arise.
const CAPABILITIES: [fn(&InspectionFacts<'_>) -> Option<Capability>; 9] =
    [complete, days, history, tie, tell_apart, map, unity_catalog, states, dates];

pub(super) fn of(
    assessment: &Assessment<'_>,
    coverage: &Coverage,
    inputs: &[InputReport],
) -> Vec<Capability> {
    let facts = InspectionFacts { assessment, coverage, inputs };
    CAPABILITIES.iter().filter_map(|capability| capability(&facts)).collect()
}

impl InspectionFacts<'_> {
    fn has_rows(&self) -> bool {
        self.coverage.rows_read > 0
    }

    fn kind(&self, name: &str) -> u64 {
        self.coverage.kinds.get(name).copied().unwrap_or(0)
    }

    /// Rows of logs of these formats.
    fn rows_as(&self, formats: &[LogFormat]) -> u64 {
        let is =
            |input: &&InputReport| matches!(input.kind(), Some(FileKind::Log(f)) if formats.contains(&f));
        self.inputs.iter().filter(is).map(|input| input.row.rows).sum()
    }

    /// Workspaces with rows that are no account-level ones.
    fn workspaces(&self) -> impl Iterator<Item = &WorkspaceCoverage> {
        self.coverage.workspaces.iter().filter(|w| w.workspace_id != crate::ledger::ACCOUNT)
    }
}

/// Up to five names and how many more there are.
fn some<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const SHOWN: usize = 5;
    let all: Vec<_> = names.collect();
    let more = all.len().saturating_sub(SHOWN);
    let shown = all.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {} more", number(more as u64)) } else { shown }
}

fn complete(s: &InspectionFacts<'_>) -> Option<Capability> {
    const NAME: Question = Question::Complete;
    let (bad, files) = (s.coverage.bad_rows, s.coverage.incomplete_inputs as u64);
    Some(if bad + files == 0 {
        Capability::new(NAME, Availability::Yes, "Every input was read to its end.")
    } else {
        let because = format!(
            "{} not be read completely; {} refused.",
            count(files, "input could", "inputs could"),
            count(bad, "row was", "rows were")
        );
        Capability::new(NAME, Availability::Partly, because)
            .do_this("See why beside each input, and export or fetch it again.")
    })
}

fn days(s: &InspectionFacts<'_>) -> Option<Capability> {
    const NAME: Question = Question::EveryDay;
    // A few days do not show on which days rows are to be expected.
    if s.workspaces().all(|w| w.days < 7) {
        return None;
    }
    let with_gaps: Vec<_> = s.workspaces().filter(|w| !w.gaps.is_empty()).collect();
    let Some(first) = with_gaps.first() else {
        return Some(Capability::new(
            NAME,
            Availability::Yes,
            "No workspace lacks a day on which rows were to be expected.",
        ));
    };
    let (from, to) = first.gaps[0];
    let because = format!(
        "{} days on which rows were to be expected, such as {} in {}. A loss whose 30 days hold such a day stays unknown (log-gap).",
        count(with_gaps.len() as u64, "workspace lacks", "workspaces lack"),
        format::days(from, to),
        first.workspace_id
    );
    Some(
        Capability::new(NAME, Availability::Partly, because)
            .do_this("Export those days again, or all of the time at once."),
    )
}

fn history(s: &InspectionFacts<'_>) -> Option<Capability> {
    const NAME: Question = Question::RareCalls;
    if !s.has_rows() {
        let no_log = "There is no log: every need is unknown (no-history), and only what the token list says can be told.";
        return Some(Capability::new(NAME, Availability::No, no_log).do_this(
            "Export system.access.audit, as the README shows under \"Your own workspace\", and name it beside the token list.",
        ));
    }
    let end = s.assessment.given.as_of;
    let shortest = s.workspaces().filter_map(|w| Some((w.first_time?, w))).max_by_key(|(first, _)| *first)?;
    let length = end.since(shortest.0);
    let reach = format!(
        "The log of workspace {} reaches back {}",
        shortest.1.workspace_id,
        count(length.as_days().round() as u64, "day", "days")
    );
    let all = "Databricks keeps 365 days of system.access.audit: export all of them.";
    Some(if length >= Span::days(364) {
        let because = format!(
            "{reach}: calls made once a quarter are found. A yearly one is seen once at most and cannot be told from a single one: declare it in annotations.toml."
        );
        Capability::new(NAME, Availability::Yes, because)
    } else if length >= Span::days(90) {
        let because = format!("{reach}: monthly calls are found, while a quarterly one may lie before it.");
        Capability::new(NAME, Availability::Partly, because).do_this(all)
    } else if length > Span::days(30) {
        let because =
            format!("{reach}: weekly calls are found, while monthly and rarer ones may lie before it.");
        Capability::new(NAME, Availability::Partly, because).do_this(all)
    } else {
        let because = format!("{reach}, no longer than one window: there are no odds (short-history).");
        Capability::new(NAME, Availability::No, because).do_this(all)
    })
}

fn tie(s: &InspectionFacts<'_>) -> Option<Capability> {
    const NAME: Question = Question::TieCallsToTokens;
    if !s.has_rows() {
        return None;
    }
    let ledger = s.assessment.ledger;
    let named = s.workspaces().filter_map(|w| w.links.get(&ByName(Link::Row))).sum::<u64>();
    if named > 0 && s.kind("token_login") == 0 {
        return Some(Capability::new(
            NAME,
            Availability::Yes,
            "The access log names the token of its calls: those ties are exact.",
        ));
    }
    if s.kind("token_login") == 0 {
        let without_method = ledger.tally.logins_without_method;
        let because = if without_method > 0 {
            format!(
                "{} not say how the token came in, so none can be told from a token minted inside Databricks. Calls are tied to principals only: every use is possible, never sure (T5).",
                count(without_method, "tokenLogin row does", "tokenLogin rows do")
            )
        } else {
            "No row says which token signed in (accounts/tokenLogin). Calls are tied to principals only: every use is possible, never sure (T5).".to_owned()
        };
        return Some(Capability::new(NAME, Availability::No, because).do_this(
            "Export the rows of the service accounts with their request_params user, tokenId and authenticationMethod (Azure: the diagnostic category accounts).",
        ));
    }
    let has = |id: fn(&crate::ledger::AddressKey) -> Id| ledger.addresses.iter().any(|(key, _)| id(key) != 0);
    if !ledger.addresses.is_empty() && !has(|k| k.agent) {
        let because = "No row has a user agent: a call cannot be tied to the login of the same client, nor told from Databricks' own.";
        return Some(
            Capability::new(NAME, Availability::No, because).do_this("Export the column user_agent too."),
        );
    }
    if !ledger.addresses.is_empty() && !has(|k| k.address) {
        let because = "No row has an address: calls are tied to logins by their user agent alone, and clients with the same agent cannot be told apart.";
        return Some(
            Capability::new(NAME, Availability::Partly, because)
                .do_this("Export the column source_ip_address too."),
        );
    }
    let whole_seconds = if s.rows_as(&[LogFormat::AzureJson, LogFormat::LogAnalyticsCsv]) > 0 {
        " Azure writes whole seconds: a login up to 11 s away counts as near, instead of 10 s."
    } else {
        ""
    };
    let measured: Vec<_> = s.workspaces().filter(|w| w.login_density.is_some()).collect();
    let caching: Vec<_> = measured.iter().filter(|w| !w.per_request_logins).collect();
    let because = match (measured.first(), caching.first()) {
        (None, _) => "Tokens sign in, yet no call comes from a client that does.".to_owned(),
        (_, None) => "Clients sign in for each request: a call has its login beside it.".to_owned(),
        (_, Some(first)) => format!(
            "In {} of {} logins are kept for a while (of the linked calls of {}, {} have one beside them): ties there are of medium confidence where several credentials share a client.",
            caching.len(),
            count(measured.len() as u64, "workspace", "workspaces"),
            first.workspace_id,
            format::odds(first.login_density.unwrap_or_default())
        ),
    };
    let answer =
        if caching.is_empty() && !measured.is_empty() { Availability::Yes } else { Availability::Partly };
    Some(Capability::new(NAME, answer, because + whole_seconds))
}

fn tell_apart(s: &InspectionFacts<'_>) -> Option<Capability> {
    const NAME: Question = Question::TellTokensApart;
    let calls: u64 = s.coverage.tiers.values().sum();
    if calls == 0 || s.kind("token_login") == 0 {
        return None;
    }
    let shared: u64 = s.coverage.unattributed.iter().map(|u| u.shared).sum();
    let Some(worst) = s.coverage.unattributed.iter().max_by_key(|u| u.shared).filter(|u| u.shared > 0) else {
        return Some(Capability::new(NAME, Availability::Yes, "No call may be that of several tokens."));
    };
    let because = format!(
        "{} of {} API calls may be any token's of their principal, most of them {}'s.",
        number(shared),
        number(calls),
        worst.principal
    );
    Some(Capability::new(NAME, Availability::Partly, because).do_this(
        "Give each workload a principal of its own; or give an HTTP access log with token ids, from an egress proxy.",
    ))
}

fn map(s: &InspectionFacts<'_>) -> Option<Capability> {
    const NAME: Question = Question::MapCallsToScopes;
    let unmapped = s.kind("unmapped");
    if unmapped + s.kind("api_call") == 0 {
        return None;
    }
    let Some(first) = s.coverage.unmapped.first() else {
        return Some(Capability::new(NAME, Availability::Yes, "The catalog knows every action in the logs."));
    };
    let because = format!(
        "{} of an action the catalog does not know, most often {}. No scope is guessed for them.",
        count(unmapped, "row is", "rows are"),
        first.action
    );
    Some(Capability::new(NAME, Availability::Partly, because).do_this(
        "Lay rows of your own over the catalog with --catalog FILE; `scopecast catalog explain ACTION` shows what is near.",
    ))
}

fn unity_catalog(s: &InspectionFacts<'_>) -> Option<Capability> {
    const NAME: Question = Question::AccountLevelRows;
    if s.rows_as(&AUDIT_LOGS) == 0 {
        return None;
    }
    let ledger = s.assessment.ledger;
    let is = |action: &str| action.get(..13).is_some_and(|s| s.eq_ignore_ascii_case("unityCatalog/"));
    let actions: BTreeSet<Id> = s.assessment.rows.iter().map(|r| r.key.action).collect();
    Some(if actions.into_iter().any(|a| is(ledger.text(a))) {
        Capability::new(NAME, Availability::Yes, "Rows of Unity Catalog, which are account-level, are there.")
    } else {
        let because = "There is no row of Unity Catalog. They are account-level, so an export of one workspace may leave them out, and then no need of unity-catalog is seen.";
        Capability::new(NAME, Availability::Partly, because).do_this(
            "Export the rows with workspace_id 0 too (log delivery: the folder workspaceId=0; Azure: the category unityCatalog).",
        )
    })
}

fn states(s: &InspectionFacts<'_>) -> Option<Capability> {
    const NAME: Question = Question::StatesAndExpiry;
    const LIST: &str = "databricks token-management list -o json > tokens-YYYY-MM-DD.json";
    let lists = &s.coverage.inventories;
    if lists.is_empty() {
        let because = "There is no token list: states of auto-scoping, granted and proposed scopes, expiry and which tokens are gone are not known.";
        let remedy = format!("As an admin of the workspace: {LIST}, then name it with --tokens.");
        return Some(Capability::new(NAME, Availability::No, because).do_this(remedy));
    }
    if !lists.iter().any(|l| l.shows.any()) {
        let because =
            "The token list shows neither states nor scopes: the tool that wrote it is too old to know them.";
        let remedy = format!("With a current Databricks CLI: {LIST}");
        return Some(Capability::new(NAME, Availability::Partly, because).do_this(remedy));
    }
    let covered: BTreeSet<&str> = lists
        .iter()
        .filter(|l| l.kind == ListKind::Admin)
        .flat_map(|l| &l.covers)
        .map(String::as_str)
        .collect();
    let roster = &s.assessment.roster.tokens;
    let is_covered = |workspace: &str| {
        covered.contains(workspace) || roster.iter().any(|t| t.in_inventory && t.workspace == workspace)
    };
    let missing: Vec<_> = s
        .workspaces()
        .filter(|w| w.tokens > 0 && !is_covered(&w.workspace_id))
        .map(|w| &*w.workspace_id)
        .collect();
    if missing.is_empty() {
        return Some(Capability::new(
            NAME,
            Availability::Yes,
            "Every workspace with tokens is in a token list.",
        ));
    }
    let because = format!("No token list has a token of workspace {}.", some(missing.iter().copied()));
    let by_name = missing.iter().any(|w| !w.bytes().all(|b| b.is_ascii_digit()));
    let remedy = if by_name {
        format!(
            "Azure logs know workspaces by name: --workspace NAME=ID says which id that is. Or, there: {LIST}"
        )
    } else {
        format!("In each of them: {LIST}")
    };
    Some(Capability::new(NAME, Availability::Partly, because).do_this(remedy))
}

fn dates(s: &InspectionFacts<'_>) -> Option<Capability> {
    const NAME: Question = Question::Dates;
    let live: Vec<_> = s.assessment.roster.tokens.iter().filter(|t| t.gone.is_none()).collect();
    if live.is_empty() {
        return None;
    }
    let of = |s: &InspectionFacts<'_>, t: &crate::attribute::Token| {
        let facts = crate::context::annotations::TokenToMatch {
            token_id: &t.id,
            owner: &t.principal,
            comment: &t.comment,
            workspace: &t.workspace,
        };
        Enforcement::of(t, &s.assessment.annotations.for_token(&facts), s.assessment.given)
    };
    let undated = live.iter().filter(|t| matches!(of(s, t), Enforcement::Undated { .. })).count() as u64;
    let all = live.len() as u64;
    if undated == 0 {
        return Some(Capability::new(
            NAME,
            Availability::Yes,
            "Of every token it is known when it is narrowed, or that it is not.",
        ));
    }
    let because = format!(
        "Of {} of {} nobody says when scopes are enforced: there are odds instead of a date.",
        number(undated),
        count(all, "token", "tokens")
    );
    let answer = if undated == all { Availability::No } else { Availability::Partly };
    Some(Capability::new(NAME, answer, because).do_this(
        "Databricks' reminder mail names the date: give it with --enforced-on DATE, or per token as enforced_on in annotations.toml.",
    ))
}
