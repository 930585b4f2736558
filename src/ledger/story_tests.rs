//! The ledger of the test story ties each call to the token that made it, or to none.

use super::link::Link;
use super::{Duplicates, Fold, FoldContext, Ledger, merge};
use crate::input::event::EventSink;
use crate::input::story::{event, story};
use crate::support::hash::Set;
use scopecast_story::{DAYS, Story};
use std::collections::{BTreeMap, BTreeSet};

fn ledger(story: &Story) -> Ledger {
    let shared = FoldContext {
        duplicates: Duplicates::default(),
        wanted_requests: Set::default(),
        closed: None,
        templates: &|_, _| None,
    };
    let mut fold = Fold::new(&shared);
    story.rows().iter().for_each(|row| fold.event(&event(row)));
    merge(vec![fold])
}

#[test]
fn the_ledger_names_the_token_that_made_the_call_or_none() {
    let story = story(DAYS);
    let ledger = ledger(&story);
    let token = |id: &str| story.tokens().iter().find(|t| t.id == id).unwrap();
    let mut links: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for row in &ledger.rows {
        let action = ledger.text(row.key.action);
        let names_it = [Link::Row, Link::Unanswered].contains(&row.key.link);
        if names_it || ledger.text(row.key.token).is_empty() {
            continue;
        }
        let token = token(ledger.text(row.key.token));
        let made = story.rows().iter().any(|r| {
            r.call.as_ref().is_some_and(|c| c.token_id == token.id)
                && r.time.day().0 == row.key.day.0
                && format!("{}/{}", r.service, r.action) == action
        });
        assert!(made, "{} never called {action} on {}", token.name, row.key.day);
        links.entry((token.name, action.to_owned())).or_default().insert(row.key.link);
    }
    let linked = |name, action: &str| links.get(&(name, action.to_owned())).cloned().unwrap_or_default();
    assert_eq!(linked("quarter-close", "unityCatalog/updatePermissions"), BTreeSet::from([Link::Sole]));
    assert_eq!(linked("terraform-ci", "secrets/putAcl"), BTreeSet::from([Link::Sole]));
    assert_eq!(linked("orders-pipeline", "databrickssql/startWarehouse"), BTreeSet::from([Link::Sole]));
    assert_eq!(linked("fiscal-catalog", "unityCatalog/createCatalog"), BTreeSet::from([Link::Run]));
    assert_eq!(linked("archive", "filesystem/filesPut"), BTreeSet::from([Link::Recent]));
    assert!(links.keys().all(|(name, _)| !name.starts_with("ingest-")), "{links:?}");
    assert!(ledger.tokens.iter().all(|(id, _)| token(ledger.text(*id)).id.len() == 64));
    assert_eq!(ledger.tally.duplicates, story.rows().len() as u64 / 212);
}
