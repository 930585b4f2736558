//! Names in findings -> pseudonyms.

use super::{Masker, NameKind};
use crate::assess::{AnnotationLine, Evidence, Finding, Remedy, Status};

impl Masker<'_> {
    pub(super) fn finding(&self, finding: &mut Finding) {
        let Finding {
            finding_id,
            rule: _,
            severity: _,
            confidence: _,
            token_id,
            workspace_id,
            principal,
            scope: _,
            title,
            loss_odds: _,
            evidence,
            dates: _,
            reminder_goes_to,
            advice,
            remedy,
            status,
            keep_alive,
            annotation,
        } = finding;
        // The public id is a plain hash, by which a name could be tried.
        self.name(NameKind::Finding, finding_id);
        self.sentence(title);
        self.sentence(advice);
        let Evidence { operations, more_operations: _, addresses, notes } = evidence;
        operations.iter_mut().for_each(|o| self.operation(o));
        addresses.iter_mut().for_each(|a| self.name(NameKind::Address, a));
        notes.iter_mut().for_each(|n| self.sentence(n));
        reminder_goes_to.iter_mut().for_each(|r| self.sentence(r));
        self.keep_alive(keep_alive);
        if let Some(AnnotationLine { file, line: _ }) = annotation {
            self.name(NameKind::Input, file);
        }
        if let Some(Remedy { scopes: _, previous: _, owner_command, admin_command, notes, terraform: _ }) =
            remedy
        {
            for command in [owner_command, admin_command] {
                self.command(command, token_id.as_deref());
            }
            notes.iter_mut().for_each(|n| self.sentence(n));
        }
        match status {
            Status::Open => {}
            Status::Accepted { reason, expires: _ } => self.name(NameKind::Text, reason),
        }
        self.optional(NameKind::Token, token_id);
        self.name(NameKind::Workspace, workspace_id);
        self.name(NameKind::Principal, principal);
    }

    /// A command names scopes, which are public, and the token.
    fn command(&self, command: &mut String, token: Option<&str>) {
        if let Some(token) = token {
            *command = command.replace(token, &self.key.pseudonym(NameKind::Token, token));
        }
    }
}
