//! Days since 1970-01-01 <-> dates of the proleptic Gregorian calendar. Written by hand, because constants and every row of a log
//! need it; a test compares it with the calendar crate.

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, by counting 400-year eras from 1 March.
pub(super) const fn days_from_civil(year: i64, month: u8, day: u8) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let m = (month as i64 + 9) % 12;
    let of_year = (153 * m + 2) / 5 + day as i64 - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

pub(super) const fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let m = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * m + 2) / 5 + 1) as u8;
    let month = if m < 10 { m + 3 } else { m - 9 } as u8;
    (year + era * 400 + if month <= 2 { 1 } else { 0 }, month, day)
}
