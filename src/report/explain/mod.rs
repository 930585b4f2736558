//! The whole chain behind one token, or one scope of it: rows, ties, catalog, window, cadence, odds, verdict, remedy.

mod evidence;
mod future;
mod labelled_lines;
mod token;

use crate::assess::readiness::InputReport;
use crate::assess::{Assessment, Finding, TokenAssessment};
use crate::attribute::Token;
use crate::catalog::ScopeId;
use crate::error::Error;
use crate::timeline::history::ScopeHistory;
use crate::timeline::verdict::Judgement;
use labelled_lines::ExplanationText;

/// Explains the token whose id starts so, or only one scope of it: `TOKEN` or `TOKEN/SCOPE`.
///
/// # Errors
/// When no token, or several, or no such scope is meant.
pub(crate) fn explain(
    assessment: &Assessment<'_>,
    findings: &[Finding],
    inputs: &[InputReport],
    target: &str,
) -> Result<String, Error> {
    let (token, scope) = find(assessment, target)?;
    let mut page = ExplanationText::default();
    incomplete(&mut page, inputs);
    token::about(&mut page, assessment, token);
    let Some(assessed) = assessment.tokens.iter().find(|c| c.token.id == token.id) else {
        return Ok(page.into_text());
    };
    token::enforcement(&mut page, assessment, assessed);
    let mut scopes: Vec<ExplainedScope<'_, '_>> = assessed
        .scopes
        .iter()
        .map(|(id, (history, judgement))| ExplainedScope {
            assessment,
            assessed,
            id: *id,
            history,
            judgement,
        })
        .collect();
    scopes.sort_by_key(|s| s.name().to_owned());
    if let Some(name) = scope {
        let known: Vec<_> = scopes.iter().map(|s| s.name().to_owned()).collect();
        scopes.retain(|s| s.name() == name);
        if scopes.is_empty() {
            return Err(no_scope(name, &known));
        }
    } else if scopes.is_empty() {
        page.line("scopes", "none is known: neither used, nor granted and judged, nor declared");
    }
    for scope in &scopes {
        page.heading(&format!("{}: {}", scope.name(), token::verdict(scope.judgement)));
        evidence::rows(&mut page, scope);
        evidence::catalog(&mut page, scope);
        future::window(&mut page, scope);
        future::cadence(&mut page, scope);
        future::odds(&mut page, scope);
        token::reason(&mut page, scope);
        token::findings(&mut page, findings, &token.id, Some(scope.name()));
    }
    if scope.is_none() {
        page.heading("The token as a whole");
        token::findings(&mut page, findings, &token.id, None);
    }
    Ok(page.into_text())
}

/// What could not be read to its end: the chain may lack links.
fn incomplete(page: &mut ExplanationText, inputs: &[InputReport]) {
    for input in inputs {
        if let Some(problem) = &input.row.problem {
            page.line("not read", &format!("{}: {problem}", input.row.path));
        }
    }
}

/// One scope of the token, with all that was found about it.
struct ExplainedScope<'w, 'a> {
    assessment: &'w Assessment<'a>,
    assessed: &'w TokenAssessment<'a>,
    id: ScopeId,
    history: &'w ScopeHistory<'a>,
    judgement: &'w Judgement,
}

impl<'w> ExplainedScope<'w, '_> {
    fn name(&self) -> &'w str {
        self.assessment.catalog.scope_name(self.id)
    }
}

/// The token meant, and the scope if one is named. An id may hold a slash itself.
fn find<'w, 't>(
    assessment: &'w Assessment<'_>,
    target: &'t str,
) -> Result<(&'w Token, Option<&'t str>), Error> {
    let starting = |start: &str| -> Vec<&Token> {
        assessment.roster.tokens.iter().filter(|t| !start.is_empty() && t.id.starts_with(start)).collect()
    };
    let whole = starting(target);
    let (found, scope) = match target.rsplit_once('/') {
        Some((token, scope)) if whole.is_empty() => (starting(token), Some(scope)),
        _ => (whole, None),
    };
    match found.as_slice() {
        [one] => Ok((one, scope)),
        // An id that another one begins with.
        several if several.iter().any(|t| t.id == target) => several
            .iter()
            .find(|t| t.id == target)
            .map(|t| (*t, scope))
            .ok_or_else(|| no_token(assessment, target)),
        [] => Err(no_token(assessment, target)),
        several => Err(Error::Usage(format!(
            "--explain {}: {} tokens start so: {}. Give more of the id.",
            target.escape_debug(),
            several.len(),
            listed(several)
        ))),
    }
}

fn no_token(assessment: &Assessment<'_>, target: &str) -> Error {
    let all: Vec<&Token> = assessment.roster.tokens.iter().collect();
    let known = match all.len() {
        0 => "No token was found at all. Look whether the logs hold tokenLogin rows, or give a token list with --tokens.".into(),
        n => format!("There are {n}, such as {}. Give the start of one of the ids in the report.", listed(&all)),
    };
    Error::Usage(format!("--explain {}: no token's id starts so. {known}", target.escape_debug()))
}

fn no_scope(name: &str, known: &[String]) -> Error {
    let known = match known {
        [] => "It has none. Leave the scope out.".to_owned(),
        known => format!("It has {}. Name one of them, or none for all.", known.join(", ")),
    };
    Error::Usage(format!("--explain: the token has no scope {}. {known}", name.escape_debug()))
}

fn listed(tokens: &[&Token]) -> String {
    const MOST: usize = 5;
    let mut ids: Vec<_> = tokens
        .iter()
        .take(MOST)
        .map(|t| super::escape::clip(&super::escape::visible(&t.id), 24).into_owned())
        .collect();
    if tokens.len() > MOST {
        ids.push("...".into());
    }
    ids.join(", ")
}
