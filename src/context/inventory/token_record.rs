//! The fields of one record -> a token, and what was wrong with single fields.

use super::cell_value;
use super::list_field::ListField;
use super::list_records::Fields;
use super::listed_token::{ListedToken, TokenState};
use serde_json::Value;

/// Builds a token. A field that cannot be read is left out and becomes a problem; a record without an id gives `None`.
pub(super) fn token(fields: &Fields, problems: &mut Vec<String>) -> Option<ListedToken> {
    let mut reader = FieldReader { fields, problems };
    let Some(token_id) = reader.text(ListField::TokenId) else {
        reader.problems.push("has no token id; it was left out".into());
        return None;
    };
    if token_id.contains("[blanked]") {
        reader.problems.push(
            "holds a token's secret value where its id belongs; it was left out. Revoke that token".into(),
        );
        return None;
    }
    let owner_id = reader.id(ListField::OwnerId, "owner id");
    let created_by_id = reader.id(ListField::CreatedById, "creator id");
    let created_by = reader.text(ListField::CreatedBy).map(|name| name.to_ascii_lowercase());
    // The admin list names only the creator, who for tokens made on behalf of another is not the owner.
    let owner = reader.text(ListField::Owner).map(|name| name.to_ascii_lowercase()).or_else(|| {
        let same = owner_id.is_some() && owner_id == created_by_id;
        created_by.clone().filter(|_| same)
    });
    Some(ListedToken {
        token_id,
        workspace: reader
            .id(ListField::Workspace, "workspace id")
            .or_else(|| reader.text(ListField::WorkspaceName).map(|name| name.to_ascii_lowercase())),
        owner_id,
        owner,
        created_by_id,
        created_by,
        comment: fields.get(&ListField::Comment).and_then(cell_value::text).unwrap_or_default(),
        created: reader.read(ListField::Created, "creation time", cell_value::time),
        expires: reader.read(ListField::Expires, "expiry time", cell_value::time),
        last_used_day: reader.read(ListField::LastUsed, "last use", cell_value::time).map(|t| t.day()),
        state: reader.text(ListField::TokenState).and_then(|s| TokenState::parse(&s)),
        scopes: reader.read(ListField::Scopes, "list of scopes", cell_value::list).filter(|s| !s.is_empty()),
        inferred: reader.read(ListField::Inferred, "list of inferred scopes", cell_value::list),
        backfill: reader.read(ListField::Backfill, "list of backfill scopes", cell_value::list),
        seen_in: None,
    })
}

struct FieldReader<'a> {
    fields: &'a Fields,
    problems: &'a mut Vec<String>,
}

impl FieldReader<'_> {
    fn text(&self, field: ListField) -> Option<String> {
        self.fields.get(&field).filter(|v| !cell_value::is_absent(v)).and_then(cell_value::text)
    }

    fn id(&mut self, field: ListField, name: &str) -> Option<String> {
        self.read(field, name, cell_value::id)
    }

    fn read<T>(
        &mut self,
        field: ListField,
        name: &str,
        read: fn(&Value) -> Result<Option<T>, String>,
    ) -> Option<T> {
        match read(self.fields.get(&field)?) {
            Ok(found) => found,
            Err(why) => {
                self.problems.push(format!("the {name} {why}"));
                None
            }
        }
    }
}
