//! Runs code of a library that may panic on damaged input, so that damage is told as such and ends nothing but its file.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What the code gives, or what it panicked with. What it was working on must not be used again.
///
/// # Errors
/// The message of the panic.
pub(crate) fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    let before = IS_GUARDED.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(run));
    IS_GUARDED.set(before);
    outcome.map_err(|panicked| {
        let text = panicked.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| panicked.downcast_ref::<String>().cloned()).unwrap_or_default()
    })
}

/// Keeps panics that are expected, and told by an error, off the screen. Called once, by the program.
pub fn mute() {
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !IS_GUARDED.get() {
            told(info);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(guarded(|| 7), Ok(7));
        let none: [u8; 0] = [];
        let place = std::hint::black_box(3);
        assert!(guarded(|| none[place]).unwrap_err().contains("out of bounds"));
        assert!(!IS_GUARDED.get());
    }
}
