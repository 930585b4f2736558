//! Ledger rows -> uses: which token a row belongs to, how surely, and which scope it needs.

mod attribution;
mod conflicting_clients;
mod denials;
mod density;
pub(crate) mod lineage;
mod other_logins;
mod reading;
mod roster;
mod tie;
mod tier;
mod uses;

pub(crate) use attribution::{Attribution, Principal};
pub(crate) use denials::AttributedDenial;
pub(crate) use density::LinkDensity;
pub(crate) use roster::{Gone, IDLE, Roster, Token};
pub(crate) use tier::Tier;
pub(crate) use uses::{AccountUse, Unmapped, Use, UseKind};

use crate::catalog::Catalog;
use crate::context::client_log::ClientDenial;
use crate::ledger::{Ledger, LedgerRow};
use rayon::prelude::*;
use reading::{Reading, RowReader};
use tie::{TieRule, TiedRow};

/// Ties every row to a token or a principal. Rows at or after `as_of` must not be in `rows`.
pub(crate) fn attribute(
    ledger: &Ledger,
    rows: &[LedgerRow],
    catalog: &Catalog,
    roster: &Roster,
    client_denials: &[ClientDenial],
) -> Attribution {
    let reader = || RowReader::new(ledger, catalog);
    let readings: Vec<Reading> = rows.par_iter().map_init(reader, RowReader::read).collect();
    let principals = other_logins::other_logins(ledger, rows, &readings);
    let rule = TieRule {
        ledger,
        roster,
        density: density::of(rows, &readings),
        conflicting: conflicting_clients::conflicting_clients(rows, &readings),
        other_logins: principals.iter().filter(|(_, p)| p.other_logins).map(|(key, _)| *key).collect(),
    };
    let all = roster.tokens.len();
    let share = rows.len().div_ceil(rayon::current_num_threads()).max(1);
    let parts: Vec<Attribution> = rows
        .par_chunks(share)
        .zip(readings.par_chunks(share))
        .map(|(rows, readings)| {
            let mut part = Attribution::empty(all);
            for (row, reading) in rows.iter().zip(readings) {
                part.add(row, reading, rule.tie(&TiedRow::of_ledger(row)), ledger);
            }
            part
        })
        .collect();
    let mut out = Attribution { principals, ..Attribution::empty(all) };
    parts.into_iter().for_each(|part| out.append(part));
    out.denials.extend(denials::of_clients(client_denials, ledger, roster, &rule));
    for (token, one) in denials::uses(&out.denials, catalog) {
        out.uses[token].push(one);
    }
    out.density = rule.density;
    out
}
