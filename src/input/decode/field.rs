//! What a column, or a key of a record, means, under whatever name a format gives it.

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a column, or a key of a record, means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum EventField { $($(#[$doc])* $name,)* }
        impl EventField {
            /// How many there are.
            pub(super) const COUNT: usize = [$(Self::$name),*].len();
        }
    };
}

fields! {
    Time,
    /// When it was stored: used if there is no other time.
    StoredTime,
    Workspace,
    /// Older name of the workspace id.
    Org,
    /// `WORKSPACE_LEVEL` or `ACCOUNT_LEVEL`.
    Level,
    /// The identity as a cell: object, JSON text, or just the name.
    Identity,
    /// E-mail address or application id.
    Email,
    Address,
    Agent,
    Service,
    Action,
    /// Azure's `Microsoft.Databricks/service/action`.
    Operation,
    /// Azure's resource id.
    Resource,
    /// Azure's `properties` cell.
    Properties,
    RequestId,
    EventId,
    /// The response as a cell: object or JSON text.
    Response,
    /// HTTP status or result code.
    Status,
    Error,
    /// The request parameters as a cell: object or JSON text.
    Params,
    /// `request_params.user`.
    User,
    /// `request_params.tokenId`.
    TokenId,
    /// `request_params.authenticationMethod`.
    AuthenticationMethod,
    /// `request_params.tokenHash`.
    TokenHash,
    /// `request_params.tokenExpirationTime`.
    TokenExpiration,
    /// `request_params.path`.
    DeniedPath,
    /// `request_params.workspace_id`.
    ParamsWorkspace,
    /// `request_params.orgId`.
    ParamsOrg,
    /// The log cut the parameters.
    Truncated,
    /// Method of an access-log line.
    Method,
    /// Path or URL of an access-log line.
    Path,
    /// Token id of an access-log line.
    HttpToken,
    /// Principal of an access-log line.
    Principal,
    /// The list of records inside a wrapping object.
    Records,
}

/// Which object of a record a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectRole {
    /// The record itself, or Azure's `properties`.
    Record,
    Identity,
    Response,
    Params,
}

impl EventField {
    /// Which object a cell of this field holds; `None` if the field is no cell.
    pub(crate) const fn inside(self) -> Option<ObjectRole> {
        match self {
            Self::Identity => Some(ObjectRole::Identity),
            Self::Response => Some(ObjectRole::Response),
            Self::Params => Some(ObjectRole::Params),
            Self::Properties => Some(ObjectRole::Record),
            _ => None,
        }
    }
}
