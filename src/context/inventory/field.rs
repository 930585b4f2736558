//! The name of a JSON key or CSV column -> which field of a token it is.

/// A field of a token record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Field {
    TokenId,
    Workspace,
    WorkspaceName,
    OwnerId,
    Owner,
    CreatedById,
    CreatedBy,
    Comment,
    Created,
    Expires,
    LastUsed,
    State,
    Scopes,
    Inferred,
    Backfill,
}

/// Names as the APIs and their SDKs write them, without case and separators. `last_accessed_time` comes from REST only.
const API: &[(&str, Field)] = &[
    ("tokenid", Field::TokenId),
    ("workspaceid", Field::Workspace),
    ("ownerid", Field::OwnerId),
    ("createdbyid", Field::CreatedById),
    ("createdbyusername", Field::CreatedBy),
    ("comment", Field::Comment),
    ("creationtime", Field::Created),
    ("expirytime", Field::Expires),
    ("lastusedday", Field::LastUsed),
    ("lastaccessedtime", Field::LastUsed),
    ("autoscopestate", Field::State),
    ("scopes", Field::Scopes),
    ("inferredscopes", Field::Inferred),
    ("backfillscopes", Field::Backfill),
];

/// Further names of a table made for people; the headers of the account console's report are not published.
const REPORT: &[(&str, Field)] = &[
    ("token", Field::TokenId),
    ("id", Field::TokenId),
    ("patid", Field::TokenId),
    ("tokenidentifier", Field::TokenId),
    ("tokenhash", Field::TokenId),
    ("workspace", Field::WorkspaceName),
    ("workspacename", Field::WorkspaceName),
    ("owneruserid", Field::OwnerId),
    ("userid", Field::OwnerId),
    ("owner", Field::Owner),
    ("ownername", Field::Owner),
    ("owneremail", Field::Owner),
    ("ownerusername", Field::Owner),
    ("tokenowner", Field::Owner),
    ("user", Field::Owner),
    ("username", Field::Owner),
    ("useremail", Field::Owner),
    ("email", Field::Owner),
    ("principal", Field::Owner),
    ("principalname", Field::Owner),
    ("creatorid", Field::CreatedById),
    ("createdby", Field::CreatedBy),
    ("createdbyuser", Field::CreatedBy),
    ("creator", Field::CreatedBy),
    ("creatoremail", Field::CreatedBy),
    ("comments", Field::Comment),
    ("description", Field::Comment),
    ("name", Field::Comment),
    ("tokenname", Field::Comment),
    ("tokencomment", Field::Comment),
    ("created", Field::Created),
    ("createdat", Field::Created),
    ("createdon", Field::Created),
    ("createddate", Field::Created),
    ("createdtime", Field::Created),
    ("createtime", Field::Created),
    ("creation", Field::Created),
    ("creationdate", Field::Created),
    ("issuedat", Field::Created),
    ("expiration", Field::Expires),
    ("expirationdate", Field::Expires),
    ("expirationtime", Field::Expires),
    ("expires", Field::Expires),
    ("expiresat", Field::Expires),
    ("expireson", Field::Expires),
    ("expiry", Field::Expires),
    ("expirydate", Field::Expires),
    ("lastused", Field::LastUsed),
    ("lastusedat", Field::LastUsed),
    ("lastusedon", Field::LastUsed),
    ("lastuseddate", Field::LastUsed),
    ("lastusedtime", Field::LastUsed),
    ("lastuse", Field::LastUsed),
    ("lastaccess", Field::LastUsed),
    ("lastaccessed", Field::LastUsed),
    ("autoscope", Field::State),
    ("autoscoping", Field::State),
    ("autoscopestatus", Field::State),
    ("autoscopingstate", Field::State),
    ("autoscopingstatus", Field::State),
    ("scope", Field::Scopes),
    ("apiscopes", Field::Scopes),
    ("tokenscopes", Field::Scopes),
    ("grantedscopes", Field::Scopes),
    ("proposedscopes", Field::Inferred),
];

impl Field {
    /// By a name that an API uses, in any case and with any separators.
    pub(super) fn of_key(name: &str) -> Option<Self> {
        find(API, &bare(name))
    }

    /// By a name that an API or a table made for people uses, units such as `(UTC)` aside.
    pub(super) fn of_header(name: &str) -> Option<Self> {
        let bare = bare(name);
        let named = |n: &str| find(API, n).or_else(|| find(REPORT, n));
        named(&bare).or_else(|| ["utc", "ms", "gmt"].iter().find_map(|unit| named(bare.strip_suffix(unit)?)))
    }
}

fn find(table: &[(&str, Field)], name: &str) -> Option<Field> {
    table.iter().find(|(n, _)| *n == name).map(|(_, field)| *field)
}

fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_may_be_written_for_people() {
        for (name, field) in [
            ("Token ID", Some(Field::TokenId)),
            ("token_id", Some(Field::TokenId)),
            ("Created (UTC)", Some(Field::Created)),
            ("Last used", Some(Field::LastUsed)),
            ("Owner", Some(Field::Owner)),
            ("Workspace", Some(Field::WorkspaceName)),
            ("Unnamed: 0", None),
            ("", None),
        ] {
            assert_eq!(Field::of_header(name), field, "{name}");
        }
        assert_eq!(Field::of_key("tokenId"), Some(Field::TokenId));
        assert_eq!(Field::of_key("id"), None, "the id of some other object");
    }

    #[test]
    fn no_name_stands_twice() {
        for table in [API, REPORT] {
            for (n, (name, _)) in table.iter().enumerate() {
                assert!(table[..n].iter().all(|(other, _)| other != name), "{name}");
            }
        }
        assert!(REPORT.iter().all(|(name, _)| find(API, name).is_none()));
    }
}
