//! The name of a JSON key or CSV column -> which field of a token it is.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum ListField {
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
    TokenState,
    Scopes,
    Inferred,
    Backfill,
}

/// Names as the APIs and their SDKs write them, without case and separators. `last_accessed_time` comes from REST only.
const API: &[(&str, ListField)] = &[
    ("tokenid", ListField::TokenId),
    ("workspaceid", ListField::Workspace),
    ("ownerid", ListField::OwnerId),
    ("createdbyid", ListField::CreatedById),
    ("createdbyusername", ListField::CreatedBy),
    ("comment", ListField::Comment),
    ("creationtime", ListField::Created),
    ("expirytime", ListField::Expires),
    ("lastusedday", ListField::LastUsed),
    ("lastaccessedtime", ListField::LastUsed),
    ("autoscopestate", ListField::TokenState),
    ("scopes", ListField::Scopes),
    ("inferredscopes", ListField::Inferred),
    ("backfillscopes", ListField::Backfill),
];

/// Further names of a table made for people; the headers of the account console's report are not published.
const REPORT: &[(&str, ListField)] = &[
    ("token", ListField::TokenId),
    ("id", ListField::TokenId),
    ("patid", ListField::TokenId),
    ("tokenidentifier", ListField::TokenId),
    ("tokenhash", ListField::TokenId),
    ("workspace", ListField::WorkspaceName),
    ("workspacename", ListField::WorkspaceName),
    ("owneruserid", ListField::OwnerId),
    ("userid", ListField::OwnerId),
    ("owner", ListField::Owner),
    ("ownername", ListField::Owner),
    ("owneremail", ListField::Owner),
    ("ownerusername", ListField::Owner),
    ("tokenowner", ListField::Owner),
    ("user", ListField::Owner),
    ("username", ListField::Owner),
    ("useremail", ListField::Owner),
    ("email", ListField::Owner),
    ("principal", ListField::Owner),
    ("principalname", ListField::Owner),
    ("creatorid", ListField::CreatedById),
    ("createdby", ListField::CreatedBy),
    ("createdbyuser", ListField::CreatedBy),
    ("creator", ListField::CreatedBy),
    ("creatoremail", ListField::CreatedBy),
    ("comments", ListField::Comment),
    ("description", ListField::Comment),
    ("name", ListField::Comment),
    ("tokenname", ListField::Comment),
    ("tokencomment", ListField::Comment),
    ("created", ListField::Created),
    ("createdat", ListField::Created),
    ("createdon", ListField::Created),
    ("createddate", ListField::Created),
    ("createdtime", ListField::Created),
    ("createtime", ListField::Created),
    ("creation", ListField::Created),
    ("creationdate", ListField::Created),
    ("issuedat", ListField::Created),
    ("expiration", ListField::Expires),
    ("expirationdate", ListField::Expires),
    ("expirationtime", ListField::Expires),
    ("expires", ListField::Expires),
    ("expiresat", ListField::Expires),
    ("expireson", ListField::Expires),
    ("expiry", ListField::Expires),
    ("expirydate", ListField::Expires),
    ("lastused", ListField::LastUsed),
    ("lastusedat", ListField::LastUsed),
    ("lastusedon", ListField::LastUsed),
    ("lastuseddate", ListField::LastUsed),
    ("lastusedtime", ListField::LastUsed),
    ("lastuse", ListField::LastUsed),
    ("lastaccess", ListField::LastUsed),
    ("lastaccessed", ListField::LastUsed),
    ("autoscope", ListField::TokenState),
    ("autoscoping", ListField::TokenState),
    ("autoscopestatus", ListField::TokenState),
    ("autoscopingstate", ListField::TokenState),
    ("autoscopingstatus", ListField::TokenState),
    ("scope", ListField::Scopes),
    ("apiscopes", ListField::Scopes),
    ("tokenscopes", ListField::Scopes),
    ("grantedscopes", ListField::Scopes),
    ("proposedscopes", ListField::Inferred),
];

impl ListField {
    /// By a name that an API uses, in any case and with any separators.
    pub(super) fn of_key(name: &str) -> Option<Self> {
        find(API, &bare(name))
    }

    /// By a name that an API or a table made for people uses; units such as `(UTC)` are ignored.
    pub(super) fn of_header(name: &str) -> Option<Self> {
        let bare = bare(name);
        let named = |n: &str| find(API, n).or_else(|| find(REPORT, n));
        named(&bare).or_else(|| ["utc", "ms", "gmt"].iter().find_map(|unit| named(bare.strip_suffix(unit)?)))
    }
}

fn find(table: &[(&str, ListField)], name: &str) -> Option<ListField> {
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
            ("Token ID", Some(ListField::TokenId)),
            ("token_id", Some(ListField::TokenId)),
            ("Created (UTC)", Some(ListField::Created)),
            ("Last used", Some(ListField::LastUsed)),
            ("Owner", Some(ListField::Owner)),
            ("Workspace", Some(ListField::WorkspaceName)),
            ("Unnamed: 0", None),
            ("", None),
        ] {
            assert_eq!(ListField::of_header(name), field, "{name}");
        }
        assert_eq!(ListField::of_key("tokenId"), Some(ListField::TokenId));
        assert_eq!(ListField::of_key("id"), None, "the id of some other object");
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
