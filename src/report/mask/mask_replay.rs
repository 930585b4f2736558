//! Names in the replay -> pseudonyms.

use super::{Masker, NameKind};
use crate::analysis::replay::{EveryDate, ReplayReport, ReplayRow, ReplayedScope};

impl Masker<'_> {
    pub(super) fn replay(&self, replay: &mut ReplayReport) {
        let ReplayReport { lists, date, dates } = replay;
        let of_dates = dates.iter_mut().flat_map(|every| {
            let EveryDate {
                from: _,
                to: _,
                dates: _,
                refusing: _,
                worst,
                typical,
                typical_to: _,
                changes: _,
            } = every;
            [worst, typical]
        });
        for replayed in [lists, date].into_iter().chain(of_dates).flatten() {
            for token in &mut replayed.tokens {
                let ReplayRow {
                    token_id,
                    workspace_id,
                    principal,
                    gone: _,
                    refused: _,
                    cannot_say: _,
                    first_refusal: _,
                    scopes,
                } = token;
                self.name(NameKind::Token, token_id);
                self.name(NameKind::Workspace, workspace_id);
                self.name(NameKind::Principal, principal);
                for ReplayedScope { scope: _, refused: _, first: _, last: _, operations, addresses } in scopes
                {
                    operations.iter_mut().for_each(|o| self.operation(o));
                    addresses.iter_mut().for_each(|a| self.name(NameKind::Address, a));
                }
            }
        }
    }
}
