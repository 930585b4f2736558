//! What published lists say about the window behind them, in sentences.

use crate::analysis::calibrate::{Anchor, Calibration, CalibrationAnswer, LEAST_TOKENS, Misfit, WindowFit};
use crate::report::text::section::Section;
use crate::support::format::count;
use crate::support::time::Day;

/// One line for the coverage of a report.
pub(crate) fn line(c: &Calibration) -> String {
    let field = c.list.name();
    let rests = format!("{} of {}", c.deciding_tokens, count(c.tokens as u64, "token", "tokens"));
    match (c.answer, &c.best) {
        (CalibrationAnswer::Found, Some(best)) => {
            let option = match &c.option {
                Some(option) => format!(" To judge by it, set {option}."),
                None => String::new(),
            };
            format!(
                "The {field} are explained best by {} ({rests} tell windows apart).{option}",
                window(best)
            )
        }
        (CalibrationAnswer::Ambiguous, Some(_)) => format!(
            "The {field} fit windows far apart equally well ({rests} tell windows apart): they date no window. scopecast calibrate \
             shows them."
        ),
        _ => format!(
            "The {field} are not enough to say which window made them: {rests} tell windows apart, {LEAST_TOKENS} are needed."
        ),
    }
}

/// All sections, for `scopecast calibrate`.
pub(crate) fn sections(all: &[Calibration]) -> Vec<Section> {
    if all.is_empty() {
        let text = "No token list shows backfill_scopes or inferred_scopes of a token with logged calls: there is nothing to explain. \
             Give a list of an admin (databricks token-management list -o json) and the logs.";
        return vec![Section::new("Nothing to calibrate on", vec![text.to_owned()])];
    }
    all.iter().map(section).collect()
}

fn section(c: &Calibration) -> Section {
    let mut lines = vec![line(c)];
    lines.push(format!(
        "{} tried on {} published for {}; {} without any logged call, which no window explains.",
        count(c.candidates as u64, "window was", "windows were"),
        count(c.published as u64, "scope", "scopes"),
        count(c.tokens as u64, "token", "tokens"),
        count(c.never_logged as u64, "more scope is", "more scopes are"),
    ));
    // Only where one window stands out is it called the best.
    let (first, others) = match c.answer {
        CalibrationAnswer::Found => ("Best", "Next"),
        CalibrationAnswer::Ambiguous => ("Fits as well as others", "Fits as well"),
        CalibrationAnswer::NotEnough => ("Nearest, on too little to go by", "Near, on too little to go by"),
    };
    lines.extend(c.best.iter().map(|f| format!("{first}: {}.", fit(f))));
    lines.extend(c.runners_up.iter().map(|f| format!("{others}: {}.", fit(f))));
    lines.extend(c.misfits.iter().map(misfit));
    Section::new(format!("Which window explains {}", c.list.name()), lines)
}

fn fit(f: &WindowFit) -> String {
    format!(
        "{}: {} explained, {} published and not inside, {} inside and not published",
        window(f),
        count(f.explained as u64, "scope", "scopes"),
        f.missed,
        f.extra
    )
}

/// The window in words.
fn window(f: &WindowFit) -> String {
    let length = count(u64::from(f.length_days.unsigned_abs()), "day", "days");
    let lag = f.lag_range.map_or_else(String::new, |(a, b)| match (a, b) {
        (0, 0) => String::new(),
        (a, b) if a == b => format!(", {a} days apart"),
        (a, b) => format!(", {a} to {b} days apart"),
    });
    let what = match f.anchor {
        Anchor::Calendar => {
            let ends = |(a, b): (Day, Day)| if a == b { a.to_string() } else { format!("{a} to {b}") };
            format!("{length} that end on {}", f.end_range.map_or_else(String::new, ends))
        }
        Anchor::Creation => format!("the {length} from each token's creation{lag}"),
        Anchor::Enforcement => format!("the {length} before each token's enforcement date{lag}"),
        Anchor::Listing => format!("the {length} before the day of the token list{lag}"),
    };
    let failed = if f.counts_failed { "failed calls counted" } else { "failed calls not counted" };
    format!("{what}, {failed}")
}

fn misfit(m: &Misfit) -> String {
    let mut parts = Vec::new();
    if !m.missed.is_empty() {
        parts.push(format!("published and not inside: {}", m.missed.join(", ")));
    }
    if !m.extra.is_empty() {
        parts.push(format!("inside and not published: {}", m.extra.join(", ")));
    }
    let short: String = m.token_id.chars().take(12).collect();
    format!("Not explained: token {short}: {}.", parts.join("; "))
}
