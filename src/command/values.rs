//! The words that options take, and the plain types they stand for: other rooms know nothing of the command line.

use crate::assess::Severity;
use crate::ledger::sql::SqlDialect;
use crate::report::Format;
use crate::report::writers::prose::ProseFormat;
use crate::report::writers::replay::ReplayFormat;
use clap::ValueEnum;
use clap::builder::PossibleValue;

/// When a run counts as failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// An open finding is at least this severe.
    At(Severity),
    /// An open finding is at least this severe, and an earlier report lacks it or has it as less severe.
    New(Severity),
}

fn value(name: &'static str, help: &'static str) -> Option<PossibleValue> {
    Some(PossibleValue::new(name).help(help))
}

impl ValueEnum for FailOn {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::At(Severity::Info),
            Self::At(Severity::Low),
            Self::At(Severity::Medium),
            Self::At(Severity::High),
            Self::New(Severity::Info),
            Self::New(Severity::Low),
            Self::New(Severity::Medium),
            Self::New(Severity::High),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::At(severity) => severity.name(),
            Self::New(Severity::Info) => "new-info",
            Self::New(Severity::Low) => "new-low",
            Self::New(Severity::Medium) => "new-medium",
            Self::New(Severity::High) => "new-high",
        }))
    }
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        value(self.writer().name(), self.writer().help())
    }
}

impl ValueEnum for ProseFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Terminal, Self::Markdown, Self::Json]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Terminal => value("terminal", "For a person at a terminal"),
            Self::Markdown => value("markdown", "For a ticket or a CI job summary"),
            Self::Json => value("json", "Everything, for programs"),
        }
    }
}

impl ValueEnum for ReplayFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Terminal, Self::Json, Self::Markdown]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Terminal => value("terminal", "For a person at a terminal"),
            Self::Json => value("json", "For programs: `run` and `replay` as in the JSON report"),
            Self::Markdown => value("markdown", "For a ticket"),
        }
    }
}

impl ValueEnum for SqlDialect {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Databricks, Self::Spark, Self::Duckdb]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Databricks => value("databricks", "Databricks SQL: a warehouse, a notebook, a job"),
            Self::Spark => value("spark", "Apache Spark 3.5 or later"),
            Self::Duckdb => value("duckdb", "`DuckDB` 1.3 or later"),
        }
    }
}
