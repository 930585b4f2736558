//! How much memory a run may take: an error at a limit, instead of a process that the system kills.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// The limit if the system does not say how much memory it has.
const FALLBACK: u64 = 4 << 30;
/// Tenths of a byte that later stages need at their peak for each byte held while reading: every row exists twice while the
/// ledgers of the threads become one.
const PEAK_TENTHS: u64 = 22;

/// The bytes that all threads hold, and the limit for them.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: i64,
    held: AtomicI64,
    is_spent: AtomicBool,
}

impl Budget {
    /// A budget for reading, from the limit for the peak of the whole run.
    pub(crate) fn new(peak: u64) -> Self {
        let limit = i64::try_from(peak / PEAK_TENTHS * 10).unwrap_or(i64::MAX);
        Self { limit, held: AtomicI64::new(0), is_spent: AtomicBool::new(false) }
    }

    /// Records that something that held `before` bytes now holds `now` bytes.
    pub(crate) fn account(&self, before: u64, now: u64) {
        let more = now as i64 - before as i64;
        if self.held.fetch_add(more, Ordering::Relaxed) + more > self.limit {
            self.is_spent.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it was ever exceeded.
    pub(crate) fn is_spent(&self) -> bool {
        self.is_spent.load(Ordering::Relaxed)
    }
}

/// Three quarters of what the machine, or the container it runs in, has.
pub(crate) fn default_limit() -> u64 {
    let number = |path: &str| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|l| l.strip_prefix("MemTotal:"))?;
        Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
    });
    let container = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let all = machine.into_iter().chain(container.into_iter().filter_map(number));
    all.min().map_or(FALLBACK, |bytes| bytes / 4 * 3)
}

/// Reads `3GiB`, `500M`, `500 MB` or a number of bytes; all units are powers of 1024.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let shift = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err("write a size such as 3GiB, 500MiB or a number of bytes".to_owned()),
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|n| n.checked_mul(1 << shift))
        .filter(|n| *n > 0)
        .ok_or_else(|| "write a size such as 3GiB, 500MiB or a number of bytes".to_owned())
}

/// A size for people, such as `3.0 GiB`.
pub(crate) fn shown(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let fit = units.into_iter().find(|(_, shift)| bytes >= 1 << shift);
    fit.map_or_else(
        || format!("{bytes} bytes"),
        |(name, shift)| format!("{:.1} {name}", bytes as f64 / f64::from(1 << shift)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_shown() {
        for (text, bytes) in [("1", 1), ("2k", 2048), ("3 GiB", 3 << 30), ("500MB", 500 << 20)] {
            assert_eq!(parse(text), Ok(bytes));
        }
        for text in ["", "GiB", "0", "-1", "1.5G", "9999999999T", "1 parsec"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!((shown(3 << 30).as_str(), shown(1023).as_str()), ("3.0 GiB", "1023 bytes"));
    }

    #[test]
    fn a_budget_once_exceeded_stays_so() {
        let budget = Budget::new(2200);
        budget.account(0, 1000);
        assert!(!budget.is_spent());
        budget.account(0, 1);
        budget.account(1000, 0);
        assert!(budget.is_spent());
    }

    #[test]
    fn the_default_leaves_room_for_others() {
        assert!(default_limit() >= 1 << 20);
    }
}
