use super::*;
use crate::support::time::Span;
use proptest::prelude::*;

fn schedule(text: &str, zone: &str) -> Schedule {
    Schedule::parse(text, Some(zone)).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn time(text: &str) -> Time {
    Time::parse(text).unwrap_or_else(|| panic!("{text}"))
}

/// The next three calls after a moment, each as its first moment.
fn next(text: &str, zone: &str, after: &str) -> Vec<String> {
    let s = schedule(text, zone);
    let mut after = time(after);
    let mut found = vec![];
    for _ in 0..3 {
        let Some(e) = s.next_after(after) else { break };
        found.push(e.earliest.to_string());
        after = e.latest;
    }
    found
}

#[test]
fn words_name_days() {
    for (text, expected) in [
        ("daily", ["2026-08-22", "2026-08-23", "2026-08-24"]),
        ("every day", ["2026-08-22", "2026-08-23", "2026-08-24"]),
        ("weekdays", ["2026-08-24", "2026-08-25", "2026-08-26"]),
        ("Monday to Friday", ["2026-08-24", "2026-08-25", "2026-08-26"]),
        ("every business day", ["2026-08-24", "2026-08-25", "2026-08-26"]),
        ("weekly on monday", ["2026-08-24", "2026-08-31", "2026-09-07"]),
        ("every Mon and Thu", ["2026-08-24", "2026-08-27", "2026-08-31"]),
        ("every 2 weeks from 2026-08-03", ["2026-08-31", "2026-09-14", "2026-09-28"]),
        ("every 10 days from 2026-08-20", ["2026-08-30", "2026-09-09", "2026-09-19"]),
        ("monthly on the 1st", ["2026-09-01", "2026-10-01", "2026-11-01"]),
        ("monthly on day 31", ["2026-08-31", "2026-09-30", "2026-10-31"]),
        ("monthly on the last business day", ["2026-08-31", "2026-09-30", "2026-10-30"]),
        ("first business day of each month", ["2026-09-01", "2026-10-01", "2026-11-02"]),
        ("monthly on the second Tuesday", ["2026-09-08", "2026-10-13", "2026-11-10"]),
        ("last friday of the month", ["2026-08-28", "2026-09-25", "2026-10-30"]),
        ("quarterly on the first day", ["2026-10-01", "2027-01-01", "2027-04-01"]),
        ("quarterly on the last business day", ["2026-09-30", "2026-12-31", "2027-03-31"]),
        ("every 3 months on the 5th", ["2026-10-05", "2027-01-05", "2027-04-05"]),
        ("half-yearly on the last day", ["2026-12-31", "2027-06-30", "2027-12-31"]),
        ("yearly on 1 Oct", ["2026-10-01", "2027-10-01", "2028-10-01"]),
        ("every year on October 1st", ["2026-10-01", "2027-10-01", "2028-10-01"]),
        ("yearly on the first monday of october", ["2026-10-05", "2027-10-04", "2028-10-02"]),
        ("yearly on 29 February", ["2027-02-28", "2028-02-29", "2029-02-28"]),
        ("every two months from 2026-02-05", ["2026-10-05", "2026-12-05", "2027-02-05"]),
        ("every 2 months on the last day from 2026-02-05", ["2026-08-31", "2026-10-31", "2026-12-31"]),
    ] {
        let found = next(text, "UTC", "2026-08-21T23:59:59.999999Z");
        assert_eq!(found, expected.map(|d| format!("{d}T00:00:00Z")), "{text}");
    }
    assert_eq!(next("daily at 02:10", "Asia/Kolkata", "2026-08-21")[0], "2026-08-21T20:40:00Z");
    assert_eq!(next("hourly", "UTC", "2026-08-21T05:30:00Z")[0], "2026-08-21T06:00:00Z");
}

#[test]
fn words_without_a_day_leave_the_whole_period_open() {
    for (text, earliest, latest) in [
        ("quarterly", "2026-10-01", "2026-12-31"),
        ("monthly", "2026-10-01", "2026-10-31"),
        ("yearly in October", "2026-10-01", "2026-10-31"),
        ("weekly", "2026-10-05", "2026-10-11"),
        ("every two months", "2026-11-01", "2026-12-31"),
        ("half-yearly", "2027-01-01", "2027-06-30"),
        ("yearly", "2027-01-01", "2027-12-31"),
    ] {
        let s = schedule(text, "UTC");
        let whole = s
            .between(time("2026-09-30"), time("2027-02-01"))
            .find(|e| e.earliest >= time("2026-10-01"))
            .unwrap();
        assert_eq!(
            (whole.earliest.to_string(), whole.latest.day().to_string()),
            (format!("{earliest}T00:00:00Z"), latest.to_owned()),
            "{text}"
        );
    }
    let begun = schedule("quarterly", "UTC").next_after(time("2026-11-11T11:00:00Z")).unwrap();
    assert_eq!(begun.earliest, time("2026-11-11T11:00:00.000001Z"));
    assert_eq!(begun.latest.day(), Day::parse("2026-12-31").unwrap());
}

#[test]
fn dates_are_days_or_moments() {
    let text = "2026-12-31T02:10, 2026-03-31; 2026-06-30 2026-06-30, 2026-09-30T02:00:00Z";
    assert_eq!(
        next(text, "Europe/Berlin", "2026-05-01"),
        ["2026-06-29T22:00:00Z", "2026-09-30T02:00:00Z", "2026-12-31T01:10:00Z"]
    );
    assert_eq!(next(text, "Europe/Berlin", "2027-01-01"), [""; 0]);
}

#[test]
fn cron_of_both_kinds() {
    for (text, expected) in [
        ("10 2 1 */3 *", ["2026-10-01T02:10", "2027-01-01T02:10", "2027-04-01T02:10"]),
        ("0 0 13 * 5", ["2026-08-28T00:00", "2026-09-04T00:00", "2026-09-11T00:00"]),
        ("0 0 * * 7", ["2026-08-23T00:00", "2026-08-30T00:00", "2026-09-06T00:00"]),
        ("0 12 * * mon-fri", ["2026-08-24T12:00", "2026-08-25T12:00", "2026-08-26T12:00"]),
        ("@monthly", ["2026-09-01T00:00", "2026-10-01T00:00", "2026-11-01T00:00"]),
        ("0 10 2 L * ?", ["2026-08-31T02:10", "2026-09-30T02:10", "2026-10-31T02:10"]),
        ("0 10 2 L-3 * ?", ["2026-08-28T02:10", "2026-09-27T02:10", "2026-10-28T02:10"]),
        ("0 10 2 LW * ?", ["2026-08-31T02:10", "2026-09-30T02:10", "2026-10-30T02:10"]),
        ("0 10 2 1W * ?", ["2026-09-01T02:10", "2026-10-01T02:10", "2026-11-02T02:10"]),
        ("0 0 3 15W * ?", ["2026-09-15T03:00", "2026-10-15T03:00", "2026-11-16T03:00"]),
        ("0 0 3 ? * 2#1", ["2026-09-07T03:00", "2026-10-05T03:00", "2026-11-02T03:00"]),
        ("0 0 3 ? * MON#5", ["2026-08-31T03:00", "2026-11-30T03:00", "2027-03-29T03:00"]),
        ("0 0 3 ? * 6L", ["2026-08-28T03:00", "2026-09-25T03:00", "2026-10-30T03:00"]),
        ("0 0 3 ? * L", ["2026-08-22T03:00", "2026-08-29T03:00", "2026-09-05T03:00"]),
        ("0 0 3 ? JAN,JUL SAT-SUN", ["2027-01-02T03:00", "2027-01-03T03:00", "2027-01-09T03:00"]),
        ("0 0 22-2 ? * 1", ["2026-08-23T00:00", "2026-08-23T01:00", "2026-08-23T02:00"]),
        ("0 5/20 4 ? * * 2027/2", ["2027-01-01T04:05", "2027-01-01T04:25", "2027-01-01T04:45"]),
        ("0 0 0 29 2 ? *", ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"]),
    ] {
        let found = next(text, "UTC", "2026-08-21T12:30:30Z");
        assert_eq!(found, expected.map(|t| format!("{t}:00Z")), "{text}");
    }
    assert_eq!(next("59 0 0 1 1 ? 2020", "UTC", "2026-01-01"), [""; 0]);
    assert_eq!(next("0 0 30 2 *", "UTC", "2026-01-01"), [""; 0]);
}

#[test]
fn daylight_saving_repeats_and_skips_hours() {
    let berlin = schedule("30 2 * * *", "Europe/Berlin");
    let skipped = berlin.next_after(time("2026-03-28T12:00:00Z")).unwrap();
    assert_eq!(
        (skipped.earliest, skipped.latest),
        (time("2026-03-29T01:00:00Z"), time("2026-03-29T01:30:00Z"))
    );
    let repeated = berlin.next_after(time("2026-10-24T12:00:00Z")).unwrap();
    assert_eq!(
        (repeated.earliest, repeated.latest),
        (time("2026-10-25T00:30:00Z"), time("2026-10-25T01:30:00Z"))
    );
    let every_minute = schedule("* * * * *", "Europe/Berlin");
    let around = every_minute.between(time("2026-03-29T00:58:00Z"), time("2026-03-29T01:02:00Z"));
    assert_eq!(around.map(|e| e.earliest.0 / 60_000_000 % 60).collect::<Vec<_>>(), [58, 59, 0, 1]);
    // Samoa had no 30 December 2011.
    let apia = schedule("daily", "Pacific/Apia");
    assert!(apia.between(time("2011-12-28"), time("2012-01-03")).is_sorted_by_key(|e| e.earliest));
}

#[test]
fn what_cannot_be_read_is_told_with_a_remedy() {
    for (text, part) in [
        ("", "it is empty"),
        ("sometimes", "says not how often"),
        ("biweekly", "twice in one or once in two"),
        ("every 2 months on the 5th", "from which date"),
        ("every 2 weeks", "from which date"),
        ("weekly on the 5th", "is no weekday"),
        ("monthly on the fifth moon", "names no day"),
        ("yearly on 30 February", "has no such day"),
        ("yearly on the 5th", "no month"),
        ("daily at 25:00", "no time of day"),
        ("quarterly at 02:00", "a time but no day"),
        ("2026-02-30", "is no date"),
        ("61 * * * *", "is no minute from 0 to 59"),
        ("0 0 12 1 * MON", "wants ? in one of them"),
        ("0 0 12 1", "it has 4 fields"),
        ("* * * * * * * *", "it has 8 fields"),
        ("*/0 * * * *", "is no step"),
    ] {
        let error = Schedule::parse(text, None).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("Write "), "{text}: {error}");
    }
    let error = Schedule::parse("daily", Some("Mars/Olympus\u{1b}[31m")).unwrap_err().to_string();
    assert!(error.contains("IANA") && !error.contains('\u{1b}'), "{error}");
}

/// A field as text and as the numbers it means.
fn field(least: u32, most: u32) -> impl Strategy<Value = (String, Vec<u32>)> {
    let all: Vec<u32> = (least..=most).collect();
    prop_oneof![
        2 => Just(("*".to_owned(), all)),
        3 => (least..=most).prop_map(|n| (n.to_string(), vec![n])),
        2 => (least..=most, least..=most).prop_map(|(a, b)| {
            let (a, b) = (a.min(b), a.max(b));
            (format!("{a}-{b}"), (a..=b).collect())
        }),
        1 => (least..=most, 1..=most).prop_map(move |(a, step)| {
            (format!("{a}/{step}"), (a..=most).step_by(step as usize).collect())
        }),
        1 => (1..=most).prop_map(move |step| (format!("*/{step}"), (least..=most).step_by(step as usize).collect())),
        1 => (least..=most, least..=most).prop_map(|(a, b)| (format!("{a},{b}"), vec![a, b])),
    ]
}

const MINUTE: i64 = 60_000_000;
const ZONES: [&str; 5] = ["UTC", "Asia/Kolkata", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

    /// Minute by minute, where no clock changes meanwhile.
    #[test]
    fn cron_agrees_with_a_scan_of_minutes(
        minute in field(0, 59), hour in field(0, 23), day in field(1, 31), month in field(1, 12), weekday in field(0, 6),
        quartz: bool, zone in 0usize..5, start in 29_000_000i64..30_500_000,
    ) {
        let open = |text: &str| text.starts_with('*');
        let (day_text, weekday_text) = match (open(&day.0), open(&weekday.0)) {
            _ if !quartz => (day.0.clone(), weekday.0.clone()),
            (true, _) => ("?".to_owned(), weekday.0.clone()),
            (_, true) => (day.0.clone(), "?".to_owned()),
            _ => return Ok(()),
        };
        // Names mean the same in both kinds; numbers do not.
        if quartz && weekday.0.bytes().any(|b| b.is_ascii_digit()) {
            return Ok(());
        }
        let any_day = quartz && day_text == "?";
        let any_weekday = quartz && weekday_text == "?";
        let text = format!("{} {} {day_text} {} {weekday_text}", minute.0, hour.0, month.0);
        let s = schedule(&if quartz { format!("0 {text}") } else { text.clone() }, ZONES[zone]);
        let after = Time(start * MINUTE);
        let found = s.next_after(after);
        let tz = TimeZone::get(ZONES[zone]).unwrap();
        let end = start + 40 * 1440;
        if tz.following(after.into()).next().is_some_and(|t| Time::from(t.timestamp()).0 < (end + 120) * MINUTE) {
            return Ok(());
        }
        let brute = (start + 1..end).map(|m| Time(m * MINUTE)).find(|t| {
            let local = tz.to_datetime((*t).into());
            let has = |field: &(String, Vec<u32>), n: i8| field.1.contains(&(n as u32));
            let by_day = any_day || has(&day, local.day());
            let by_weekday = any_weekday || has(&weekday, local.weekday().to_sunday_zero_offset());
            let days = if open(&day.0) || open(&weekday.0) { by_day && by_weekday } else { by_day || by_weekday };
            has(&minute, local.minute()) && has(&hour, local.hour()) && has(&month, local.month()) && days
        });
        let found = found.filter(|e| e.earliest.0 < end * MINUTE);
        prop_assert_eq!(found.map(|e| e.earliest), brute, "{} in {}", text, ZONES[zone]);
    }

    #[test]
    fn next_calls_lie_ahead_and_rise(
        which in 0usize..12, zone in 0usize..5, start in 0i64..2_000_000_000, later in 0i64..40_000_000,
    ) {
        let text = [
            "daily", "daily at 02:30", "weekly", "monthly on the last business day", "quarterly", "yearly on 29 Feb",
            "*/7 * * * *", "30 2 * * *", "0 */5 * ? * MON#2", "0 0 0 LW * ?", "hourly", "every 9 days from 2020-02-29",
        ][which];
        let s = schedule(text, ZONES[zone]);
        let (a, b) = (Time(start * 1_000_000), Time((start + later) * 1_000_000));
        let (first, second) = (s.next_after(a).unwrap(), s.next_after(b).unwrap());
        prop_assert!(a < first.earliest && first.earliest <= first.likely && first.likely <= first.latest, "{text} {a} {first:?}");
        prop_assert!(first.earliest <= second.earliest && first.latest <= second.latest, "{text}");
        let between: Vec<_> = s.between(a, a.plus(Span::days(40))).take(50).collect();
        prop_assert!(between.is_sorted_by_key(|e| e.earliest));
        prop_assert!(between.iter().all(|e| a <= e.latest && e.earliest < a.plus(Span::days(40))));
        if let Some(next) = between.iter().find(|e| e.latest > a) {
            prop_assert_eq!(next.latest, first.latest);
        }
    }

    #[test]
    fn no_text_panics(text in "[a-z0-9*?/#,\\- :LW]{0,40}", zone in "[A-Za-z/]{0,12}", at: i64) {
        for zone in [None, Some(zone.as_str())] {
            if let Ok(s) = Schedule::parse(&text, zone) {
                s.next_after(Time(at));
            }
        }
    }

    #[test]
    fn no_words_panic(words in prop::collection::vec(prop::sample::select(vec![
        "every", "2", "65535", "weeks", "months", "monthly", "on", "the", "last", "first", "business", "day", "monday", "from",
        "2026-01-31", "9999-12-31", "at", "02:10", "quarterly", "yearly", "october", "31", "to", "other", "year", "daily", "weekly",
    ]), 0..8), at: i64) {
        if let Ok(s) = Schedule::parse(&words.join(" "), None) {
            s.next_after(Time(at));
            prop_assert!(s.between(Time(at), Time(at.saturating_add(Span::days(90).0))).take(5).count() <= 5);
        }
    }
}
