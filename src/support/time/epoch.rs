//! A number since 1970-01-01 in an unknown unit -> a moment: seconds, milliseconds, microseconds or nanoseconds, by its size. Each
//! unit has the numbers of the years 1973 to 5138, so that they do not overlap.

use super::Time;

/// The least numbers that are milliseconds, microseconds, nanoseconds.
const MILLIS: u64 = 100_000_000_000;
const MICROS: u64 = 100_000_000_000_000;
const NANOS: u64 = 100_000_000_000_000_000;

/// From a whole number of either sign. `None` outside the years 1 to 9999. Numbers below 10^8 are seconds here; whoever takes them
/// for "none" or "never" must look before.
pub(crate) fn of_whole(number: i64) -> Option<Time> {
    let micros = match number.unsigned_abs() {
        0..MILLIS => number.checked_mul(1_000_000)?,
        MILLIS..MICROS => number.checked_mul(1000)?,
        MICROS..NANOS => number,
        _ => number / 1000,
    };
    Some(Time(micros)).filter(|t| t.is_plausible())
}

/// The microseconds of a number with a fraction; not rounded.
pub(crate) fn micros_of(number: f64) -> f64 {
    match number.abs() {
        n if n < MILLIS as f64 => number * 1e6,
        n if n < MICROS as f64 => number * 1e3,
        n if n < NANOS as f64 => number,
        _ => number / 1e3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_tells_the_unit() {
        let moment = Time(1_782_897_116_000_000);
        for number in [1_782_897_116, 1_782_897_116_000, 1_782_897_116_000_000, 1_782_897_116_000_000_000] {
            assert_eq!(of_whole(number), Some(moment));
            assert_eq!(micros_of(number as f64), moment.0 as f64);
        }
        assert_eq!(of_whole(-1), Some(Time(-1_000_000)));
        assert_eq!(of_whole(i64::MAX).map(|t| t.day().date().year()), Some(2262));
    }
}
