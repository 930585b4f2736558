//! What engines spell in different ways: one table, a column per engine.

/// An engine's SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Databricks SQL: a warehouse, a notebook, a job
    Databricks,
    /// Apache Spark 3.5 or later
    Spark,
    /// `DuckDB` 1.3 or later
    Duckdb,
}

/// One thing to say: its name, and how `DuckDB` and Spark say it. `{}` stands for what it is said of.
type Word = (&'static str, &'static str, &'static str);

const WORDS: [Word; 22] = [
    ("engine", "DuckDB", "Apache Spark"),
    (
        "create",
        "CREATE OR REPLACE TEMP TABLE {} AS",
        "CACHE TABLE {} OPTIONS ('storageLevel' 'DISK_ONLY') AS",
    ),
    ("file", "read_parquet('{}')", "parquet.`{}`"),
    ("into", "COPY (", "INSERT OVERWRITE DIRECTORY '{}' USING parquet"),
    ("end", ") TO '{}' (FORMAT parquet)", ""),
    ("literal", "'{}'", "r\"{}\""),
    ("group", "\\{}", "${}"),
    ("everywhere", ", 'g'", ""),
    ("found", "regexp_matches({}", "regexp_like({}"),
    ("whole_row", "CAST(to_json(chosen) AS VARCHAR)", "to_json(struct(chosen.*))"),
    ("event_micros", "epoch_us(event_time)", "unix_micros(event_time)"),
    ("time", "make_timestamp({})", "timestamp_micros({})"),
    ("last", "last_value({} IGNORE NULLS)", "last_value({}) IGNORE NULLS"),
    ("has_key", "map_contains(request_params, '{}')", "map_contains_key(request_params, '{}')"),
    (
        "any_value",
        "len(list_filter(map_values(request_params), lambda v: ends_with(v, '{}'))) > 0",
        "exists(map_values(request_params), v -> endswith(v, '{}'))",
    ),
    ("split", "string_split({}, ',')[1:32]", "slice(split({}, ','), 1, 32)"),
    ("sorted", "list_sort(list_distinct({}))", "array_sort(array_distinct({}))"),
    ("joined", "array_to_string({}, ',')", "array_join({}, ',')"),
    ("struct", "{'rank': {}", "named_struct('rank', {}"),
    ("struct_end", "}", ")"),
    (
        "params_kept",
        "map_from_entries(list_filter(map_entries(request_params), lambda e: e.key IN ({})))",
        "map_filter(request_params, (k, v) -> k IN ({}))",
    ),
    (
        "response_kept",
        "{'status_code': response.status_code, 'error_message': response.error_message}",
        "named_struct('status_code', response.status_code, 'error_message', response.error_message)",
    ),
];

/// Where Databricks differs from Spark: a SQL warehouse cannot cache, so the parts are tables of the schema in use.
const DATABRICKS: [(&str, &str); 2] =
    [("engine", "Databricks SQL"), ("create", "CREATE OR REPLACE TABLE {} AS")];

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 3] = [Self::Databricks, Self::Spark, Self::Duckdb];

    /// How the engine says it.
    pub(super) fn word(self, name: &str) -> Option<&'static str> {
        let own =
            DATABRICKS.iter().find(|(n, _)| self == Self::Databricks && *n == name).map(|(_, own)| *own);
        own.or_else(|| {
            let (_, duckdb, spark) = WORDS.iter().find(|(n, ..)| *n == name)?;
            Some(if self == Self::Duckdb { duckdb } else { spark })
        })
    }

    /// How the engine says it of something.
    pub(super) fn say(self, name: &str, of: &str) -> String {
        self.word(name).unwrap_or_default().replace("{}", of)
    }

    /// A pattern as a literal in which the engine changes nothing.
    pub(super) fn pattern(self, pattern: &str) -> String {
        let plain = if self == Self::Duckdb { pattern.replace('\'', "''") } else { pattern.to_owned() };
        self.say("literal", &plain)
    }
}
