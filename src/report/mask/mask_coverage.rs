//! Names in what was read and not seen -> pseudonyms.

use super::{Masker, NameKind};
use crate::analysis::calibrate::{Calibration, Misfit};
use crate::context::inventory::DumpSummary;
use crate::report::model::{Coverage, ExampleRow, UnattributedRow, UnmappedRow, WorkspaceCoverage};

impl Masker<'_> {
    pub(super) fn coverage(&self, coverage: &mut Coverage) {
        let Coverage {
            rows_read: _,
            bad_rows: _,
            duplicates: _,
            id_reused: _,
            truncated_rows: _,
            lossy_rows: _,
            rows_after_as_of: _,
            first_time: _,
            last_time: _,
            incomplete_inputs: _,
            skipped_files: _,
            formats: _,
            kinds: _,
            late_edge: _,
            mixed_days,
            workspaces,
            left_out: _,
            tiers: _,
            unmapped,
            unattributed,
            request_ids: _,
            run_ids: _,
            gone_tokens: _,
            inventories,
            problems,
            cross_check: _,
            calibrations,
        } = coverage;
        for workspace in workspaces.iter_mut() {
            let WorkspaceCoverage {
                workspace_id,
                rows: _,
                days: _,
                stray_rows: _,
                first_time: _,
                last_day: _,
                gaps: _,
                kinds: _,
                tokens: _,
                principals: _,
                links: _,
                login_density: _,
                per_request_logins: _,
                unanswered_logins: _,
                rows_by_day: _,
            } = workspace;
            self.name(NameKind::Workspace, workspace_id);
        }
        workspaces.sort_by(|a, b| a.workspace_id.cmp(&b.workspace_id));
        *mixed_days = std::mem::take(mixed_days)
            .into_iter()
            .map(|(mut workspace, days)| {
                self.name(NameKind::Workspace, &mut workspace);
                (workspace, days)
            })
            .collect();
        for UnmappedRow { action, events: _, nearest: _, example } in unmapped {
            self.sentence(action);
            if let Some(ExampleRow { time: _, workspace_id, principal, agent }) = example {
                self.name(NameKind::Workspace, workspace_id);
                self.name(NameKind::Principal, principal);
                self.sentence(agent);
            }
        }
        for UnattributedRow { workspace_id, principal, shared: _, without_token: _, tied: _, share: _ } in
            unattributed
        {
            self.name(NameKind::Workspace, workspace_id);
            self.name(NameKind::Principal, principal);
        }
        for inventory in inventories {
            let DumpSummary { source, kind: _, date: _, date_from: _, tokens: _, shows: _, covers } =
                inventory;
            self.name(NameKind::Input, source);
            covers.iter_mut().for_each(|w| self.name(NameKind::Workspace, w));
        }
        problems.iter_mut().for_each(|p| self.sentence(p));
        for calibration in calibrations {
            let Calibration {
                list: _,
                answer: _,
                tokens: _,
                deciding_tokens: _,
                published: _,
                never_logged: _,
                candidates: _,
                best: _,
                runners_up: _,
                misfits,
                option: _,
            } = calibration;
            for Misfit { token_id, workspace_id, missed: _, extra: _ } in misfits {
                self.name(NameKind::Token, token_id);
                self.name(NameKind::Workspace, workspace_id);
            }
        }
    }
}
