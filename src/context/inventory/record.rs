//! The fields of one record -> a token, and what was wrong with single fields.

use super::field::Field;
use super::token::{State, Token};
use super::value;
use serde_json::Value;
use std::collections::BTreeMap;

/// The fields of one record, as found.
pub(super) type Fields = BTreeMap<Field, Value>;

/// Builds a token. A field that cannot be read is told and left out; a record without an id is no token.
pub(super) fn token(fields: &Fields, problems: &mut Vec<String>) -> Option<Token> {
    let mut reader = Reader { fields, problems };
    let Some(token_id) = reader.text(Field::TokenId) else {
        reader.problems.push("has no token id; it was left out".into());
        return None;
    };
    if token_id.contains("[blanked]") {
        reader.problems.push(
            "holds a token's secret value where its id belongs; it was left out. Revoke that token".into(),
        );
        return None;
    }
    let owner_id = reader.id(Field::OwnerId, "owner id");
    let created_by_id = reader.id(Field::CreatedById, "creator id");
    let created_by = reader.text(Field::CreatedBy).map(|name| name.to_ascii_lowercase());
    // The admin list names only the creator, who for tokens made on behalf of another is not the owner.
    let owner = reader.text(Field::Owner).map(|name| name.to_ascii_lowercase()).or_else(|| {
        let same = owner_id.is_some() && owner_id == created_by_id;
        created_by.clone().filter(|_| same)
    });
    Some(Token {
        token_id,
        workspace: reader
            .id(Field::Workspace, "workspace id")
            .or_else(|| reader.text(Field::WorkspaceName).map(|name| name.to_ascii_lowercase())),
        owner_id,
        owner,
        created_by_id,
        created_by,
        comment: fields.get(&Field::Comment).and_then(value::text).unwrap_or_default(),
        created: reader.read(Field::Created, "creation time", value::time),
        expires: reader.read(Field::Expires, "expiry time", value::time),
        last_used_day: reader.read(Field::LastUsed, "last use", value::time).map(|t| t.day()),
        state: reader.text(Field::State).and_then(|s| State::parse(&s)),
        scopes: reader.read(Field::Scopes, "list of scopes", value::list).filter(|s| !s.is_empty()),
        inferred: reader.read(Field::Inferred, "list of inferred scopes", value::list),
        backfill: reader.read(Field::Backfill, "list of backfill scopes", value::list),
        seen_in: None,
    })
}

struct Reader<'a> {
    fields: &'a Fields,
    problems: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn text(&self, field: Field) -> Option<String> {
        self.fields.get(&field).filter(|v| !value::is_absent(v)).and_then(value::text)
    }

    fn id(&mut self, field: Field, name: &str) -> Option<String> {
        self.read(field, name, value::id)
    }

    fn read<T>(
        &mut self,
        field: Field,
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
