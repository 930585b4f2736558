//! Names in token rows -> pseudonyms.

use super::{Masker, NameKind};
use crate::report::model::{
    InheritedRow, LineageRow, OperationRow, PredecessorRow, ScopeRow, TokenRow, Workload,
};

impl Masker<'_> {
    pub(super) fn token(&self, token: &mut TokenRow) {
        let TokenRow {
            token_id,
            principal,
            principal_name,
            workspace_id,
            comment,
            state: _,
            gone: _,
            window: _,
            decided_by: _,
            created: _,
            expires: _,
            first_seen: _,
            last_seen: _,
            last_used_day: _,
            granted_scopes: _,
            inferred_scopes: _,
            backfill_scopes: _,
            needed_scopes: _,
            cross_check: _,
            profile: _,
            workload,
            advice,
            dates: _,
            lineage,
            scopes,
            unmapped_calls: _,
            silent_logins: _,
        } = token;
        self.name(NameKind::Token, token_id);
        self.name(NameKind::Principal, principal);
        self.optional(NameKind::Principal, principal_name);
        self.name(NameKind::Workspace, workspace_id);
        self.name(NameKind::Text, comment);
        let Workload { name, owner, lifetime, migration } = workload;
        [name, owner, lifetime, migration].into_iter().for_each(|text| self.optional(NameKind::Text, text));
        self.sentence(advice);
        self.lineage(lineage);
        for scope in scopes {
            let ScopeRow {
                scope: _,
                verdict: _,
                reason: _,
                confidence: _,
                sure: _,
                needed: _,
                declared: _,
                uses: _,
                first_used: _,
                last_used: _,
                loss_odds: _,
                loss_odds_since_start: _,
                likeliest_window_keeps: _,
                inherited,
                cadence: _,
                cadence_detail: _,
                occurrences: _,
                next_call: _,
                sweep: _,
                keep_alive,
                days: _,
                operations,
            } = scope;
            self.keep_alive(keep_alive);
            if let Some(InheritedRow { tokens, uses: _, first_used: _, last_used: _, confidence: _ }) =
                inherited
            {
                tokens.iter_mut().for_each(|t| self.name(NameKind::Token, t));
            }
            for OperationRow { operation, count: _, tier: _, cadence: _ } in operations {
                self.sentence(operation);
            }
        }
    }

    fn lineage(&self, lineage: &mut LineageRow) {
        let LineageRow { predecessors, undecided, successor } = lineage;
        for PredecessorRow { token_id, confidence: _, declared: _, evidence, gone: _ } in predecessors {
            self.name(NameKind::Token, token_id);
            evidence.iter_mut().for_each(|e| self.sentence(e));
        }
        undecided.iter_mut().chain(successor).for_each(|t| self.name(NameKind::Token, t));
    }
}
