//! Runs library code that may panic on damaged input: the panic becomes an error of that input and does not end the run.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// The result of the code, or the message of its panic. After a panic, the values it worked on must not be used again.
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

/// Keeps the panics that [`guarded`] catches off the screen. The program calls it once.
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
