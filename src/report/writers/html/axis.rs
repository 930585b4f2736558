//! The time axis of every picture: days to places, and the names of months above.

use crate::support::time::Day;
use crate::timeline::calendar::month_name;
use std::fmt::Write;

/// Width of a picture.
pub(super) const WIDTH: i32 = 960;
/// Where days begin, behind the names of lanes.
pub(super) const LEFT: i32 = 170;
/// How wide all days are together; behind them is room for the last label.
pub(super) const PLOT: i32 = 620;
/// More names would run into each other.
const MOST_NAMES: i32 = 9;

/// A stretch of days.
pub(super) struct Axis {
    /// The first.
    pub(super) from: Day,
    /// How many.
    pub(super) days: i32,
}

impl Axis {
    /// Where a day is, in days.
    pub(super) fn at(&self, day: Day) -> i32 {
        (day.0 - self.from.0).clamp(0, self.days)
    }

    /// Where a day is in the whole picture.
    pub(super) fn across(&self, day: Day) -> i32 {
        LEFT + self.at(day) * PLOT / self.days
    }

    /// Opens a picture within the picture, one unit across for each day.
    pub(super) fn open(&self, svg: &mut String, y: i32, high: i32) {
        // Writing to a string cannot fail.
        let _ = write!(
            svg,
            r#"<svg x="{LEFT}" y="{y}" width="{PLOT}" height="{high}" viewBox="0 0 {} {high}" preserveAspectRatio="none">"#,
            self.days
        );
    }

    /// Names of months, each with a line at its first day.
    pub(super) fn months(&self, svg: &mut String, top: i32, bottom: i32) {
        let step =
            [1, 2, 3, 6, 12, 24, 60].into_iter().find(|s| self.days / 30 / s < MOST_NAMES).unwrap_or(120);
        let mut lines = String::new();
        let (year, month, _) = self.from.civil();
        let mut month = year * 12 + i32::from(month) - 1;
        month += (step - month.rem_euclid(step)) % step;
        loop {
            let day = Day::from_civil(month.div_euclid(12), (month.rem_euclid(12) + 1) as u8, 1);
            if day.0 > self.from.0 + self.days {
                break;
            }
            if day >= self.from {
                let x = self.across(day);
                let _ = write!(lines, "M{x} {top}V{bottom}");
                let (year, name) = (month.div_euclid(12), month_name((month.rem_euclid(12) + 1) as u8));
                let _ = write!(svg, r#"<text class="m" x="{x}" y="{}">{name:.3} {year}</text>"#, top - 4);
            }
            month += step;
        }
        let _ = write!(svg, r#"<path class="t" d="{lines}"/>"#);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_stand_where_they_begin_and_are_few() {
        for days in [20, 100, 400, 4000] {
            let axis = Axis { from: Day::parse("2025-08-08").unwrap(), days };
            let mut svg = String::new();
            axis.months(&mut svg, 16, 50);
            let names = svg.matches("<text").count() as i32;
            assert!(names <= MOST_NAMES + 1 && (names > 0 || days < 30), "{days}: {svg}");
        }
        let axis = Axis { from: Day::parse("2025-08-08").unwrap(), days: 400 };
        let mut svg = String::new();
        axis.months(&mut svg, 16, 50);
        assert!(svg.contains(">Sep 2025</text>") && svg.contains(">Jan 2026</text>"), "{svg}");
    }
}
