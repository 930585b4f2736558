//! The deadlines as a calendar: one event per token and date, with ids that stay the same from run to run.

use super::{RenderOptions, Writer};
use crate::assess::{Finding, Severity};
use crate::report::escape;
use crate::report::model::Report;
use crate::report::view::{Deadline, View};
use crate::support::hash::Map;
use crate::support::time::Time;
use std::io::{self, Write};

/// Writes iCalendar.
pub(super) struct IcsWriter;

impl Writer for IcsWriter {
    fn name(&self) -> &'static str {
        "ics"
    }

    fn help(&self) -> &'static str {
        "Deadlines for a calendar"
    }

    fn pack_file(&self) -> Option<&'static str> {
        Some("deadlines.ics")
    }

    fn write(&self, report: &Report, _: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let view = View::of(report);
        let findings: Map<&str, &Finding> =
            report.findings.iter().map(|f| (f.finding_id.as_str(), f)).collect();
        line(out, "BEGIN:VCALENDAR")?;
        line(out, "VERSION:2.0")?;
        line(out, "PRODID:-//scopecast//scopecast//EN")?;
        line(out, "CALSCALE:GREGORIAN")?;
        line(out, "X-WR-CALNAME:Databricks token deadlines")?;
        for deadline in view.deadlines.iter().filter(|d| d.severity >= Severity::Medium) {
            let finding = findings.get(deadline.finding_id).copied();
            event(out, report, &view, deadline, finding)?;
        }
        line(out, "END:VCALENDAR")
    }
}

fn event(
    out: &mut dyn Write,
    report: &Report,
    view: &View<'_>,
    deadline: &Deadline<'_>,
    finding: Option<&Finding>,
) -> io::Result<()> {
    line(out, "BEGIN:VEVENT")?;
    line(out, &format!("UID:{}-{}@scopecast", deadline.finding_id, deadline.kind.name()))?;
    line(out, &format!("DTSTAMP:{}", stamp(report.run.as_of)))?;
    let time = deadline.time;
    let start = match time == time.day().start() {
        true => format!("DTSTART;VALUE=DATE:{}", time.day().to_string().replace('-', "")),
        false => format!("DTSTART:{}", stamp(time)),
    };
    line(out, &start)?;
    let short = view.short(deadline.token);
    line(out, &format!("SUMMARY:{}", escape::ics(&format!("Token {short}: {}", deadline.kind.text()))))?;
    if let Some(finding) = finding {
        let about =
            [&finding.title, &finding.advice].map(|t| escape::ics(&escape::clip(&escape::visible(t), 1000)));
        line(out, &format!("DESCRIPTION:{}", about.join("\\n")))?;
    }
    line(out, "TRANSP:TRANSPARENT")?;
    for alarm in [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Databricks token deadline",
        "TRIGGER:-P3D",
        "END:VALARM",
    ] {
        line(out, alarm)?;
    }
    line(out, "END:VEVENT")
}

/// `20260912T000000Z`.
fn stamp(time: Time) -> String {
    let text = time.to_string().replace(['-', ':'], "");
    match text.split_once('.') {
        Some((whole, _)) => format!("{whole}Z"),
        None => text,
    }
}

/// A content line, folded so that none is longer than 75 bytes, as RFC 5545 asks.
fn line(out: &mut dyn Write, text: &str) -> io::Result<()> {
    const LONGEST: usize = 75;
    let mut used = 0;
    for c in text.chars() {
        if used + c.len_utf8() > LONGEST {
            out.write_all(b"\r\n ")?;
            used = 1;
        }
        let mut bytes = [0; 4];
        out.write_all(c.encode_utf8(&mut bytes).as_bytes())?;
        used += c.len_utf8();
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn printed() -> String {
        let mut out = Vec::new();
        IcsWriter.write(&sample::report(), &RenderOptions::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn events_are_well_formed_and_their_ids_stay() {
        let text = printed();
        assert_eq!(text.matches("BEGIN:VEVENT\r\n").count(), text.matches("END:VEVENT\r\n").count());
        assert!(text.split("\r\n").all(|l| l.len() <= 75 && !l.contains(['\n', '\r'])));
        let report = sample::report();
        let lost =
            report.findings.iter().find(|f| f.rule == crate::assess::RuleId::ScopeLostAtEnforcement).unwrap();
        assert!(text.contains(&format!("UID:{}-enforcement@scopecast\r\n", lost.finding_id)));
        assert!(text.contains("DTSTART;VALUE=DATE:20260920\r\n"));
        let ids: Vec<_> = text.split("\r\n").filter(|l| l.starts_with("UID:")).collect();
        let unique: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len());
    }

    #[test]
    fn a_hostile_title_starts_no_event() {
        let unfolded = printed().replace("\r\n ", "");
        let hostile =
            unfolded.split("\r\n").filter(|l| l.contains("BEGIN:VEVENT")).filter(|l| *l != "BEGIN:VEVENT");
        assert!(hostile.into_iter().all(|l| l.starts_with("DESCRIPTION:")));
    }
}
