//! The history of a token as a picture: a lane per scope, the window shaded, gaps hatched, dates as labelled lines.
//!
//! Inside the lanes one unit across is one day, so that a run of days is a few characters long however long it lasts.

use super::axis::{Axis, WIDTH};
use crate::report::escape::{clip, visible, xml};
use crate::report::model::{Report, ScopeRow, TokenRow};
use crate::support::format::{self, count};
use crate::support::time::{Day, Time};
use crate::timeline::verdict::Verdict;
use std::fmt::Write;

/// Where lanes begin, below the names of months.
const TOP: i32 = 16;
const LANE: i32 = 18;
const LABEL: i32 = 15;
/// About what a character of a label fills.
const CHARACTER: i32 = 6;
/// How far beyond as-of the picture goes to show a date.
const AHEAD: i32 = 120;
/// A lane with fewer marks draws each wider than its day, to be seen.
const SPARSE: usize = 80;
const LANES: usize = 30;

/// The picture as SVG, all foreign text escaped; `None` where there is nothing to draw.
pub(super) fn picture(report: &Report, token: &TokenRow) -> Option<String> {
    let is_drawn = |s: &&ScopeRow| !s.days.is_empty() || s.verdict == Verdict::Lost;
    let lanes: Vec<&ScopeRow> = token.scopes.iter().filter(is_drawn).take(LANES).collect();
    let as_of = report.run.as_of.day();
    let first_use = lanes.iter().filter_map(|s| s.days.first()).map(|(d, _)| *d).min()?;
    let from = report.coverage.first_time.map_or(first_use, |t| t.day().min(first_use));
    let mut marks = marks(token, &lanes, from, as_of.plus(AHEAD));
    marks.push((as_of, format!("as of {as_of}")));
    marks.sort();
    let to = marks.iter().map(|m| m.0).max().unwrap_or(as_of).plus(10);
    let axis = Axis { from, days: (to.0 - from.0).max(1) };
    let bottom = TOP + lanes.len() as i32 * LANE;
    let labels = labels(&marks, &axis);
    let high = bottom + (labels.iter().map(|l| l.row).max().unwrap_or(0) + 1) * LABEL + 4;
    let mut svg = String::with_capacity(2048);
    // Writing to a string cannot fail.
    let _ = write!(
        svg,
        r#"<svg class="tl" role="img" viewBox="0 0 {WIDTH} {high}"><title>{}</title>"#,
        xml(&alt(&lanes, &marks))
    );
    axis.months(&mut svg, TOP, bottom);
    for (n, lane) in lanes.iter().enumerate() {
        let y = TOP + n as i32 * LANE + 13;
        let _ = write!(svg, r#"<text x="0" y="{y}">{}</text>"#, xml(&clip(&visible(&lane.scope), 24)));
    }
    lanes_of(report, token, &lanes, &axis, &mut svg);
    for (n, lane) in lanes.iter().enumerate() {
        if let Some(next) = lane.next_call.map(|n| n.earliest.day()).filter(|d| (as_of..=to).contains(d)) {
            let y = TOP + n as i32 * LANE + 9;
            let verdict = initial(lane);
            let _ = write!(svg, r#"<circle class="{verdict}" cx="{}" cy="{y}" r="4"/>"#, axis.across(next));
        }
    }
    draw_labels(&labels, bottom, &mut svg);
    svg.push_str("</svg>");
    Some(svg)
}

/// The lanes themselves: window, gaps, days of use.
fn lanes_of(report: &Report, token: &TokenRow, lanes: &[&ScopeRow], axis: &Axis, svg: &mut String) {
    let high = lanes.len() as i32 * LANE;
    axis.open(svg, TOP, high);
    if let (Some(start), Some(end)) = (token.window.start, token.window.end) {
        let (a, b) = (axis.at(start.day()), axis.at(end.day()));
        let _ = write!(svg, r#"<rect class="w" x="{a}" width="{}" height="{high}"/>"#, (b - a).max(1));
    }
    let workspaces = report.coverage.workspaces.iter();
    let gaps = workspaces.filter(|w| w.workspace_id == token.workspace_id).flat_map(|w| &w.gaps);
    for (a, b) in gaps.take(50) {
        let (x, width) = (axis.at(*a), b.0 - a.0 + 1);
        let _ = write!(svg, r#"<rect class="g" x="{x}" width="{width}" height="{high}"/>"#);
    }
    for (n, lane) in lanes.iter().enumerate().filter(|(_, l)| !l.days.is_empty()) {
        let y = n as i32 * LANE + 9;
        let _ = write!(svg, r#"<path class="{}" d="{}"/>"#, initial(lane), runs(lane, axis, y));
    }
    svg.push_str("</svg>");
}

fn initial(lane: &ScopeRow) -> &'static str {
    &lane.verdict.name()[..1]
}

/// The dates to draw with their names. Of next calls only those of scopes that may not survive to see them.
fn marks(token: &TokenRow, lanes: &[&ScopeRow], from: Day, until: Day) -> Vec<(Day, String)> {
    let dates = &token.dates;
    let named = |time: Option<Time>, name: &str| time.map(|t| (t.day(), format!("{name} {}", t.day())));
    let next = lanes
        .iter()
        .filter(|s| s.verdict != Verdict::Kept)
        .filter_map(|s| Some((s.next_call?, s)))
        .min_by_key(|(next, _)| next.earliest)
        .map(|(next, s)| {
            let name = clip(&visible(&s.scope), 24).into_owned();
            (next.earliest.day(), format!("next {name} {next}"))
        });
    [
        named(dates.reminder, "reminder mail"),
        named(dates.enforced, "enforcement"),
        named(dates.idle_revocation, "revoked if unused"),
        named(dates.expiry, "expires"),
        dates.last_safe_day.map(|day| (day, format!("last safe day {day}"))),
        next,
    ]
    .into_iter()
    .flatten()
    .filter(|(day, _)| (from..=until).contains(day))
    .collect()
}

/// The days of a lane as one path: `M` to the first day of a run, `h` along it.
fn runs(lane: &ScopeRow, axis: &Axis, y: i32) -> String {
    let mut runs: Vec<(i32, i32)> = Vec::new();
    for (day, _) in &lane.days {
        let x = axis.at(*day);
        match runs.last_mut() {
            Some((start, length)) if *start + *length == x => *length += 1,
            Some((start, length)) if *start + *length > x => {}
            _ => runs.push((x, 1)),
        }
    }
    let least = if runs.len() < SPARSE { 3 } else { 1 };
    let mut path = String::with_capacity(runs.len() * 10);
    for (start, length) in runs {
        let _ = write!(path, "M{start} {y}h{}", length.max(least));
    }
    path
}

/// A label below the lanes.
struct PictureLabel<'a> {
    x: i32,
    row: i32,
    text: &'a str,
}

/// The rightmost date stands highest, so that no line crosses the text of another.
fn labels<'a>(marks: &'a [(Day, String)], axis: &Axis) -> Vec<PictureLabel<'a>> {
    let mut labels: Vec<PictureLabel<'a>> = Vec::new();
    for (day, text) in marks.iter().rev() {
        let x = axis.across(*day);
        let end = x + 8 + text.chars().count() as i32 * CHARACTER;
        let row = labels.iter().filter(|l| l.x < end).map(|l| l.row + 1).max().unwrap_or(0);
        labels.push(PictureLabel { x, row, text });
    }
    labels
}

fn draw_labels(labels: &[PictureLabel<'_>], bottom: i32, svg: &mut String) {
    let mut lines = String::new();
    for PictureLabel { x, row, text } in labels {
        let y = bottom + (row + 1) * LABEL;
        let _ = write!(lines, "M{x} {TOP}V{}", y - 1);
        let _ = write!(svg, r#"<text class="m" x="{}" y="{y}">{}</text>"#, x + 4, xml(text));
    }
    let _ = write!(svg, r#"<path class="d" d="{lines}"/>"#);
}

fn alt(lanes: &[&ScopeRow], marks: &[(Day, String)]) -> String {
    const TOLD: usize = 8;
    let mut text = String::from("History of use. ");
    for lane in lanes.iter().take(TOLD) {
        let scope = visible(&lane.scope);
        let (scope, verdict) = (clip(&scope, 40), lane.verdict.name());
        let _ = match (lane.days.first(), lane.days.last()) {
            (Some((first, _)), Some((last, _))) => {
                let days = count(lane.days.len() as u64, "day", "days");
                write!(text, "{scope}, {verdict}: used on {days}, {}. ", format::days(*first, *last))
            }
            _ => write!(text, "{scope}, {verdict}: no use seen. "),
        };
    }
    if lanes.len() > TOLD {
        let _ = write!(text, "{} more scopes. ", lanes.len() - TOLD);
    }
    let marks: Vec<_> = marks.iter().map(|(_, text)| text.as_str()).collect();
    text.push_str(&marks.join(", "));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn labels_never_cross_or_leave_the_picture() {
        let report = sample::report();
        let mut seen = 0;
        let text = regex::Regex::new(r#"<text class="m" x="(\d+)" y="(\d+)">([^<]*)</text>"#).unwrap();
        for token in &report.tokens {
            let Some(svg) = picture(&report, token) else { continue };
            let mut spans: Vec<(i32, i32, i32)> = Vec::new();
            for found in text.captures_iter(&svg) {
                let at = |n: usize| found[n].parse::<i32>().unwrap();
                let length = found[3].chars().count() as i32 * CHARACTER;
                assert!(at(1) + length <= WIDTH, "{}", &found[0]);
                spans.push((at(2), at(1), at(1) + length));
                seen += 1;
            }
            for (n, a) in spans.iter().enumerate() {
                for b in &spans[n + 1..] {
                    assert!(a.0 != b.0 || a.2 <= b.1 || b.2 <= a.1, "{svg}");
                }
            }
        }
        assert!(seen > 20);
    }

    #[test]
    fn a_lost_scope_without_any_use_has_a_lane_of_its_own() {
        let mut report = sample::report();
        let token = report.tokens.iter_mut().find(|t| t.token_id.starts_with("3aec012e")).unwrap();
        token.scopes.iter_mut().find(|s| s.scope == "sql").unwrap().days.clear();
        let token = token.clone();
        let svg = picture(&report, &token).unwrap();
        assert!(svg.contains(">sql</text>") && svg.contains("sql, lost: no use seen."));
    }
}
