//! How much log each workspace has on each day: one row per workspace, five shades, gaps hatched.

use super::axis::{Axis, WIDTH};
use crate::report::escape::{clip, visible, xml};
use crate::report::model::{Report, WorkspaceCoverage};
use crate::support::format::{self, count};
use crate::support::time::Day;
use std::fmt::Write;

const TOP: i32 = 16;
const ROW: i32 = 18;
/// Workspaces shown; the rest is counted.
const ROWS: usize = 60;

/// The picture, and how many workspaces it leaves out; `None` without logs.
pub(super) fn strips(report: &Report) -> Option<(String, usize)> {
    let days_of = |w: &WorkspaceCoverage| w.rows_by_day.iter().map(|(day, _)| *day).collect::<Vec<_>>();
    let all: Vec<&WorkspaceCoverage> =
        report.coverage.workspaces.iter().filter(|w| !w.rows_by_day.is_empty()).collect();
    let days: Vec<Day> = all.iter().flat_map(|w| days_of(w)).collect();
    let (from, to) = (*days.iter().min()?, *days.iter().max()?);
    let shown = &all[..all.len().min(ROWS)];
    let axis = Axis { from, days: to.0 - from.0 + 1 };
    let bottom = TOP + shown.len() as i32 * ROW;
    let alt = format!(
        "Rows of log per day of {}, {}.",
        count(shown.len() as u64, "workspace", "workspaces"),
        format::days(from, to)
    );
    // Writing to a string cannot fail.
    let mut svg = format!(
        r#"<svg class="tl heat" role="img" viewBox="0 0 {WIDTH} {}"><title>{alt}</title>"#,
        bottom + 4
    );
    axis.months(&mut svg, TOP, bottom);
    for (n, workspace) in shown.iter().enumerate() {
        let y = TOP + n as i32 * ROW;
        let name = visible(&workspace.workspace_id);
        let _ = write!(svg, r#"<text x="0" y="{}">{}</text>"#, y + 13, xml(&clip(&name, 24)));
    }
    axis.open(&mut svg, TOP, shown.len() as i32 * ROW);
    for (n, workspace) in shown.iter().enumerate() {
        strip(workspace, &axis, n as i32 * ROW, &mut svg);
    }
    svg.push_str("</svg></svg>");
    Some((svg, all.len() - shown.len()))
}

/// The days of one workspace, shaded by its own busiest day.
fn strip(workspace: &WorkspaceCoverage, axis: &Axis, y: i32, svg: &mut String) {
    let most = workspace.rows_by_day.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let mut shades: [String; 5] = Default::default();
    let mut last: Option<(Day, usize)> = None;
    for (day, n) in workspace.rows_by_day.iter().filter(|(_, n)| *n > 0) {
        let shade = ((n * 5).saturating_sub(1) / most).min(4) as usize;
        // A run of equally shaded days is one stroke.
        let _ = match last.replace((*day, shade)) {
            Some((before, same)) if same == shade && before.plus(1) == *day => write!(shades[shade], "h1"),
            _ => write!(shades[shade], "M{} {}h1", axis.at(*day), y + 8),
        };
    }
    for (n, path) in shades.iter().enumerate().filter(|(_, p)| !p.is_empty()) {
        let _ = write!(svg, r#"<path class="h{n}" d="{path}"/>"#);
    }
    for (a, b) in &workspace.gaps {
        let (x, width) = (axis.at(*a), b.0 - a.0 + 1);
        let _ = write!(svg, r#"<rect class="g" x="{x}" y="{y}" width="{width}" height="{}"/>"#, ROW - 2);
    }
}
