//! The API calls of the story: each audit action with the HTTP call that writes it, as the catalog knows them.

/// One API call and the audit row it leaves.
#[derive(Clone, Copy)]
pub(super) struct Api {
    pub(super) service: &'static str,
    pub(super) action: &'static str,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) params: &'static [(&'static str, &'static str)],
}

const fn api(
    service: &'static str,
    action: &'static str,
    method: &'static str,
    path: &'static str,
    params: &'static [(&'static str, &'static str)],
) -> Api {
    Api { service, action, method, path, params }
}

pub(super) const RUN_NOW: Api = api(
    "jobs",
    "runNow",
    "POST",
    "/api/2.2/jobs/run-now",
    &[("job_id", "410077"), ("jobTriggerType", "manual")],
);
pub(super) const SUBMIT_RUN: Api = api(
    "jobs",
    "submitRun",
    "POST",
    "/api/2.2/jobs/runs/submit",
    &[("run_name", "lake maintenance"), ("timeout_seconds", "3600")],
);
pub(super) const RESET_JOB: Api =
    api("jobs", "reset", "POST", "/api/2.2/jobs/reset", &[("job_id", "410112"), ("name", "orders-bronze")]);
pub(super) const DELETE_RUN: Api =
    api("jobs", "deleteRun", "POST", "/api/2.2/jobs/runs/delete", &[("run_id", "88120431")]);
pub(super) const START_CLUSTER: Api =
    api("clusters", "start", "POST", "/api/2.1/clusters/start", &[("cluster_id", "0412-070249-k3v9q2ab")]);
pub(super) const EDIT_CLUSTER: Api = api(
    "clusters",
    "edit",
    "POST",
    "/api/2.1/clusters/edit",
    &[("cluster_id", "0412-070249-k3v9q2ab"), ("num_workers", "8")],
);
pub(super) const START_WAREHOUSE: Api = api(
    "databrickssql",
    "startWarehouse",
    "POST",
    "/api/2.0/sql/warehouses/9f3ac17be2d04851/start",
    &[("id", "9f3ac17be2d04851")],
);
pub(super) const EXPORT_NOTEBOOK: Api = api(
    "workspace",
    "workspaceExport",
    "GET",
    "/api/2.0/workspace/export?path=/Shared/regulatory/positions&format=SOURCE",
    &[("workspaceExportFormat", "SOURCE"), ("notebookFullPath", "/Shared/regulatory/positions")],
);
pub(super) const UPDATE_REPO: Api = api(
    "repos",
    "updateRepo",
    "PATCH",
    "/api/2.0/repos/5580113",
    &[("id", "5580113"), ("branch", "release")],
);
pub(super) const PUT_SECRET: Api = api(
    "secrets",
    "putSecret",
    "POST",
    "/api/2.0/secrets/put",
    &[("scope", "reporting"), ("key", "warehouse-password")],
);
pub(super) const PUT_SECRET_ACL: Api = api(
    "secrets",
    "putAcl",
    "POST",
    "/api/2.0/secrets/acls/put",
    &[("scope", "landing"), ("principal", "data-engineers"), ("permission", "READ")],
);
pub(super) const START_PIPELINE: Api = api(
    "deltaPipelines",
    "startUpdate",
    "POST",
    "/api/2.0/pipelines/5f2e7c1a-90b4-4a51-8a6f-2d1f9e0c7b33/updates",
    &[("pipeline_id", "5f2e7c1a-90b4-4a51-8a6f-2d1f9e0c7b33"), ("cause", "API_CALL")],
);
pub(super) const PUT_FILE: Api = api(
    "filesystem",
    "filesPut",
    "PUT",
    "/api/2.0/fs/files/Volumes/landing/raw/orders.parquet",
    &[("path", "/Volumes/landing/raw/orders.parquet")],
);
pub(super) const GRANT: Api = api(
    "unityCatalog",
    "updatePermissions",
    "PATCH",
    "/api/2.1/unity-catalog/permissions/schema/finance.closed_books",
    &[
        ("securable_type", "SCHEMA"),
        ("securable_full_name", "finance.closed_books"),
        ("changes", "[{\"principal\":\"auditors\",\"add\":[\"SELECT\"]}]"),
    ],
);
pub(super) const CREATE_CATALOG: Api = api(
    "unityCatalog",
    "createCatalog",
    "POST",
    "/api/2.1/unity-catalog/catalogs",
    &[("name", "fiscal_year_archive"), ("comment", "opened once a year")],
);
/// An action and a path that the catalog does not know, of a service that it does not know either.
pub(super) const UNKNOWN: Api = api(
    "ingestionGateway",
    "startGateway",
    "POST",
    "/api/2.0/ingestion-gateways/orders-mysql/start",
    &[("gateway_name", "orders-mysql")],
);

impl Api {
    /// Unity Catalog rows are written at account level; the workspace stands in their parameters.
    pub(super) fn account_level(&self) -> bool {
        self.service == "unityCatalog"
    }
}
