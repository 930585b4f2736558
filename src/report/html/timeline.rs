//! The history of a token as a picture: a lane per scope, the window shaded, gaps hatched, dates as labelled lines.
//!
//! Inside the picture one unit across is one day, so that a run of days is a few characters long however long it lasts.

use super::super::escape::{clip, visible, xml};
use super::super::model::{Report, ScopeRow, TokenRow};
use super::super::summary;
use super::super::words::{self, count};
use crate::time::{Day, Time};
use std::fmt::Write;

const WIDTH: i32 = 960;
const NAMES: i32 = 170;
const LANE: i32 = 18;
const LABEL: i32 = 15;
/// How far beyond as-of the picture goes to show a date.
const AHEAD: i32 = 120;
/// A lane with fewer marks draws each wider than its day, to be seen.
const SPARSE: usize = 80;

/// The picture as SVG, all foreign text escaped; `None` where there is nothing to draw.
pub(super) fn picture(report: &Report, token: &TokenRow) -> Option<String> {
    let lanes: Vec<&ScopeRow> = token.scopes.iter().filter(|s| !s.days.is_empty()).take(30).collect();
    let as_of = report.run.as_of.day();
    let first_use = lanes.iter().filter_map(|s| s.days.first()).map(|(d, _)| *d).min()?;
    let from = report.coverage.first_time.map_or(first_use, |t| t.day().min(first_use));
    let marks = marks(token, from, as_of.plus(AHEAD));
    let to = marks.iter().map(|m| m.0).chain([as_of]).max().unwrap_or(as_of).plus(10);
    let scale = Scale { from, days: (to.0 - from.0).max(1) };
    let lanes_high = lanes.len() as i32 * LANE;
    let high = lanes_high + (marks.len() as i32 + 1) * LABEL + 4;
    let mut svg = String::with_capacity(2048);
    let alt = alt(&lanes, &marks);
    // Writing to a string cannot fail.
    let _ = write!(
        svg,
        r#"<svg class="tl" role="img" viewBox="0 0 {WIDTH} {high}"><title>{}</title>"#,
        xml(&alt)
    );
    for (n, lane) in lanes.iter().enumerate() {
        let y = n as i32 * LANE + 13;
        let _ = write!(svg, r#"<text x="0" y="{y}">{}</text>"#, xml(&clip(&visible(&lane.scope), 24)));
    }
    let _ = write!(
        svg,
        r#"<svg x="{NAMES}" width="{}" height="{lanes_high}" viewBox="0 0 {} {lanes_high}" preserveAspectRatio="none">"#,
        WIDTH - NAMES,
        scale.days
    );
    if let (Some(start), Some(end)) = (token.window.start, token.window.end) {
        let (a, b) = (scale.at(start.day()), scale.at(end.day()));
        let _ = write!(svg, r#"<rect class="w" x="{a}" width="{}" height="{lanes_high}"/>"#, (b - a).max(1));
    }
    let gaps = report
        .coverage
        .workspaces
        .iter()
        .filter(|w| w.workspace_id == token.workspace_id)
        .flat_map(|w| &w.gaps);
    for (a, b) in gaps.take(50) {
        let (x, width) = (scale.at(*a), b.0 - a.0 + 1);
        let _ = write!(svg, r#"<rect class="g" x="{x}" width="{width}" height="{lanes_high}"/>"#);
    }
    for (n, lane) in lanes.iter().enumerate() {
        let y = n as i32 * LANE + 9;
        let _ = write!(
            svg,
            r#"<path class="{}" d="{}"/>"#,
            &summary::name(lane.verdict)[..1],
            runs(lane, &scale, y)
        );
    }
    let mut lines = format!("M{} 0V{lanes_high}", scale.at(as_of));
    for mark in &marks {
        let _ = write!(lines, "M{} 0V{lanes_high}", scale.at(mark.0));
    }
    let _ = write!(svg, r#"<path class="d" d="{lines}"/></svg>"#);
    labels(&mut svg, &scale, lanes_high, as_of, &marks);
    svg.push_str("</svg>");
    Some(svg)
}

struct Scale {
    from: Day,
    days: i32,
}

impl Scale {
    fn at(&self, day: Day) -> i32 {
        (day.0 - self.from.0).clamp(0, self.days)
    }

    /// Where in the whole picture.
    fn across(&self, day: Day) -> i32 {
        NAMES + self.at(day) * (WIDTH - NAMES) / self.days
    }
}

/// The dates to draw, in order of time, with their names.
fn marks(token: &TokenRow, from: Day, until: Day) -> Vec<(Day, String)> {
    let dates = &token.dates;
    let named =
        |time: Option<Time>, name: &str| time.map(|t| (t.day(), format!("{name} {}", words::moment(t))));
    let mut marks: Vec<_> = [
        named(dates.reminder, "reminder"),
        named(dates.enforced, "enforcement"),
        dates.next_call.map(|n| (n.earliest.day(), format!("next call {}", words::next_call(n)))),
        named(dates.idle_revocation, "revoked if unused"),
        named(dates.expiry, "expires"),
        dates.last_safe_day.map(|day| (day, format!("last safe day {day}"))),
    ]
    .into_iter()
    .flatten()
    .filter(|(day, _)| (from..=until).contains(day))
    .collect();
    marks.sort();
    marks
}

/// The days of a lane as one path: `M` to the first day of a run, `h` along it.
fn runs(lane: &ScopeRow, scale: &Scale, y: i32) -> String {
    let mut runs: Vec<(i32, i32)> = Vec::new();
    for (day, _) in &lane.days {
        let x = scale.at(*day);
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

fn labels(svg: &mut String, scale: &Scale, top: i32, as_of: Day, marks: &[(Day, String)]) {
    let as_of = (as_of, format!("as of {as_of}"));
    for (n, (day, text)) in std::iter::once(&as_of).chain(marks).enumerate() {
        let x = scale.across(*day);
        let y = top + (n as i32 + 1) * LABEL;
        let _ = write!(
            svg,
            r#"<text class="m" x="{}" y="{y}" text-anchor="end">{} ↑</text>"#,
            (x + 5).max(NAMES + 110),
            xml(text)
        );
    }
}

fn alt(lanes: &[&ScopeRow], marks: &[(Day, String)]) -> String {
    let mut text = String::from("History of use. ");
    for lane in lanes.iter().take(8) {
        let (first, last) = (lane.days.first(), lane.days.last());
        if let (Some((first, _)), Some((last, _))) = (first, last) {
            let days = count(lane.days.len() as u64, "day", "days");
            let scope = visible(&lane.scope);
            let _ = write!(text, "{}: used on {days}, {}. ", clip(&scope, 40), words::days(*first, *last));
        }
    }
    let marks: Vec<_> = marks.iter().map(|(_, text)| text.as_str()).collect();
    text.push_str(&marks.join(", "));
    text.trim_end().to_owned()
}

/// How much log each day has, as a strip: five shades, each one path.
pub(super) fn strip(days: &[(Day, u64)], gaps: &[(Day, Day)], workspace: &str) -> Option<String> {
    const HIGH: i32 = 22;
    let (from, to) = (days.first()?.0, days.last()?.0);
    let most = days.iter().map(|(_, n)| *n).max()?.max(1);
    let mut shades: [String; 5] = Default::default();
    for (day, n) in days.iter().filter(|(_, n)| *n > 0) {
        let shade = ((n * 5).saturating_sub(1) / most).min(4) as usize;
        let _ = write!(shades[shade], "M{} 11h1", day.0 - from.0);
    }
    let length = to.0 - from.0 + 1;
    let alt = format!("Rows of log per day, workspace {}, {}", visible(workspace), words::days(from, to));
    let mut svg = format!(
        r#"<svg class="heat" role="img" viewBox="0 0 {length} {HIGH}" preserveAspectRatio="none"><title>{}</title>"#,
        xml(&alt)
    );
    for (n, path) in shades.iter().enumerate().filter(|(_, p)| !p.is_empty()) {
        let _ = write!(svg, r#"<path class="h{n}" d="{path}"/>"#);
    }
    for (a, b) in gaps {
        let _ = write!(
            svg,
            r#"<rect class="g" x="{}" width="{}" height="{HIGH}"/>"#,
            a.0 - from.0,
            b.0 - a.0 + 1
        );
    }
    svg.push_str("</svg>");
    Some(svg)
}
