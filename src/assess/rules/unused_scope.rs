//! A granted scope that the history never shows in use.

use super::Rule;
use crate::assess::draft::{Words, about_scope, of_token};
use crate::assess::finding::{Finding, Severity};
use crate::assess::world::World;
use crate::catalog::{ScopeId, Sensitivity};
use crate::confidence::Confidence;
use crate::time::Span;
use crate::timeline::standing::Standing;

/// A shorter history says nothing about what is never used.
const ENOUGH: Span = Span::days(90);

pub(super) struct UnusedScope;

impl Rule for UnusedScope {
    fn id(&self) -> &'static str {
        "unused-scope"
    }

    fn summary(&self) -> &'static str {
        "The token holds a scope that its history never uses"
    }

    fn assess(&self, world: &World<'_>, findings: &mut Vec<Finding>) {
        for case in &world.cases {
            let Standing::Granted(held) = &case.standing else { continue };
            let since = case.log.and_then(|l| l.from).map(|f| case.token.created.map_or(f, |c| c.max(f)));
            let Some(since) = since.filter(|s| world.given.as_of.since(*s) >= ENOUGH) else { continue };
            if case.active.is_empty() {
                continue;
            }
            for name in held {
                let Some(id) = world.catalog.scope_named(name).filter(|id| *id != ScopeId::ALL_APIS) else {
                    continue;
                };
                // What mints tokens is told by a rule of its own; what leaves no rows cannot be called unused.
                let visible = world.catalog.scope(id).is_some_and(|s| {
                    s.observability.is_observable() && s.sensitivity != Sensitivity::MintsTokens
                });
                if case.scopes.contains_key(&id) || !visible {
                    continue;
                }
                let words = Words {
                    title: format!("holds {name}, which its history since {} never uses", since.day()),
                    advice: format!("Ask its owner; if nothing needs {name}, set the list without it."),
                    notes: vec!["many reads leave no audit row, so this is no proof".to_owned()],
                };
                let finding = of_token(world, case, self.id(), (Severity::Info, Confidence::Low), words);
                findings.push(about_scope(finding, name, None));
            }
        }
    }
}
