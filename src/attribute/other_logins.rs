//! Login rows of other credentials -> which principals also sign in by OAuth or browser.

use super::attribution::Principal;
use super::reading::{LeftOut, Reading};
use crate::ledger::{Id, Ledger, LedgerRow};
use crate::support::hash::Set;
use std::collections::BTreeMap;

/// Marks every principal that signs in by OAuth or browser, by (workspace, principal).
pub(super) fn other_logins(
    ledger: &Ledger,
    rows: &[LedgerRow],
    readings: &[Reading],
) -> BTreeMap<(Id, Id), Principal> {
    let mut principals = BTreeMap::new();
    for (row, reading) in rows.iter().zip(readings) {
        if matches!(reading, Reading::LeftOut(LeftOut::OtherLogin)) {
            let key = (row.key.workspace, row.key.principal);
            mark(&mut principals, key, is_browser_login(ledger, row));
        }
    }
    spread_account_logins(ledger, &mut principals);
    principals
}

fn mark(principals: &mut BTreeMap<(Id, Id), Principal>, key: (Id, Id), browser: bool) {
    let principal = principals.entry(key).or_default();
    principal.other_logins = true;
    principal.browser |= browser;
}

fn is_browser_login(ledger: &Ledger, row: &LedgerRow) -> bool {
    let action = ledger.text(row.key.action).to_ascii_lowercase();
    ledger.text(row.key.agent).starts_with("Mozilla/")
        || ["browser", "saml", "/login", "password", "mfa"].iter().any(|word| action.contains(word))
}

/// A login at the account level counts in every workspace of the principal.
fn spread_account_logins(ledger: &Ledger, principals: &mut BTreeMap<(Id, Id), Principal>) {
    let Some(account) = ledger.names.find(crate::ledger::ACCOUNT) else { return };
    let of_account: Vec<(Id, bool)> = principals
        .iter()
        .filter(|((workspace, _), p)| *workspace == account && p.other_logins)
        .map(|((_, principal), p)| (*principal, p.browser))
        .collect();
    let workspaces: Set<Id> = ledger.days.iter().map(|((w, _), _)| *w).collect();
    for (principal, browser) in of_account {
        for &workspace in &workspaces {
            mark(principals, (workspace, principal), browser);
        }
    }
}
