//! What loads the tables of packs into an engine and shows them: SQL, alerts and a dashboard, made from `data/dashboard/`.
//!
//! The tables are created from the same list of columns from which they are written, and the dashboard runs the same queries
//! that are files next to it.

use super::tables::{self, CellType, ReportTable};
use serde_json::Value;

/// Where tables and packs are.
#[derive(Clone, Debug)]
pub(crate) struct EnginePaths {
    /// The schema of the tables, such as `main.scopecast`.
    pub schema: String,
    /// The folder with a folder for each pack.
    pub packs: String,
}

/// DuckDB needs no catalog of its own.
const LOCAL: &str = "scopecast";

macro_rules! texts {
    ($folder:literal: $($name:literal)+) => {
        &[$(($name, include_str!(concat!("../../data/dashboard/", $folder, "/", $name, ".sql")))),+]
    };
}

/// Names and texts of queries.
type Texts = &'static [(&'static str, &'static str)];

const QUERIES: Texts = texts!("queries": "coverage" "deadlines" "findings" "overview" "rare_scopes" "tokens_at_risk" "trend" "verdicts");
const ALERTS: Texts =
    texts!("alerts": "dates_this_week" "high_findings" "log_gaps" "new_findings" "report_is_old");
const GRAFANA: Texts = texts!("grafana": "enforcement_dates" "log_rows" "usage_by_scope");
const VIEWS: &str = include_str!("../../data/dashboard/views.sql");
const LATEST: &str = include_str!("../../data/dashboard/latest.sql");
const README: &str = include_str!("../../data/dashboard/README.md");
const LAKEVIEW: &str = include_str!("../../data/dashboard/dashboard.lvdash.json");

/// Path and content of every file.
///
/// # Errors
/// When a compiled-in file is not valid JSON; tests rule that out.
pub(crate) fn files(places: &EnginePaths) -> Result<Vec<(String, String)>, serde_json::Error> {
    let filled = |text: &str, schema: &str| {
        text.replace("{{schema}}", schema)
            .replace("{{packs}}", &places.packs)
            .replace("{{version}}", env!("CARGO_PKG_VERSION"))
    };
    let mut files = vec![
        ("README.md".to_owned(), filled(README, &places.schema)),
        ("databricks/load.sql".to_owned(), filled(&load(), &places.schema)),
        ("databricks/scopecast.lvdash.json".to_owned(), lakeview(&places.schema)?),
        ("duckdb/load.sql".to_owned(), filled(&lay_over(), LOCAL)),
    ];
    let mut add = |folder: &str, texts: Texts, schema: &str| {
        files.extend(
            texts.iter().map(|(name, text)| (format!("{folder}/{name}.sql"), filled(text, schema) + ";\n")),
        );
    };
    add("databricks/alerts", ALERTS, &places.schema);
    add("queries", QUERIES, &places.schema);
    add("grafana", GRAFANA, &places.schema);
    add("duckdb/queries", QUERIES, LOCAL);
    for (_, text) in &mut files {
        // A query ends in its semicolon, not in a line of its own.
        *text = text.replace("\n;\n", ";\n");
    }
    Ok(files)
}

/// Tables, views and a load that adds only runs which are not there.
fn load() -> String {
    let mut sql = String::from(
        "-- Loads every run below {{packs}} that is not loaded yet. Running it again changes nothing.\n\
         CREATE SCHEMA IF NOT EXISTS {{schema}};\n",
    );
    for table in tables::ALL {
        let columns: Vec<_> =
            table.all_columns().map(|(name, kind)| format!("  {name} {}", sql_type(kind))).collect();
        sql.push_str(&format!(
            "\nCREATE TABLE IF NOT EXISTS {{{{schema}}}}.{} (\n{}\n);\nCOMMENT ON TABLE {{{{schema}}}}.{} IS '{}';\n",
            table.name,
            columns.join(",\n"),
            table.name,
            table.about.replace('\'', "''")
        ));
    }
    for table in tables::ALL {
        let names = wrapped(table);
        sql.push_str(&format!(
            "\nINSERT INTO {{{{schema}}}}.{name} (\n{names}\n)\nSELECT\n{names}\nFROM read_files('{{{{packs}}}}/*/tables/{name}.parquet', \
             format => 'parquet')\nWHERE run_id NOT IN (SELECT run_id FROM {{{{schema}}}}.{name});\n",
            name = table.name
        ));
    }
    sql + "\n" + &views()
}

/// Views over the files themselves.
fn lay_over() -> String {
    let mut sql = String::from(
        "-- Views over the packs below {{packs}}; nothing is copied.\nCREATE SCHEMA IF NOT EXISTS {{schema}};\n\n",
    );
    for table in tables::ALL {
        sql.push_str(&format!(
            "CREATE OR REPLACE VIEW {{{{schema}}}}.{name} AS\nSELECT * FROM read_parquet('{{{{packs}}}}/*/tables/{name}.parquet', \
             union_by_name = true);\n",
            name = table.name
        ));
    }
    sql + "\n" + &views()
}

fn views() -> String {
    let latest = tables::ALL.map(|table| LATEST.replace("{{table}}", table.name));
    format!("{VIEWS}\n-- The newest run of each table.\n{}", latest.join("\n"))
}

/// The columns of a table, a few on each line.
fn wrapped(table: &ReportTable) -> String {
    let names: Vec<_> = table.all_columns().map(|(name, _)| name).collect();
    let lines: Vec<_> = names.chunks(6).map(|names| format!("  {}", names.join(", "))).collect();
    lines.join(",\n")
}

/// Names that Databricks and DuckDB share.
const fn sql_type(kind: CellType) -> &'static str {
    match kind {
        CellType::Text => "STRING",
        CellType::Int => "BIGINT",
        CellType::Float => "DOUBLE",
        CellType::Bool => "BOOLEAN",
        CellType::Time => "TIMESTAMP",
        CellType::Day => "DATE",
    }
}

/// The dashboard, with each dataset's query put in. Lines keep their ends: they are joined without anything between.
fn lakeview(schema: &str) -> Result<String, serde_json::Error> {
    let mut dashboard: Value = serde_json::from_str(LAKEVIEW)?;
    for dataset in dashboard["datasets"].as_array_mut().into_iter().flatten() {
        let query = QUERIES.iter().find(|(name, _)| dataset["name"] == *name).map_or("", |(_, text)| text);
        let query = query.trim_end().replace("{{schema}}", schema);
        dataset["queryLines"] = query.split_inclusive('\n').map(Value::from).collect();
    }
    serde_json::to_string_pretty(&dashboard).map(|text| text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn written() -> Vec<(String, String)> {
        files(&EnginePaths {
            schema: "main.scopecast".into(),
            packs: "/Volumes/main/scopecast/reports".into(),
        })
        .unwrap()
    }

    #[test]
    fn nothing_is_left_to_fill_in_and_every_query_ends() {
        for (path, text) in written() {
            assert!(!text.contains("{{") && text.ends_with('\n'), "{path}");
            if path.ends_with(".sql") {
                assert!(text.starts_with("-- ") && text.ends_with(";\n"), "{path}");
            }
        }
    }

    #[test]
    fn every_table_is_created_with_the_columns_it_is_written_with() {
        let files = written();
        let load = &files.iter().find(|(path, _)| path == "databricks/load.sql").unwrap().1;
        for table in tables::ALL {
            let created = load
                .split(&format!("CREATE TABLE IF NOT EXISTS main.scopecast.{} (", table.name))
                .nth(1)
                .unwrap();
            let names: Vec<_> = created
                .split(");")
                .next()
                .unwrap()
                .lines()
                .filter_map(|l| l.split_whitespace().next())
                .collect();
            assert_eq!(names, table.all_columns().map(|(n, _)| n).collect::<Vec<_>>(), "{}", table.name);
        }
    }

    /// The structure that public dashboards share.
    #[test]
    fn the_dashboard_has_the_structure_of_public_ones() {
        const GRID: u64 = 6;
        let dashboard: Value = serde_json::from_str(&lakeview("main.scopecast").unwrap()).unwrap();
        assert!(dashboard.get("warehouse_id").is_none(), "a warehouse ties the file to one workspace");
        let mut datasets = BTreeSet::new();
        for dataset in dashboard["datasets"].as_array().unwrap() {
            assert!(datasets.insert(dataset["name"].as_str().unwrap()) && dataset["displayName"].is_string());
            let lines: Vec<_> =
                dataset["queryLines"].as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
            let (last, rest) = lines.split_last().unwrap();
            assert!(rest.iter().all(|l| l.ends_with('\n')) && !last.ends_with('\n'), "{}", dataset["name"]);
            assert!(lines.concat().contains("main.scopecast.") && !lines.concat().contains(';'));
        }
        let mut names = BTreeSet::new();
        for page in dashboard["pages"].as_array().unwrap() {
            assert!(page["name"].is_string() && page["displayName"].is_string());
            assert_eq!(page["pageType"], "PAGE_TYPE_CANVAS");
            let mut taken = BTreeSet::new();
            for item in page["layout"].as_array().unwrap() {
                let at = |key: &str| item["position"][key].as_u64().unwrap();
                assert!(at("x") + at("width") <= GRID);
                for x in at("x")..at("x") + at("width") {
                    for y in at("y")..at("y") + at("height") {
                        assert!(taken.insert((x, y)), "{} lies over another", item["widget"]["name"]);
                    }
                }
                let widget = &item["widget"];
                assert!(names.insert(widget["name"].as_str().unwrap().to_owned()));
                if widget.get("multilineTextboxSpec").is_none() {
                    check_widget(widget, &datasets);
                }
            }
        }
        assert_eq!(datasets.len(), QUERIES.len());
    }

    fn check_widget(widget: &Value, datasets: &BTreeSet<&str>) {
        let spec = &widget["spec"];
        let kind = spec["widgetType"].as_str().unwrap();
        let (version, places): (u64, &[&str]) = match kind {
            "bar" | "line" | "heatmap" => (3, &["x", "y", "color"]),
            "counter" => (2, &["value"]),
            "table" => (2, &["columns"]),
            "filter-multi-select" => (2, &["fields"]),
            other => panic!("{other}"),
        };
        assert_eq!(spec["version"], version, "{kind}");
        let mut given = BTreeSet::new();
        for query in widget["queries"].as_array().unwrap() {
            let is_filter = kind.starts_with("filter");
            assert!(is_filter || query["name"] == "main_query");
            assert!(datasets.contains(query["query"]["datasetName"].as_str().unwrap()));
            assert!(query["query"]["disaggregated"].is_boolean());
            for field in query["query"]["fields"].as_array().unwrap() {
                assert!(field["expression"].as_str().unwrap().contains('`'));
                given.insert(field["name"].as_str().unwrap());
            }
        }
        for (place, encoding) in spec["encodings"].as_object().unwrap() {
            assert!(places.contains(&place.as_str()), "{kind} {place}");
            let many = encoding.as_array().cloned().unwrap_or_else(|| vec![encoding.clone()]);
            for one in many {
                assert!(given.contains(one["fieldName"].as_str().unwrap()), "{} {one}", widget["name"]);
            }
        }
    }
}
